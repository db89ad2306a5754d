package import TimeTypes

/// When a server changes too often, and how long it is held down then.
package struct FlapPolicy: Hashable, Sendable {
    /// Changes of state, up and down alike, at least 2.
    package var changes: Int
    /// Within this time they are too many.
    package var window: Duration
    /// The first hold; each further one is twice as long.
    package var hold: Duration
    /// What a hold grows to at most.
    package var longest: Duration

    package init(changes: Int, window: Duration, hold: Duration, longest: Duration) {
        self.changes = changes
        self.window = window
        self.hold = hold
        self.longest = longest
    }
}

/// Holds down a server whose checks change their mind too often, longer each time, until it has been quiet.
///
/// Changes during a hold do not count: what counts is whether the server is up when it ends.
package struct FlapDamping: Hashable, Sendable {
    /// The latest changes, fewer than the policy allows.
    private var changes: [MonotonicInstant] = []
    private var holds = 0
    private var lastHold = Duration.zero
    /// The latest change or the end of the latest hold.
    private var quietSince = MonotonicInstant.zero
    /// The server is down until then, whatever its checks say.
    package private(set) var heldUntil: MonotonicInstant?

    package init() {}

    /// Takes in a change of state. Returns the length of the hold that begins with it.
    package mutating func changed(_ policy: FlapPolicy, at now: MonotonicInstant) -> Duration? {
        guard heldUntil == nil else { return nil }
        // As long as its last hold was, and no shorter than the window: then it is forgiven.
        if holds > 0, now - quietSince >= max(policy.window, lastHold) { holds = 0 }
        quietSince = now
        changes.removeAll { now - $0 > policy.window }
        changes.append(now)
        guard changes.count >= policy.changes else { return nil }
        changes = []
        // Beyond thirty doublings every hold is at its longest.
        let hold = min(policy.hold * (1 << min(holds, 30)), max(policy.longest, policy.hold))
        holds += 1
        lastHold = hold
        heldUntil = now + hold
        quietSince = now + hold
        return hold
    }

    /// Ends a hold whose time has come. Returns whether it did.
    package mutating func release(at now: MonotonicInstant) -> Bool {
        guard let heldUntil, heldUntil <= now else { return false }
        self.heldUntil = nil
        return true
    }
}
