internal import Digests

/// A conversation of commands and replies in lines, as those of mail servers: a greeting, then one turn after the
/// other, each of which has to be accepted.
package struct LineExchange: Exchange {
    struct Turn: Sendable {
        /// What is replied to, in reasons: `EHLO`; the greeting replies to nothing.
        var name: String
        var command: Command
        var grammar: ReplyGrammar
        /// How many turns behind it are tried only when this one is refused.
        var substitutes = 0
        /// What is said of the server once this is accepted.
        var says: String
    }

    enum Command: Sendable {
        /// The server speaks first.
        case none
        case line(String)
        /// POP3's login by a digest of the time in the greeting; left out where there is none (RFC 1939, section 7).
        case apop(login: String, password: String)
        /// IMAP's login, left out where the greeting says that we are in already (RFC 9051, section 6.2).
        case imapLogin(String)
    }

    private let turns: [Turn]
    private let farewell: String
    private var current = 0
    private var buffer = LineBuffer()
    private var reader: ReplyReader
    private var greeting: [UInt8] = []

    /// - Parameter turns: at least one.
    init(_ turns: [Turn], farewell: String) {
        self.turns = turns
        self.farewell = farewell
        reader = ReplyReader(turns[0].grammar)
    }

    private var turn: Turn { turns[current] }

    private var isGreeting: Bool {
        if case .none = turn.command { true } else { false }
    }

    package var awaited: String { isGreeting ? "greeting" : "answer to \(turn.name)" }

    package mutating func open() -> ExchangeStep {
        switch turn.command {
        case .none: return .more
        case .line(let line): return .send(Array("\(line)\r\n".utf8))
        case .apop(let login, let password):
            guard let digest = Self.digest(of: greeting, password) else { return advance(by: 1) }
            return .send(Array("APOP \(login) \(digest)\r\n".utf8))
        case .imapLogin(let line):
            return ReplyReader.isPreauthenticated(greeting) ? advance(by: 1) : .send(Array("\(line)\r\n".utf8))
        }
    }

    package mutating func receive(_ bytes: ArraySlice<UInt8>) -> ExchangeStep {
        do throws(LineBuffer.Excess) {
            try buffer.append(bytes)
            while let line = try buffer.next() {
                let step = take(line)
                if step != .more { return step }
            }
            return .more
        } catch {
            return .failed("the \(awaited) is \(error.reason)")
        }
    }

    private mutating func take(_ line: [UInt8]) -> ExchangeStep {
        if isGreeting { greeting = line }
        switch reader.read(line) {
        case .more: return .more
        case .accepted: return advance(by: 1 + turn.substitutes)
        case .refused:
            if turn.substitutes > 0 { return advance(by: 1) }
            return .failed(isGreeting ? "refused with \(line.seen)" : "\(turn.name) refused with \(line.seen)")
        case .nonsense: return .failed("\(line.seen) is no \(turn.grammar.name) \(awaited)")
        }
    }

    private mutating func advance(by count: Int) -> ExchangeStep {
        guard current + count < turns.count else {
            return .passed(turn.says, farewell: Array("\(farewell)\r\n".utf8))
        }
        current += count
        reader = ReplyReader(turn.grammar)
        return open()
    }

    /// MD5 of the time, its angle brackets included, and the password.
    private static func digest(of greeting: [UInt8], _ password: String) -> String? {
        guard let start = greeting.firstIndex(of: UInt8(ascii: "<")),
            let end = greeting[start...].firstIndex(of: UInt8(ascii: ">")),
            greeting[start..<end].contains(UInt8(ascii: "@"))
        else { return nil }
        return Digest.md5(greeting[start...end] + Array(password.utf8)).map { byte in
            (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }.joined()
    }
}
