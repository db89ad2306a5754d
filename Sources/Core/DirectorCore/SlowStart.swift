import TimeTypes

/// The weight of a server that came up a short while ago: from 1 to the whole in equal steps, ten at most, so that the
/// kernel is told a bounded number of times.
package enum SlowStart {
    package static let mostSteps: Int64 = 10

    /// - Parameters:
    ///   - full: the weight it has in the end.
    ///   - elapsed: since it came up.
    ///   - span: the time in which it gets there.
    package static func weight(_ full: Int32, after elapsed: Duration, of span: Duration) -> Int32 {
        let (steps, step) = position(full, after: elapsed, of: span)
        guard step < steps else { return full }
        return Int32(1 + Int64(full - 1) * step / steps)
    }

    /// How long after it came up its weight changes next; nil when it has all of it.
    package static func nextStep(_ full: Int32, after elapsed: Duration, of span: Duration) -> Duration? {
        let (steps, step) = position(full, after: elapsed, of: span)
        guard step < steps else { return nil }
        return .nanoseconds((span.nanoseconds * (step + 1) + steps - 1) / steps)
    }

    private static func position(
        _ full: Int32, after elapsed: Duration, of span: Duration
    ) -> (steps: Int64, step: Int64) {
        let steps = min(mostSteps, Int64(full) - 1)
        guard steps > 0, span > .zero, elapsed < span else { return (1, 1) }
        return (steps, max(0, elapsed.nanoseconds) * steps / span.nanoseconds)
    }
}
