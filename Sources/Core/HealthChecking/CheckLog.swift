package import TimeTypes

/// The last results of one check, equal ones in a row as one entry: what it said, from when to when, how often. So a
/// server that has answered for a year takes as much room as one that came up a minute ago.
package struct CheckLog: Hashable, Sendable {
    package struct Run: Hashable, Sendable {
        package var passed: Bool
        package var reason: String
        package var first: WallTime
        package var last: WallTime
        package var count: Int
        /// Of the last one, and the longest of all.
        package var latency: Duration
        package var longest: Duration

        package init(
            passed: Bool, reason: String, first: WallTime, last: WallTime, count: Int, latency: Duration,
            longest: Duration
        ) {
            self.passed = passed
            self.reason = reason
            self.first = first
            self.last = last
            self.count = count
            self.latency = latency
            self.longest = longest
        }
    }

    /// More would be read by nobody, and there are tens of thousands of checks.
    package static let limit = 4

    /// Oldest first.
    package private(set) var runs: [Run] = []

    package init() {}

    package mutating func append(_ result: CheckResult, at now: WallTime) {
        if let last = runs.indices.last, runs[last].passed == result.passed, runs[last].reason == result.reason {
            runs[last].last = now
            runs[last].count += 1
            runs[last].latency = result.latency
            runs[last].longest = max(runs[last].longest, result.latency)
            return
        }
        if runs.count >= Self.limit { runs.removeFirst() }
        runs.append(
            Run(
                passed: result.passed, reason: result.reason, first: now, last: now, count: 1, latency: result.latency,
                longest: result.latency))
    }
}
