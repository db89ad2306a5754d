package import TimeTypes

/// How many checks may start: `burst` at once, and `rate` a second in the long run.
///
/// It is the leaky bucket kept as one instant, the moment at which the bucket is empty again: nothing has to be
/// refilled by a timer, and a clock that stood still while the machine slept gives one burst, not a flood.
package struct StartBudget: Sendable {
    private let spacing: Duration
    private let tolerance: Duration
    private var emptyAt = MonotonicInstant.zero

    /// `rate` is in starts a second; both are at least 1.
    package init(rate: Int, burst: Int) {
        spacing = .nanoseconds(1_000_000_000 / Int64(max(1, rate)))
        tolerance = spacing * (max(1, burst) - 1)
    }

    /// The earliest moment at which one more may start.
    package func nextStart(at now: MonotonicInstant) -> MonotonicInstant {
        let full = emptyAt + (.zero - tolerance)
        return max(full, now)
    }

    package mutating func take(at now: MonotonicInstant) {
        emptyAt = max(emptyAt, now) + spacing
    }
}
