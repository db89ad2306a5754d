import NetworkTypes
import TimeTypes
import VirtualRouting

/// One director of a run: its node while the program runs, and its machine.
struct SimulatedDirector {
    let index: Int
    var node: FailoverNode?
    /// What its file says of each group; nil where it has no section of it.
    var plan: [GroupPlan?]
    /// What was put in force while it slept.
    var nextPlan: [GroupPlan?]?
    /// The groups of the node, in its order.
    var groups: [Int] = []
    var isFrozen = false
    /// What arrived while it was frozen, as many as a socket keeps.
    var inbox: [SimulatedEvent] = []
    /// Local time is that of the run, faster or slower by some millionths, and what it jumped.
    var drift: Int64
    var jumped: Int64 = 0
    var clock = SteadyClock()
    var keys = KeyRing.steps[0]
    /// Of the process.
    var life: UInt64 = 0
    /// Of the node: a reload begins another one.
    var incarnation: UInt64 = 0
    var boot = BootID(high: 0, low: 0)
    var generation: UInt64 = 0

    // MARK: The machine, which outlives the process

    /// The addresses of these groups are on it.
    var holds: [Bool]
    /// When it last advertised as master, by its own clock.
    var memory: [MonotonicInstant?]
    /// What operators ordered.
    var notes = HandOverOrders()
    var tracking: [TrackingState]
    var isReady = false
    /// A fencing device holds the power back.
    var isOffUntil: Int64 = 0

    init(_ index: Int, _ scenario: Scenario, drift: Int64) {
        self.index = index
        self.drift = drift
        plan = scenario.groups.map { $0.plans[index] }
        holds = plan.map { _ in false }
        memory = plan.map { _ in nil }
        tracking = plan.map { _ in scenario.whole }
    }

    var name: String { "director \(index)" }
    var isRunning: Bool { node != nil }
    var isLive: Bool { node != nil && !isFrozen }

    func local(_ time: Int64) -> MonotonicInstant {
        MonotonicInstant(nanoseconds: Scenario.epoch + time + time / 1_000_000 * drift + jumped)
    }

    /// The run's time at which a local instant comes.
    func global(_ instant: MonotonicInstant) -> Int64 {
        let local = instant.nanoseconds - Scenario.epoch - jumped
        var time = local - local / 1_000_000 * drift
        while self.local(time) < instant { time += max(1, (instant.nanoseconds - self.local(time).nanoseconds)) }
        return time
    }
}

/// A director's clock as its program takes it: when it is put back it stands still until it has caught up.
struct SteadyClock {
    private var latest: Int64 = .min

    /// The program looks at it.
    mutating func note(_ instant: MonotonicInstant) { latest = max(latest, instant.nanoseconds) }
    func steady(_ instant: MonotonicInstant) -> Int64 { max(latest, instant.nanoseconds) }
}

extension Scenario {
    /// Where a director's advertisements of a router come from.
    func address(_ director: Int, _ router: Router) -> IPAddress {
        let isOther = isReversed && (router.family == .ipv6 || router.segment == 1)
        let host = UInt64(isOther ? directors - director : director + 1)
        return router.family == .ipv4
            ? IPAddress(ipv4: 0x0A00_0000 + UInt32(router.segment) << 8 + UInt32(host))
            : IPAddress(ipv6High: 0xFE80_0000_0000_0000, low: UInt64(router.segment) << 16 + host)
    }

    /// The groups of one director as the state machine is told of them.
    func settings(of director: SimulatedDirector) -> [(group: Int, settings: GroupSettings)] {
        director.plan.indices.compactMap { index in
            director.plan[index].map { (index, settings(of: director.index, index, $0)) }
        }
    }

    private func settings(of director: Int, _ index: Int, _ plan: GroupPlan) -> GroupSettings {
        let group = groups[index]
        var settings = GroupSettings(
            name: group.name,
            routers: group.routers.prefix(plan.routers).map { router in
                var settings = RouterSettings(
                    interface: "eth\(router.segment)", routerID: router.id, version: plan.version,
                    priority: plan.priority, interval: plan.interval,
                    addresses: [
                        router.family == .ipv4
                            ? IPAddress(ipv4: 0xC000_0200 + UInt32(router.id))
                            : IPAddress(ipv6High: 0x2001_0DB8_0000_0000, low: UInt64(router.id))
                    ])
                if plan.version == .v2 { settings.authentication = .simpleText(.init("secret".utf8)) }
                if router.isUnicast {
                    settings.unicastPeers = (0..<directors).filter { $0 != director }.map { address($0, router) }
                }
                return settings
            })
        settings.preemption = plan.preemption
        settings.deadTime = deadTime
        settings.fencing = fencing
        settings.reachSettling = reachSettling
        return settings
    }
}
