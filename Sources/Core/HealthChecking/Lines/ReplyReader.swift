/// How a protocol of lines answers.
enum ReplyGrammar: Equatable, Sendable {
    /// `250 text`, over several lines `250-text` until the last one (RFC 5321, section 4.2; RFC 959, section 4.2).
    /// These codes are accepted.
    case codes(ClosedRange<Int>)
    /// `+OK text` or `-ERR text` (RFC 1939, section 3).
    case pop
    /// `* OK text`, which every connection begins with (RFC 9051, section 7.1).
    case imapGreeting
    /// Lines of information, then `TAG OK text`.
    case imap(tag: String)

    /// In reasons.
    var name: String {
        switch self {
        case .codes: "SMTP"
        case .pop: "POP3"
        case .imapGreeting, .imap: "IMAP"
        }
    }
}

/// Reads the lines of one reply.
struct ReplyReader: Sendable {
    enum Outcome: Equatable, Sendable {
        case more
        case accepted
        case refused
        case nonsense
    }

    private let grammar: ReplyGrammar
    /// The code of a reply of several lines.
    private(set) var code: Int?

    init(_ grammar: ReplyGrammar) {
        self.grammar = grammar
    }

    mutating func read(_ line: [UInt8]) -> Outcome {
        switch grammar {
        case .codes(let accepted): return readCode(line, accepted)
        case .pop:
            if Self.begins(line, "+OK") { return .accepted }
            return Self.begins(line, "-ERR") ? .refused : .nonsense
        case .imapGreeting:
            if Self.begins(line, "* OK") || Self.isPreauthenticated(line) { return .accepted }
            return Self.begins(line, "* BYE") ? .refused : .nonsense
        case .imap(let tag):
            if Self.begins(line, "\(tag) OK") { return .accepted }
            if Self.begins(line, "\(tag) NO") || Self.begins(line, "\(tag) BAD") || Self.begins(line, "* BYE") {
                return .refused
            }
            return line.starts(with: "* ".utf8) ? .more : .nonsense
        }
    }

    /// A greeting of IMAP that leaves nothing to log in to.
    static func isPreauthenticated(_ greeting: [UInt8]) -> Bool { begins(greeting, "* PREAUTH") }

    private mutating func readCode(_ line: [UInt8], _ accepted: ClosedRange<Int>) -> Outcome {
        let digits = line.prefix(3)
        let isCode = digits.count == 3 && digits.allSatisfy { (0x30...0x39).contains($0) }
        let number = isCode ? digits.reduce(0) { $0 * 10 + Int($1 - 0x30) } : 0
        let mark = line.count > 3 ? line[3] : UInt8(ascii: " ")
        if let code {
            // What stands between the first and the last line is free text for FTP.
            guard isCode, number == code, mark == UInt8(ascii: " ") else { return .more }
        } else {
            guard isCode, (200...599).contains(number), mark == UInt8(ascii: " ") || mark == UInt8(ascii: "-") else {
                return .nonsense
            }
            code = number
            if mark == UInt8(ascii: "-") { return .more }
        }
        return accepted.contains(number) ? .accepted : .refused
    }

    /// Whether the line begins with these words, in whatever case, and they end there.
    private static func begins(_ line: [UInt8], _ words: String) -> Bool {
        guard line.count >= words.utf8.count else { return false }
        let isSame = zip(line, words.utf8).allSatisfy { byte, wanted in
            byte == wanted || (0x61...0x7A).contains(byte) && byte - 0x20 == wanted
                || (0x41...0x5A).contains(byte) && byte + 0x20 == wanted
        }
        return isSame && (line.count == words.utf8.count || line[words.utf8.count] == UInt8(ascii: " "))
    }
}
