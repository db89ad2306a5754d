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

extension FlapPolicy {
    /// How long a hold is that follows so many others. Beyond thirty doublings every one is at its longest.
    fileprivate func length(afterHolds holds: Int) -> Duration {
        min(hold * (1 << min(max(holds, 0), 30)), max(longest, hold))
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

    /// A hold under way, for a memory that outlasts the process.
    package struct Hold: Hashable, Sendable {
        package var until: MonotonicInstant
        package var length: Duration
        /// How many there were in a row, this one included.
        package var count: Int

        package init(until: MonotonicInstant, length: Duration, count: Int) {
            self.until = until
            self.length = length
            self.count = count
        }
    }

    package var hold: Hold? { heldUntil.map { Hold(until: $0, length: lastHold, count: holds) } }

    package init(_ hold: Hold) {
        holds = max(1, hold.count)
        lastHold = hold.length
        heldUntil = hold.until
        quietSince = hold.until
    }

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
        let hold = policy.length(afterHolds: holds)
        holds += 1
        lastHold = hold
        heldUntil = now + hold
        quietSince = now + hold
        return hold
    }

    /// A hold under way is no longer than it would be under another policy.
    package mutating func adapt(to policy: FlapPolicy) {
        let length = policy.length(afterHolds: holds - 1)
        guard let until = heldUntil, length < lastHold else { return }
        heldUntil = until + (length - lastHold)
        quietSince = until + (length - lastHold)
        lastHold = length
    }

    /// Ends a hold whose time has come. Returns whether it did.
    package mutating func release(at now: MonotonicInstant) -> Bool {
        guard let heldUntil, heldUntil <= now else { return false }
        self.heldUntil = nil
        return true
    }
}
