extension PatternSearch {
    /// Why the bytes are not what they should be; nil when the pattern matches.
    func problem(in bytes: [UInt8], _ part: String) -> String? {
        switch self(bytes) {
        case .found: nil
        case .notFound: "pattern '\(shown)' not in \(part)"
        case .tooCostly: "pattern '\(shown)' takes too long to match \(part)"
        }
    }
}
