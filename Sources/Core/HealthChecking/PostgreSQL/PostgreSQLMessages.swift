/// The messages of PostgreSQL's protocol 3.0 (its manual, "Message Formats") that a client sends.
enum PostgreSQLClient {
    static func startup(user: String, database: String?) -> [UInt8] {
        var parameters = text("user") + text(user)
        if let database { parameters += text("database") + text(database) }
        return framed([0, 3, 0, 0] + parameters + [0])
    }

    /// Asks for TLS before anything else is said.
    static let secure: [UInt8] = [0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f]

    static func password(_ words: [UInt8]) -> [UInt8] { message("p", words + [0]) }
    static func query(_ statement: String) -> [UInt8] { message("Q", text(statement)) }
    static let terminate = message("X", [])

    static func saslInitial(mechanism: String, _ words: String) -> [UInt8] {
        let words = Array(words.utf8)
        return message("p", text(mechanism) + number(words.count) + words)
    }

    static func saslResponse(_ words: String) -> [UInt8] { message("p", Array(words.utf8)) }

    private static func message(_ type: Unicode.Scalar, _ body: [UInt8]) -> [UInt8] {
        [UInt8(ascii: type)] + framed(body)
    }

    /// The length counts itself.
    private static func framed(_ body: [UInt8]) -> [UInt8] { number(body.count + 4) + body }

    private static func text(_ text: String) -> [UInt8] { Array(text.utf8) + [0] }

    private static func number(_ value: Int) -> [UInt8] {
        stride(from: 24, through: 0, by: -8).map { UInt8(truncatingIfNeeded: value >> $0) }
    }
}

/// A letter, and a length that counts itself.
enum PostgreSQLHeader: MessageHeader {
    static let size = 5

    static func read(_ bytes: ArraySlice<UInt8>) -> (tag: UInt8, length: Int)? {
        let length = bytes.dropFirst().reduce(0) { $0 << 8 | Int($1) } - 4
        guard let tag = bytes.first, length >= 0, length < 1 << 30 else { return nil }
        return (tag, length)
    }
}
