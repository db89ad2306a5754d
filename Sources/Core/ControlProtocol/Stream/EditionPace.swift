package import TimeTypes

/// When the next edition is due: so often that nobody waits for long, and so seldom that making them takes a small
/// share of a processor, however large the table is and however many ask.
package struct EditionPace: Sendable {
    /// What is waited for together after a change: what follows for the kernel's table is done by then, and told with
    /// its cause.
    package static let settling = Duration.milliseconds(5)
    package static let shortestPause = Duration.milliseconds(100)
    package static let longestSilence = Duration.seconds(1)
    /// The share of the time for those who are told what changes, and for those who wait for an answer.
    package static let share = 20
    package static let shareOfAnswers = 4

    /// When the edition that is published was begun: what happened before is in it.
    private var publishedAt: MonotonicInstant?
    private var cost = Duration.zero
    /// Something happened that is not in the published one; that is not in the one that is being made.
    private var isOutdated = false
    private var isNextOutdated = false
    private var beganAt: MonotonicInstant?

    package init() {}

    package mutating func changed() {
        isOutdated = true
        isNextOutdated = true
    }

    package mutating func began(at now: MonotonicInstant) {
        beganAt = now
        isNextOutdated = false
    }

    /// - Parameter cost: how long it took to make.
    package mutating func published(cost: Duration) {
        publishedAt = beganAt
        self.cost = cost
        isOutdated = isNextOutdated
    }

    /// What is published stays, and the next attempt has its time as if this one had succeeded.
    package mutating func failed() {
        publishedAt = beganAt
        isOutdated = true
    }

    /// Whether what is published may be the answer to a question that is asked now: nothing that was done before the
    /// question is missing in it, and its numbers are hardly older than those of a new one would be.
    package func isFresh(at now: MonotonicInstant) -> Bool {
        guard let publishedAt, !isOutdated else { return false }
        return now - publishedAt < min(cost * 10, Self.longestSilence)
    }

    /// When the next edition may begin.
    /// - Parameter isAwaited: somebody who asked waits for it, and not only those who are told what changes.
    package func next(isAwaited: Bool, at now: MonotonicInstant) -> MonotonicInstant {
        guard let publishedAt else { return now }
        if isAwaited { return max(now, publishedAt + cost * Self.shareOfAnswers) }
        let pause = isOutdated ? Self.shortestPause : Self.longestSilence
        return max(isOutdated ? now + Self.settling : now, publishedAt + max(pause, cost * Self.share))
    }
}
