package import TimeTypes

/// The health of one real server: what all of its checks add up to. All must pass; each is counted by itself.
package struct ServerHealth: Hashable, Sendable {
    /// One of the server's checks.
    package struct Check: Hashable, Sendable {
        /// What tells it from the server's other checks, as it is written; empty for the one of the section's own keys.
        package var name: String
        package fileprivate(set) var tracker: HealthTracker
    }

    /// In the order of configuration; a single constant one for a server that nothing is asked of.
    package private(set) var checks: [Check]
    /// Up with every check passed; down with any failed, or while the server is held down.
    package private(set) var state: HealthTracker.State
    /// Since when the state holds.
    package private(set) var since: WallTime
    @Apart private var unrest = Unrest()
    /// When the server was last seen in order; nil when it never was.
    package private(set) var lastGood: MonotonicInstant?

    /// What is known of one that changes its state again and again.
    private struct Unrest: Hashable {
        var damping = FlapDamping()
        /// The words for a hold while it lasts.
        var reason: String?
        /// When the hold under way began.
        var since: WallTime?
    }

    package var damping: FlapDamping { unrest.damping }
    /// When the hold under way began.
    package var heldSince: WallTime? { unrest.since }

    /// - Parameter state: `.up` for a server that the kernel sends connections to already and that is adopted as it is.
    package init(_ state: HealthTracker.State, reason: String, checks names: [String] = [""], at now: Moment) {
        self.state = state
        since = now.wall
        let tracker = HealthTracker(state, reason: reason, at: now.wall)
        checks = names.map { Check(name: $0, tracker: tracker) }
        if state == .up { lastGood = now.instant }
    }

    /// What the checks alone say.
    private var verdict: HealthTracker.State {
        if checks.contains(where: { $0.tracker.state == .down }) { return .down }
        return checks.contains { $0.tracker.state == .unverified } ? .unverified : .up
    }

    /// Takes in a result of one check. Returns what an operator should hear of, if anything.
    package mutating func observe(
        _ result: CheckResult, of index: Int, limits: HealthLimits, flap: FlapPolicy?, at now: Moment
    ) -> HealthTracker.Change? {
        guard checks.indices.contains(index) else { return nil }
        let before = verdict
        let change = checks[index].tracker.observe(result, limits: limits, at: now.wall)
        let after = verdict
        // A server that counted until now was in order until now, whenever its last check was: else the floor of a pool
        // would trade it for one that was given up before.
        let hasJustFailed = state == .up && after == .down
        if hasJustFailed
            || result.passed && checks.indices.allSatisfy({ $0 == index || checks[$0].tracker.state == .up })
        {
            lastGood = now.instant
        }
        if let flap, before != after, before != .unverified, after != .unverified,
            let hold = unrest.damping.changed(flap, at: now.instant)
        {
            unrest.reason = Self.words(flap)
            unrest.since = now.wall
            enter(.down, at: now)
            return .held(for: hold)
        }
        guard damping.heldUntil == nil else { return nil }
        switch change {
        case .softFailure, .softFailureCleared: return state == .up ? change : nil
        case .cameUp, .wentDown, .held, nil: return enter(after, at: now)
        }
    }

    /// Takes in what is decided without a check, at once whatever is counted. A server that is taken out on purpose is
    /// not one that was in order last.
    package mutating func force(_ result: CheckResult, at now: Moment) -> HealthTracker.Change? {
        for index in checks.indices {
            _ = checks[index].tracker.observe(result, limits: HealthLimits(), at: now.wall)
        }
        forgetChanges()
        lastGood = result.passed ? now.instant : nil
        return enter(verdict, at: now)
    }

    private static func words(_ flap: FlapPolicy) -> String {
        "flapping, \(flap.changes) changes within \(flap.window.words)"
    }

    /// Goes on with a hold of an earlier run.
    package mutating func resume(
        _ hold: FlapDamping.Hold, since: WallTime, of flap: FlapPolicy, at now: Moment
    ) {
        unrest = Unrest(damping: FlapDamping(hold), reason: Self.words(flap), since: since)
        unrest.damping.adapt(to: flap)
        enter(.down, at: now)
    }

    /// Another policy is in force; a longer one is for the next hold.
    package mutating func adapt(to flap: FlapPolicy) {
        if damping.heldUntil != nil { unrest.damping.adapt(to: flap) }
    }

    /// Ends a hold since an operator wants it. Returns what an operator should hear of.
    package mutating func release(at now: Moment) -> HealthTracker.Change? {
        guard damping.heldUntil != nil else { return nil }
        forgetChanges()
        return enter(verdict, at: now)
    }

    /// Of most there are none, and what is not written is shared on.
    private mutating func forgetChanges() {
        if unrest.reason != nil || damping != FlapDamping() { unrest = Unrest(since: unrest.since) }
    }

    /// Ends a hold that is over, or that is not wanted any more.
    package mutating func advance(flap: FlapPolicy?, at now: Moment) -> HealthTracker.Change? {
        guard damping.heldUntil != nil else { return nil }
        if flap == nil {
            forgetChanges()
        } else {
            guard unrest.damping.release(at: now.instant) else { return nil }
            unrest.reason = nil
        }
        return enter(verdict, at: now)
    }

    @discardableResult
    private mutating func enter(_ new: HealthTracker.State, at now: Moment) -> HealthTracker.Change? {
        guard state != new else { return nil }
        state = new
        since = now.wall
        switch new {
        case .up: return .cameUp
        case .down: return .wentDown
        case .unverified: return nil
        }
    }

    /// Takes over another list of checks.
    /// - Parameter sources: for each new check its name and where it stood before, nil for one that is new. A new check
    ///   of a server that is up does not take it out before it has failed.
    package mutating func replaceChecks(_ sources: [(name: String, old: Int?)], at now: Moment) {
        let assumed = state == .up ? HealthTracker.State.up : .unverified
        let reason = state == .up ? "in use, not checked yet" : "not checked yet"
        checks = sources.map { name, old in
            if let old, checks.indices.contains(old) { return Check(name: name, tracker: checks[old].tracker) }
            return Check(name: name, tracker: HealthTracker(assumed, reason: reason, at: now.wall))
        }
        if damping.heldUntil == nil { enter(verdict, at: now) }
    }
}

