internal import EventLoop
internal import MachineFacts
package import NameQuestions

/// Asks the system's name service, by way of director-names: each round of questions is a process of its own, so that
/// what nobody answers can be ended, and what the system's modules bring with them stays there.
package enum NameClient {
    /// A line of an answer may have so many bytes: a host has thousands of addresses at most.
    private static let lineLimit = 1 << 20

    /// The answers, as many as come within the time. Blocks until then: for threads that may.
    /// - Parameters:
    ///   - start: what the time is counted from.
    ///   - each: told of each answer as soon as it is there.
    package static func ask(
        _ questions: [NameQuestion], within limit: Duration, since start: ContinuousClock.Instant = .now,
        program: String = ProgramEnvironment.ownProgram("director-names"),
        each: (NameQuestion, NameAnswer) -> Void = { _, _ in }
    ) -> NameAnswers {
        var known: [NameQuestion: NameAnswer] = [:]
        func take(_ question: NameQuestion, _ answer: NameAnswer) {
            known[question] = answer
            each(question, answer)
        }
        // A line is a line, and C's names end with a zero: nothing has a name with those.
        let lines = questions.map(\.line)
        let asked = zip(questions, lines).filter { !$0.1.utf8.contains { $0 == 0 || $0 == UInt8(ascii: "\n") } }
        if asked.count < questions.count {
            let askable = Set(asked.map(\.0))
            for question in questions where !askable.contains(question) { take(question, .none) }
        }
        guard !asked.isEmpty else { return NameAnswers(known, otherwise: "") }
        let late = "no answer within \(limit.components.seconds) s"
        guard .now < start + limit else { return NameAnswers(known, otherwise: late) }
        let process: NameProcess
        do throws(LoopError) {
            process = try NameProcess(program, input: asked.map { "\($0.1)\n" }.joined())
        } catch {
            return NameAnswers(known, otherwise: error.description)
        }
        var left = asked.count
        let end = process.read(until: start + limit, lineLimit: lineLimit) { line in
            let words = line.split(separator: " ", maxSplits: 1)
            guard words.count == 2, let number = Int(words[0]), asked.indices.contains(number),
                known[asked[number].0] == nil, let answer = NameAnswer(line: words[1])
            else { return true }
            take(asked[number].0, answer)
            left -= 1
            return left > 0
        }
        let trouble =
            switch end {
            case .done, .ended: "\(program) has ended without an answer"
            case .late: late
            }
        return NameAnswers(known, otherwise: trouble)
    }
}
