internal import Patterns

/// Compiled patterns by their text, each kept as long as a check uses it: a farm of a thousand servers has one or two.
struct PatternCache {
    private struct Entry {
        var pattern: Result<Pattern, Pattern.Problem>
        var users: Int
    }

    private var entries: [String: Entry] = [:]

    var count: Int { entries.count }

    mutating func take(_ text: String) -> Result<Pattern, Pattern.Problem> {
        if let entry = entries[text] {
            entries[text]?.users += 1
            return entry.pattern
        }
        let pattern = Result { () throws(Pattern.Problem) in try Pattern(text) }
        entries[text] = Entry(pattern: pattern, users: 1)
        return pattern
    }

    mutating func giveBack(_ text: String) {
        guard let entry = entries[text] else { return }
        entries[text] = entry.users > 1 ? Entry(pattern: entry.pattern, users: entry.users - 1) : nil
    }
}