extension ServerHealth {
    /// Why the state is what it is; with several checks it names the one that decides.
    package var reason: String {
        guard let holdReason = unrest.reason else { return verdictReason }
        return "\(holdReason), held down; \(verdict == .up ? "checks pass now: " : "")\(verdictReason)"
    }

    private var verdictReason: String {
        guard checks.count > 1 else { return checks.first?.tracker.reason ?? "" }
        let verdict = verdict
        guard let deciding = checks.first(where: { $0.tracker.state == verdict }) else { return "" }
        if verdict == .up { return "\(deciding.tracker.reason), all \(checks.count) checks pass" }
        return deciding.name.isEmpty ? deciding.tracker.reason : "check \(deciding.name): \(deciding.tracker.reason)"
    }

    /// Failures in a row of the check that is nearest to taking the server out.
    package var failures: Int { checks.map(\.tracker.failures).max() ?? 0 }

    /// Successes in a row of the check that has the longest way to go before the server is back.
    package var successes: Int {
        checks.filter { $0.tracker.state == .down }.map(\.tracker.successes).min() ?? 0
    }

    /// When the latest check ended; nil before the first.
    package var lastCheck: WallTime? { latest?.lastCheck }

    /// How long the latest check took.
    package var latency: Duration? { latest?.latency }

    private var latest: HealthTracker? {
        checks.map(\.tracker).filter { $0.lastCheck != nil }.max {
            ($0.lastCheck ?? since) < ($1.lastCheck ?? since)
        }
    }
}

extension Duration {
    /// The shortest exact form that the configuration understands: `5s`, `200ms`.
    package var words: String {
        let whole = components.attoseconds == 0
        return whole
            ? "\(components.seconds)s"
            : "\(components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000)ms"
    }
}
