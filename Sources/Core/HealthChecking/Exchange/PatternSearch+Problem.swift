extension PatternSearch {
    /// How an exchange ends whose answer is not what it should be; nil when the pattern matches.
    func refusal(of bytes: [UInt8], _ part: String, farewell: [UInt8]) -> ExchangeStep? {
        let outcome = self(bytes)
        return outcome == .found ? nil : end(outcome, part, farewell: farewell)
    }

    /// How an exchange ends after a search that has not found the pattern.
    func end(_ outcome: Outcome, _ part: String = "the answer", farewell: [UInt8] = []) -> ExchangeStep {
        switch outcome {
        case .found, .notFound: .failed("pattern '\(shown)' not in \(part)", farewell: farewell)
        case .tooCostly: .failed("pattern '\(shown)' takes too long to match \(part)", farewell: farewell)
        case .noMemory: .unjudged("no memory to match \(part)")
        case .failed(let reason): .failed("libpcre2: \(reason)", farewell: farewell)
        }
    }
}
