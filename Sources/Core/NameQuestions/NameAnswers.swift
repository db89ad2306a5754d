/// Answers to several questions, as many as came in time.
package struct NameAnswers: Sendable {
    private var known: [NameQuestion: NameAnswer]
    /// Why the others have none.
    private let trouble: String

    package init(_ known: [NameQuestion: NameAnswer], otherwise trouble: String) {
        self.known = known
        self.trouble = trouble
    }

    package subscript(question: NameQuestion) -> NameAnswer { known[question] ?? .trouble(trouble) }
}
