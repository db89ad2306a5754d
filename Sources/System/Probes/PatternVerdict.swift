internal import Patterns

/// What a pattern says about an answer.
enum PatternVerdict {
    /// What is to be told of an answer that is not what it should be; nil when the pattern matches, or there is none.
    static func outcome(_ pattern: Pattern?, in subject: [UInt8], _ part: String = "the answer") -> ProbeOutcome? {
        pattern.flatMap { outcome($0.search(subject), of: $0.text, part) }
    }

    static func outcome(_ search: Pattern.Outcome, of text: String, _ part: String) -> ProbeOutcome? {
        switch search {
        case .found: nil
        case .notFound: .failed("pattern '\(shortened(text))' not in \(part)")
        case .tooCostly: .failed("pattern '\(shortened(text))' takes too long to match \(part)")
        case .noMemory: .unjudged("no memory to match \(part)")
        case .failed(let reason): .failed("libpcre2: \(reason)")
        }
    }

    static func shortened(_ text: String) -> String {
        text.count <= 80 ? text : text.prefix(80) + "..."
    }
}
