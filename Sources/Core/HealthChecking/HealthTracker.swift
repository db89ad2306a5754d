package import TimeTypes

/// The health of one real server in one virtual service: what the results of its checks add up to.
///
/// ldirectord's counting: one success brings a server in; `failureCount` failures in a row take it out; a server that
/// was never seen up is out at its first failure.
package struct HealthTracker: Hashable, Sendable {
    package enum State: String, Hashable, Sendable {
        /// No check has finished yet, and nothing speaks for the server: it gets no connections.
        case unverified
        case up
        case down
    }

    /// What a result changed.
    package enum Change: Hashable, Sendable {
        case cameUp
        case wentDown
        /// The server stays up; this was failure `count` of the `limit` that take it out.
        case softFailure(count: Int, limit: Int)
        /// The server stayed up and its count of failures went back to zero.
        case softFailureCleared
    }

    package private(set) var state: State
    /// Since when the state holds.
    package private(set) var since: WallTime
    /// What the latest result that bore on the state said.
    package private(set) var reason: String
    /// Failures in a row while up.
    package private(set) var failures = 0
    /// When the latest check ended; nil before the first.
    package private(set) var lastCheck: WallTime?
    /// How long the latest check took.
    package private(set) var latency: Duration?

    /// - Parameter state: `.up` for a server that the kernel sends connections to already and that is adopted as it is.
    package init(_ state: State, reason: String, at now: WallTime) {
        self.state = state
        self.reason = reason
        since = now
    }

    /// Takes in the result of a check. Returns what an operator should hear of, if anything.
    package mutating func observe(_ result: CheckResult, failureCount: Int, at now: WallTime) -> Change? {
        lastCheck = now
        latency = result.latency
        if result.passed {
            let failed = failures > 0
            failures = 0
            reason = result.reason
            if state == .up { return failed ? .softFailureCleared : nil }
            enter(.up, at: now)
            return .cameUp
        }
        guard state == .up else {
            let isNew = state != .down
            reason = result.reason
            if isNew { enter(.down, at: now) }
            return isNew ? .wentDown : nil
        }
        failures += 1
        if failures < failureCount {
            return .softFailure(count: failures, limit: failureCount)
        }
        failures = 0
        reason = result.reason
        enter(.down, at: now)
        return .wentDown
    }

    private mutating func enter(_ new: State, at now: WallTime) {
        state = new
        since = now
    }
}
