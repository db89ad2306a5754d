package import DirectorConfig
package import TimeTypes

/// What the director is doing as a whole, in the words of `emailalertstatus`. It is starting, or reloading, until every
/// server has been checked once since, or the time for that is over.
package struct DaemonPhase: Sendable {
    package private(set) var state: AlertSettings.State
    private var limit: MonotonicInstant
    /// Only checks that ended since then count; nil for the start, before which there were none.
    private var since: WallTime?

    package init(_ state: AlertSettings.State, until limit: MonotonicInstant) {
        self.state = state
        self.limit = limit
    }

    package mutating func begin(_ state: AlertSettings.State, at now: Moment, for span: Duration) {
        // Who reloads in the middle of the start is still starting, and who stops goes on doing that.
        if state == .stopping || self.state == .running { self.state = state }
        if self.state == .reloading { since = now.wall }
        limit = max(limit, now.instant + span)
    }

    /// - Parameter allChecked: whether every server was checked since then; asked for only where it matters, since it
    ///   looks at every server.
    package mutating func update(at now: MonotonicInstant, allChecked: (WallTime?) -> Bool) {
        guard state == .starting || state == .reloading else { return }
        guard now >= limit || allChecked(since) else { return }
        state = .running
        since = nil
    }
}
