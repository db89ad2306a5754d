import Testing

@testable import VirtualRouting

/// When a target of `track = ping` counts as silent, and as back.
struct EchoRecordTests {
    private func question(_ number: Int) -> EchoMessage {
        EchoMessage(identifier: 7, sequence: UInt16(number), token: UInt64(number) * 1000)
    }

    /// In the script `!` is a question that is answered before the next one is due, `?` one that is not. What is told
    /// stands at its question's place: `-` for silence, `+` for an answer that is news, `.` for nothing.
    @Test(
        arguments: [
            ("????", nil, "...-"), ("????", true, "...-"), ("????", false, "...."),
            // Once, however long it lasts, and its end at once.
            ("??????!!", nil, "...-..+."),
            // An answer begins the count anew.
            ("!??!??!???", nil, "+........."), ("!????!", true, "....-+"),
            ("??!", true, "..."), ("!", false, "+"),
        ] as [(String, Bool?, String)])
    func threeQuestionsWithoutAnAnswerAreSilence(script: String, known: Bool?, told: String) {
        var record = EchoRecord(answers: known)
        var found = ""
        for (number, sign) in script.enumerated() {
            var news = record.judge() ? "-" : "."
            record.ask(question(number))
            if sign == "!", record.take(question(number)) { news = "+" }
            found += news
        }
        #expect(found == told)
    }

    @Test func anAnswerMayBeLaterThanTheNextTwoQuestions() {
        var record = EchoRecord(answers: true)
        for number in 1...4 { record.ask(question(number)) }
        let late = record.take(question(1))
        let isSilent = record.judge()
        #expect(!late && isSilent)
        let neverAsked = record.take(question(9))
        #expect(!neverAsked)
        // It may come twice, and tells no more than once.
        let news = [record.take(question(2)), record.take(question(2)), record.judge()]
        #expect(news == [true, false, false])
    }
}
