package import NetworkTypes

/// SIP's OPTIONS request (RFC 3261, section 11), with which a server is asked whether it is there, and its final
/// answer.
package struct SIPExchange: Exchange {
    private static let headLimit = 65_536

    private let request: [UInt8]
    private let isDatagram: Bool
    private var head: [UInt8] = []
    /// What is left of the body of a provisional answer.
    private var bodyLeft = 0

    /// - Parameters:
    ///   - user: `user@host`, as it stands behind `sip:`.
    ///   - local: our end, where the answer is to go.
    ///   - isDatagram: over UDP every datagram is a whole message.
    package init(user: String, local: Endpoint, callID: UInt64, isDatagram: Bool) {
        self.isDatagram = isDatagram
        request = Self.message(user: user, local: local, callID: callID, isDatagram: isDatagram)
    }

    package var awaited: String { "answer to OPTIONS" }

    /// The request as ldirectord sends it, but for what tells one transaction from the next and says how the answer is
    /// to travel (sections 8.1.1.7 and 18.2.2): ldirectord's `branch` is always the same, and its Via always says UDP.
    static func message(user: String, local: Endpoint, callID: UInt64, isDatagram: Bool) -> [UInt8] {
        let digits = String(callID, radix: 16)
        let id = String(repeating: "0", count: 16 - digits.count) + digits
        let lines = [
            "OPTIONS sip:\(user) SIP/2.0",
            "Via: SIP/2.0/\(isDatagram ? "UDP" : "TCP") \(local);branch=z9hG4bK\(id)",
            "Max-Forwards: 70",
            "To: <sip:\(user)>",
            "From: <sip:\(user)>;tag=1928301774",
            "Call-ID: \(id)",
            "CSeq: 63104 OPTIONS",
            "Contact: <sip:\(user)>",
            "Accept: application/sdp",
            "Content-Length: 0",
        ]
        return Array((lines.map { $0 + "\r\n" }.joined() + "\r\n").utf8)
    }

    package mutating func open() -> ExchangeStep { .send(request) }

    package mutating func receive(_ bytes: ArraySlice<UInt8>) -> ExchangeStep {
        var rest = bytes
        if isDatagram { (head, bodyLeft) = ([], 0) }
        while true {
            let skipped = min(bodyLeft, rest.count)
            bodyLeft -= skipped
            rest = rest.dropFirst(skipped)
            guard let end = takeHead(&rest) else { break }
            if let verdict = judge(head[..<end]) { return verdict }
            head = []
        }
        if !Self.mayBegin(head) { return .failed("no SIP answer: '\(ServerText.shown(head))'") }
        return head.count > Self.headLimit ? .failed("the header of the answer has no end") : .more
    }

    /// Moves bytes to the head up to its blank line; where the lines before it end.
    private mutating func takeHead(_ rest: inout ArraySlice<UInt8>) -> Int? {
        while let byte = rest.popFirst() {
            // Empty lines between messages are keep-alives.
            if head.isEmpty, byte == UInt8(ascii: "\r") || byte == UInt8(ascii: "\n") { continue }
            head.append(byte)
            guard byte == UInt8(ascii: "\n") else { continue }
            if head.suffix(4).elementsEqual("\r\n\r\n".utf8) { return head.count - 4 }
            if head.suffix(2).elementsEqual("\n\n".utf8) { return head.count - 2 }
        }
        return nil
    }

    private static let version = Array("SIP/2.0 ".utf8)

    private static func mayBegin(_ head: [UInt8]) -> Bool {
        zip(head, version).allSatisfy { $0 == $1 }
    }

    /// The verdict of a final answer; nil for a provisional one.
    private mutating func judge(_ head: ArraySlice<UInt8>) -> ExchangeStep? {
        let lines = head.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        let first = ServerText.shown(lines.first ?? [])
        let words = first.split(separator: " ", maxSplits: 2)
        guard first.hasPrefix("SIP/2.0 "), words.count >= 2, words[1].utf8.count == 3, let status = UInt16(words[1])
        else { return .failed("no SIP answer: '\(first)'") }
        switch status {
        case 100..<200:
            bodyLeft = Self.contentLength(lines.dropFirst())
            return nil
        case 200: return .passed("SIP 200")
        default: return .failed("SIP status \(first.dropFirst("SIP/2.0 ".count))")
        }
    }

    private static func contentLength(_ lines: some Sequence<ArraySlice<UInt8>>) -> Int {
        for line in lines {
            guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { continue }
            let name = String(decoding: line[..<colon], as: UTF8.self).lowercased().filter { $0 != " " }
            guard name == "content-length" || name == "l" else { continue }
            let value = String(decoding: line[(colon + 1)...], as: UTF8.self).filter { !$0.isWhitespace }
            return min(headLimit, max(0, Int(value) ?? 0))
        }
        return 0
    }
}
