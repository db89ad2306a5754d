/// What one target of `track = ping` was asked, and what follows from its answers and their absence. Silence is counted
/// in questions and not in time: who did not run for a while has asked nothing meanwhile, and nothing was unanswered.
package struct EchoRecord: Hashable, Sendable {
    /// Nil until it has answered, or not answered often enough.
    package private(set) var answers: Bool?
    /// The latest questions: an answer may be later than the next question.
    private var asked: [EchoMessage] = []
    /// Questions since its last answer.
    private var unanswered = 0

    /// So many questions without an answer.
    private static let patience = 3

    /// `answers` is what was known of it before; nil for nothing: then the first answer, or its absence, is told.
    package init(answers: Bool? = nil) { self.answers = answers }

    /// The time of the latest question is over. Returns whether the target does not answer any more, once.
    package mutating func judge() -> Bool {
        guard answers != false, unanswered >= Self.patience else { return false }
        answers = false
        return true
    }

    package mutating func ask(_ question: EchoMessage) {
        if asked.count == Self.patience { asked.removeFirst() }
        asked.append(question)
        unanswered = min(unanswered + 1, Self.patience)
    }

    /// A reply of the target. Returns whether it answers since now; what it was not asked is no answer.
    package mutating func take(_ reply: EchoMessage) -> Bool {
        guard asked.contains(reply) else { return false }
        unanswered = 0
        guard answers != true else { return false }
        answers = true
        return true
    }
}
