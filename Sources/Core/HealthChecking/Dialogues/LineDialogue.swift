/// A conversation of commands and replies in lines, as those of mail servers: a greeting, then one exchange after the
/// other, each of which has to be accepted.
package struct LineDialogue: Dialogue {
    struct Exchange: Sendable {
        /// What is replied to, in reasons: `EHLO`; the greeting replies to nothing.
        var name: String
        /// The whole line; nil where the server speaks first.
        var command: String?
        var grammar: ReplyGrammar
        /// The next exchange is tried then; it is left out when this one is accepted.
        var hasSubstitute = false
        /// What is said of the server once this is accepted.
        var says: String
    }

    private let exchanges: [Exchange]
    private let farewell: String
    private var current = 0
    private var buffer = LineBuffer()
    private var reader: ReplyReader

    /// - Parameter exchanges: at least one.
    init(_ exchanges: [Exchange], farewell: String) {
        self.exchanges = exchanges
        self.farewell = farewell
        reader = ReplyReader(exchanges[0].grammar)
    }

    private var exchange: Exchange { exchanges[current] }

    package var awaited: String { exchange.command == nil ? "greeting" : "answer to \(exchange.name)" }
    package var isPartial: Bool { buffer.isPartial || reader.isPartial }

    package mutating func begin() -> DialogueStep {
        exchange.command.map { .send(Array("\($0)\r\n".utf8)) } ?? .wait
    }

    package mutating func receive(_ bytes: ArraySlice<UInt8>) -> DialogueStep {
        do throws(LineBuffer.Excess) {
            try buffer.append(bytes)
            while let line = try buffer.next() {
                let step = take(line)
                if step != .wait { return step }
            }
            return .wait
        } catch {
            return .failed("the \(awaited) is \(error.reason)")
        }
    }

    package mutating func end() -> DialogueStep { .failed(closure) }

    private mutating func take(_ line: [UInt8]) -> DialogueStep {
        switch reader.read(line) {
        case .more: return .wait
        case .accepted: return advance(by: exchange.hasSubstitute ? 2 : 1)
        case .refused:
            if exchange.hasSubstitute { return advance(by: 1) }
            return .failed(
                exchange.command == nil ? "refused with \(line.seen)" : "\(exchange.name) refused with \(line.seen)")
        case .nonsense: return .failed("\(line.seen) is no \(exchange.grammar.name) \(awaited)")
        }
    }

    private mutating func advance(by count: Int) -> DialogueStep {
        let next = current + count
        guard next < exchanges.count else {
            return .passed(exchange.says, farewell: Array("\(farewell)\r\n".utf8))
        }
        current = next
        reader = ReplyReader(exchange.grammar)
        return begin()
    }
}
