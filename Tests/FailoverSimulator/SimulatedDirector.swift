import NetworkTypes
import TimeTypes
import VirtualRouting

/// One director of a run: its node when it runs, and its machine.
struct SimulatedDirector {
    let index: Int
    var node: FailoverNode?
    /// What the machine has: it outlives a frozen process, not a crash.
    var holdsAddresses = false
    var holdsSince: Int64 = 0
    var isFrozen = false
    /// What arrived while it was frozen, as many as a socket keeps.
    var inbox: [SimulatedEvent] = []
    /// Local time is that of the run, faster or slower by some millionths, and what it jumped.
    var drift: Int64
    var jumped: Int64 = 0
    var keys = KeyRing.steps[0]
    var incarnation: UInt64 = 0
    var generation: UInt64 = 0
    /// Since when it has run without a break, a fault or a jump: what may be expected of it.
    var soundSince: Int64?
    var isFaulty = false
    /// Its clock or its process stood since this time: silence that it saw is no silence.
    var sleptAt: Int64 = .min / 2

    init(_ index: Int, drift: Int64) {
        self.index = index
        self.drift = drift
    }

    var isRunning: Bool { node != nil }
    /// With what its tracking and its orders make of it.
    var priority: UInt8 { node?.groups.first?.priority ?? 0 }
    var isLive: Bool { node != nil && !isFrozen }
    var address: IPAddress { IPAddress(ipv4: 0x0A00_0001 + UInt32(index)) }

    func local(_ time: Int64) -> MonotonicInstant {
        MonotonicInstant(nanoseconds: 1_000_000_000_000 + time + time / 1_000_000 * drift + jumped)
    }

    /// The run's time at which a local instant comes.
    func global(_ instant: MonotonicInstant) -> Int64 {
        let local = instant.nanoseconds - 1_000_000_000_000 - jumped
        var time = local - local / 1_000_000 * drift
        while self.local(time) < instant { time += max(1, (instant.nanoseconds - self.local(time).nanoseconds)) }
        return time
    }
}
