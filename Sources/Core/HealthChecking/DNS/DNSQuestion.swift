package import NetworkTypes

/// What a name server is asked (RFC 1035, section 4.1.2).
package struct DNSQuestion: Hashable, Sendable {
    package enum RecordType: UInt16, Hashable, Sendable {
        case a = 1
        case ptr = 12
        case aaaa = 28

        package var name: String {
            switch self {
            case .a: "A"
            case .ptr: "PTR"
            case .aaaa: "AAAA"
            }
        }

        init?(name: some StringProtocol) {
            switch name.uppercased() {
            case "A": self = .a
            case "AAAA": self = .aaaa
            case "PTR": self = .ptr
            default: return nil
            }
        }
    }

    package var name: DNSName
    package var type: RecordType

    init(_ name: DNSName, _ type: RecordType) {
        self.name = name
        self.type = type
    }

    /// The name that belongs to an address (RFC 1035, section 3.5; RFC 3596, section 2.5).
    package init(reverse address: IPAddress) {
        let digits = Array("0123456789abcdef".utf8)
        var labels: [[UInt8]]
        if address.family == .ipv4 {
            labels = address.bytes.reversed().map { Array(String($0).utf8) }
            labels += ["in-addr", "arpa"].map { Array($0.utf8) }
        } else {
            labels = address.bytes.reversed().flatMap { [[digits[Int($0 & 15)]], [digits[Int($0 >> 4)]]] }
            labels += ["ip6", "arpa"].map { Array($0.utf8) }
        }
        name = DNSName(labels: labels)
        type = .ptr
    }

    package var description: String { "\(type.name) \(name)" }
}

/// What is asked for by a `request`, one question after the other until an answer matches.
package struct DNSQuery: Hashable, Sendable {
    package var questions: [DNSQuestion]

    package struct Problem: Error, Equatable {
        package var reason: String
    }

    /// ldirectord's meaning of the request: a name is asked for its A records, an address for its PTR record. Beyond it
    /// `AAAA name`, `A name` and `PTR name` say the type; and a name whose answer is to match a pattern with a colon in
    /// it, which no IPv4 address has, is asked for its AAAA records too.
    package init(request: String, receive: String?) throws(Problem) {
        let words = request.split(whereSeparator: { $0 == " " || $0 == "\t" })
        guard let last = words.last, words.count <= 2 else {
            throw Problem(
                reason: words.isEmpty
                    ? "the request names nothing to ask for: request = \"www.example.com\""
                    : "the request '\(request)' is no name to ask for, such as \"www.example.com\"")
        }
        if words.count == 2 {
            guard let type = DNSQuestion.RecordType(name: words[0]) else {
                throw Problem(reason: "the request asks for '\(words[0])': only A, AAAA and PTR can be asked for")
            }
            questions = [try Self.question(last, type)]
        } else if let address = IPAddress(String(last)) {
            questions = [DNSQuestion(reverse: address)]
        } else {
            questions = [try Self.question(last, .a)]
            if let receive, Self.hasColon(receive) { questions.append(try Self.question(last, .aaaa)) }
        }
    }

    private static func question(
        _ text: Substring, _ type: DNSQuestion.RecordType
    ) throws(Problem) -> DNSQuestion {
        if type == .ptr, let address = IPAddress(String(text)) { return DNSQuestion(reverse: address) }
        guard let name = DNSName(text) else { throw Problem(reason: "'\(text)' is no domain name") }
        return DNSQuestion(name, type)
    }

    /// A colon that can stand for itself, not one of `(?:` or `[[:digit:]]`.
    private static func hasColon(_ pattern: String) -> Bool {
        var before: UInt8 = 0
        var beforeThat: UInt8 = 0
        var isInClass = false
        for byte in pattern.utf8 {
            if byte == UInt8(ascii: ":") {
                let opens = before == UInt8(ascii: "[")
                let isGroup = before == UInt8(ascii: "?") && beforeThat == UInt8(ascii: "(")
                if !opens, !isGroup, !isInClass { return true }
                if opens || isInClass { isInClass.toggle() }
            }
            (beforeThat, before) = (before, byte)
        }
        return false
    }
}
