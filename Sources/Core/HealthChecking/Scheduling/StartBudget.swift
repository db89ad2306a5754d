package import TimeTypes

/// How many checks may start: `burst` at once, and `rate` a second in the long run.
///
/// It is the leaky bucket kept as one instant, the moment at which the bucket is empty again: nothing has to be
/// refilled by a timer, and a clock that stood still while the machine slept gives one burst, not a flood.
package struct StartBudget: Sendable {
    /// Nanoseconds, as all of it: it is asked several times for each check.
    private let spacing: Int64
    private let tolerance: Int64
    private var emptyAt: Int64 = 0

    /// `rate` is in starts a second; both are at least 1.
    package init(rate: Int, burst: Int) {
        spacing = 1_000_000_000 / Int64(max(1, rate))
        tolerance = spacing * Int64(max(1, burst) - 1)
    }

    /// The earliest moment at which so many more may start together, at most a burst.
    package func nextStart(of count: Int = 1, at now: MonotonicInstant) -> MonotonicInstant {
        let wait = min(tolerance, spacing * Int64(max(1, count) - 1))
        return MonotonicInstant(nanoseconds: max(emptyAt - tolerance + wait, now.nanoseconds))
    }

    package mutating func take(at now: MonotonicInstant) {
        emptyAt = max(emptyAt, now.nanoseconds) + spacing
    }
}
