package import TimeTypes

/// How long to wait before a child that died is started again: 100 ms at first, twice as long each time up to 10 s, and
/// from the beginning when it has lived for 30 s.
package struct RestartPolicy: Sendable {
    package static let shortest = Duration.milliseconds(100)
    package static let longest = Duration.seconds(10)
    package static let settled = Duration.seconds(30)

    private var next: Duration
    private let first: Duration
    private let settled: Duration
    private var startedAt: MonotonicInstant?

    /// `first` is the pause after the first death; zero for a daemon that is missed at once.
    /// One that has lived for `settled` begins anew.
    package init(first: Duration = Self.shortest, settled: Duration = Self.settled) {
        self.settled = settled
        self.first = first
        next = first
    }

    package mutating func started(at now: MonotonicInstant) {
        startedAt = now
    }

    /// The pause before the next start.
    package mutating func died(at now: MonotonicInstant) -> Duration {
        if let startedAt, now - startedAt >= settled { next = first }
        defer { next = next == .zero ? Self.shortest : min(next * 2, Self.longest) }
        return next
    }
}
