/// ldirectord's `simpletcp`: the request is sent as it is, our side is closed, and the lines of the answer are looked
/// at one by one, each with its newline, until one matches. Over UDP each datagram ends its last line.
package struct SimpleTCPExchange: Exchange {
    private static let lineLimit = 65_536

    private let request: [UInt8]
    private let pattern: PatternSearch?
    private let isDatagram: Bool
    private var line: [UInt8] = []
    private var lines = 0

    /// - Parameter request: as it is written, without the `/` that ldirectord puts in front; `\n` is a newline.
    package init(request: String, pattern: PatternSearch?, isDatagram: Bool = false) {
        self.isDatagram = isDatagram
        self.request = Self.message(request)
        self.pattern = pattern
    }

    package var awaited: String { lines == 0 ? "answer" : "line that matches" }
    package var complaint: String? { isDatagram && lines > 0 ? mismatch : nil }
    private var mismatch: String? { pattern.map { "pattern '\($0.shown)' in no line of the answer" } }

    static func message(_ request: String) -> [UInt8] {
        var message: [UInt8] = []
        var rest = Array(request.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "\\"), rest.first == UInt8(ascii: "n") {
                rest.removeFirst()
                message.append(UInt8(ascii: "\n"))
            } else {
                message.append(byte)
            }
        }
        return message
    }

    package mutating func open() -> ExchangeStep { .sendLast(request) }

    package mutating func receive(_ bytes: ArraySlice<UInt8>) -> ExchangeStep {
        var rest = bytes
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            line += rest[...end]
            rest = rest[(end + 1)...]
            if let verdict = look() { return verdict }
        }
        line += rest
        if isDatagram, !line.isEmpty, let verdict = look() { return verdict }
        if line.count > Self.lineLimit { return .failed("a line of more than \(Self.lineLimit >> 10) KiB") }
        return .more
    }

    package mutating func close() -> ExchangeStep {
        // The last line may lack its newline.
        if !line.isEmpty, let verdict = look() { return verdict }
        guard let mismatch, lines > 0 else { return .failed("connection closed by the server without an answer") }
        return .failed(mismatch)
    }

    private mutating func look() -> ExchangeStep? {
        defer { line = [] }
        lines += 1
        guard let pattern else { return .passed("answer '\(ServerText.shown(line))'") }
        switch pattern(line) {
        case .found: return .passed("answer '\(ServerText.shown(line))'")
        case .notFound: return nil
        case let other: return pattern.end(other)
        }
    }
}

extension PatternSearch {
    var shown: String { text.count <= 80 ? text : text.prefix(80) + "..." }
}
