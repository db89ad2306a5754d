package import TimeTypes

/// How many results in a row turn a verdict.
package struct HealthLimits: Hashable, Sendable {
    /// Successes that bring a server back that was down, at least 1.
    package var rise: Int
    /// Failures that take a server out that was up, at least 1.
    package var fall: Int

    package init(rise: Int = 1, fall: Int = 1) {
        self.rise = rise
        self.fall = fall
    }
}

/// What the results of one check say of one real server in one virtual service.
///
/// ldirectord's counting, which has `rise` 1: `fall` failures in a row take a server out; `rise` successes in a row
/// bring it back. A server that was never seen either way is judged by its first result.
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
        /// The server changes too often: it is down, or stays so, for this long at least.
        case held(for: Duration)
    }

    package private(set) var state: State
    /// Since when the state holds.
    package private(set) var since: WallTime
    /// What the latest result that bore on the state said.
    package private(set) var reason: String
    /// Failures in a row while up.
    package private(set) var failures = 0
    /// Successes in a row while down.
    package private(set) var successes = 0
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
    package mutating func observe(_ result: CheckResult, limits: HealthLimits, at now: WallTime) -> Change? {
        lastCheck = now
        latency = result.latency
        return result.passed ? passed(result, limits, at: now) : failed(result, limits, at: now)
    }

    private mutating func passed(_ result: CheckResult, _ limits: HealthLimits, at now: WallTime) -> Change? {
        if state == .down {
            successes += 1
            // Until it is back, its reason is that of its failure.
            guard successes >= limits.rise else { return nil }
        }
        successes = 0
        let failed = failures > 0
        failures = 0
        reason = result.reason
        if state == .up { return failed ? .softFailureCleared : nil }
        enter(.up, at: now)
        return .cameUp
    }

    private mutating func failed(_ result: CheckResult, _ limits: HealthLimits, at now: WallTime) -> Change? {
        successes = 0
        if state == .down {
            reason = result.reason
            return nil
        }
        if state == .up {
            failures += 1
            guard failures >= limits.fall else { return .softFailure(count: failures, limit: limits.fall) }
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
