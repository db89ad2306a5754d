package import DirectorConfig
package import TimeTypes

/// What the director is doing as a whole, in the words of `emailalertstatus`. It is starting, or reloading, until every
/// server has been checked once since, or the time for that is over.
package struct DaemonPhase: Sendable {
    package private(set) var state: AlertSettings.State
    private var limit: MonotonicInstant

    package init(_ state: AlertSettings.State, until limit: MonotonicInstant) {
        self.state = state
        self.limit = limit
    }

    package mutating func begin(_ state: AlertSettings.State, until limit: MonotonicInstant) {
        // Who reloads in the middle of the start is still starting, and who stops goes on doing that.
        if state == .stopping || self.state == .running { self.state = state }
        self.limit = max(self.limit, limit)
    }

    /// - Parameter allChecked: asked for only where it matters, since it looks at every server.
    package mutating func update(at now: MonotonicInstant, allChecked: () -> Bool) {
        guard state == .starting || state == .reloading else { return }
        if now >= limit || allChecked() { state = .running }
    }
}
