internal import Patterns

/// What a pattern says about an answer.
enum PatternVerdict {
    /// Why the answer is not what it should be; nil when the pattern matches, or there is none.
    static func problem(_ pattern: Pattern?, in subject: [UInt8], _ part: String = "the answer") -> String? {
        guard let pattern else { return nil }
        switch pattern.search(subject) {
        case .found: return nil
        case .notFound: return "pattern '\(shortened(pattern.text))' not in \(part)"
        case .tooCostly: return "pattern '\(shortened(pattern.text))' takes too long to match the answer"
        }
    }

    static func shortened(_ text: String) -> String {
        text.count <= 80 ? text : text.prefix(80) + "..."
    }
}
