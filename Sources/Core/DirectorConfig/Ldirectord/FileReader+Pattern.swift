/// Patterns that an answer is searched for.
extension FileReader {
    /// Says what is wrong with a pattern; false after an error.
    mutating func validate(_ pattern: Placed<String>) -> Bool {
        guard let problem = problem(pattern.value) else { return true }
        problems.error(pattern.place, "'\(pattern.value.utf8.shown)' \(problem)")
        return false
    }

    /// For ldirectord's own keys, where another line may say that nobody looks for it: that is known at the end of the
    /// section only.
    mutating func isPattern(_ pattern: Placed<String>, of section: Int) -> Bool {
        guard let problem = problem(pattern.value) else { return true }
        sections[section].dialogue.badPatterns.append((pattern, problem))
        return false
    }

    private mutating func problem(_ pattern: String) -> String? {
        guard !pattern.isEmpty, pattern != lastGoodPattern else { return nil }
        let problem = validatePattern(pattern)
        if problem == nil { lastGoodPattern = pattern }
        return problem
    }

    /// `receive = "+OK"` of a POP server is never looked at, by ldirectord neither.
    mutating func judgeBadPatterns(_ section: Section, _ checks: CheckSettings) {
        for (text, problem) in section.dialogue.badPatterns {
            let said = "'\(text.value.utf8.shown)' \(problem)"
            if checks.matchesAnswers {
                problems.error(text.place, said)
            } else {
                problems.warning(text.place, "\(said); it has no effect on these checks: leave it out")
            }
        }
    }
}

extension CheckSettings {
    /// Something is looked for in what servers answer.
    fileprivate var matchesAnswers: Bool {
        switch type {
        case .negotiate, .combined: service.matchesAnswers
        case .on, .off, .connect, .ping, .external, .externalPerl: false
        }
    }
}
