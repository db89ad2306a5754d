internal import Patterns

/// Compiled patterns by their text, each kept as long as a check uses it: a farm of a thousand servers has one or two.
struct PatternCache {
    private struct Entry {
        var pattern: Result<Pattern, Pattern.Problem>
        var users: Int
    }

    private var entries: [String: Entry] = [:]
    private let compile: (String) -> Result<Pattern, Pattern.Problem>

    init(
        compile: @escaping (String) -> Result<Pattern, Pattern.Problem> = { text in
            Result { () throws(Pattern.Problem) in try Pattern(text) }
        }
    ) {
        self.compile = compile
    }

    var count: Int { entries.count }

    mutating func take(_ text: String) -> Result<Pattern, Pattern.Problem> {
        let pattern = pattern(of: text)
        entries[text] = Entry(pattern: pattern, users: (entries[text]?.users ?? 0) + 1)
        return pattern
    }

    /// What one who has taken it gets now: that there was no memory for it is true of that moment only.
    mutating func again(_ text: String) -> Result<Pattern, Pattern.Problem> {
        let pattern = pattern(of: text)
        entries[text]?.pattern = pattern
        return pattern
    }

    private func pattern(of text: String) -> Result<Pattern, Pattern.Problem> {
        switch entries[text]?.pattern {
        case .success(let pattern): .success(pattern)
        case .failure(let problem) where problem.kind != .noMemory: .failure(problem)
        case .failure, nil: compile(text)
        }
    }

    mutating func giveBack(_ text: String) {
        guard let entry = entries[text] else { return }
        entries[text] = entry.users > 1 ? Entry(pattern: entry.pattern, users: entry.users - 1) : nil
    }
}
