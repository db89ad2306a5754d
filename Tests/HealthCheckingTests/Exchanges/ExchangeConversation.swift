import HealthChecking
import Testing

/// One conversation as both sides have it, and what it comes to.
struct Conversation: Sendable, CustomTestStringConvertible {
    enum Turn: Sendable {
        /// What the server says, in one piece.
        case server(String)
        case bytes([UInt8])
        /// What we have to say next, all of it.
        case client(String)
        case clientBytes([UInt8])
        case closes
    }

    var name: String
    var turns: [Turn]
    var outcome: String

    var testDescription: String { name }

    init(_ name: String, _ turns: [Turn], _ outcome: String) {
        self.name = name
        self.turns = turns
        self.outcome = outcome
    }

    /// What it comes to when the server's bytes arrive one by one, or turn by turn.
    func led(by exchange: some Exchange, bytewise: Bool) -> String {
        var exchange = exchange
        var step = exchange.open()
        for turn in turns {
            switch turn {
            case .client(let text): if let problem = expect(step, Array(text.utf8)) { return problem }
            case .clientBytes(let bytes): if let problem = expect(step, bytes) { return problem }
            case .server(let text): step = feed(&exchange, Array(text.utf8), bytewise)
            case .bytes(let bytes): step = feed(&exchange, bytes, bytewise)
            case .closes: step = exchange.close()
            }
        }
        return switch step {
        case .passed(let reason, let farewell): "passed: \(reason) saying \(farewell.seen)"
        case .failed(let reason, _): reason
        default: "no \(exchange.awaited)"
        }
    }

    private func expect(_ step: ExchangeStep, _ bytes: [UInt8]) -> String? {
        if case .send(let sent) = step { return sent == bytes ? nil : "sent \(sent.seen), not \(bytes.seen)" }
        return "nothing sent, but \(step) instead of \(bytes.seen)"
    }

    private func feed(_ exchange: inout some Exchange, _ bytes: [UInt8], _ bytewise: Bool) -> ExchangeStep {
        bytewise ? exchange.trickle(bytes) : exchange.receive(bytes)
    }
}
