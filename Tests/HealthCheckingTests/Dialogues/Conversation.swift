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
    func led(by dialogue: some Dialogue, bytewise: Bool) -> String {
        var dialogue = dialogue
        var step = dialogue.begin()
        for turn in turns {
            switch turn {
            case .client(let text): if let problem = expect(step, Array(text.utf8)) { return problem }
            case .clientBytes(let bytes): if let problem = expect(step, bytes) { return problem }
            case .server(let text): step = feed(&dialogue, Array(text.utf8), bytewise)
            case .bytes(let bytes): step = feed(&dialogue, bytes, bytewise)
            case .closes: step = dialogue.end()
            }
        }
        return switch step {
        case .wait, .send: dialogue.silence(within: "1s")
        case .passed(let reason, let subject, let farewell):
            "passed: \(reason)" + (subject.map { " about \($0.seen)" } ?? "") + " saying \(farewell.seen)"
        case .failed(let reason): reason
        }
    }

    private func expect(_ step: DialogueStep, _ bytes: [UInt8]) -> String? {
        if case .send(let sent) = step { return sent == bytes ? nil : "sent \(sent.seen), not \(bytes.seen)" }
        return "nothing sent, but \(step) instead of \(bytes.seen)"
    }

    private func feed(_ dialogue: inout some Dialogue, _ bytes: [UInt8], _ bytewise: Bool) -> DialogueStep {
        guard bytewise else { return dialogue.receive(bytes[...]) }
        var step = DialogueStep.wait
        for byte in bytes {
            // What comes behind the end of a reply is not looked at any more.
            guard step == .wait else { break }
            step = dialogue.receive([byte])
        }
        return step
    }
}
