internal import NetworkTypes
internal import TimeTypes

/// Other settings while the director runs: the same virtual routers go on as what they are.
extension RouterGroup {
    private struct Identity: Hashable {
        var interface: String
        var routerID: UInt8
        var family: IPAddress.Family

        init(_ router: VirtualRouter) {
            interface = router.settings.interface
            routerID = router.settings.routerID
            family = router.settings.family
        }
    }

    private var identities: Set<Identity> { Set(routers.map(Identity.init)) }

    /// The same id on the same interface, whatever else is another: nobody on the network sees a new router. It is
    /// enough that there is one: a group that gets a family more, or loses one, goes on.
    private func isSuccessor(of other: RouterGroup) -> Bool { !identities.isDisjoint(with: other.identities) }

    /// The group that this one goes on with. Where several become one it holds nothing unless all of them held theirs:
    /// the others' masters are somewhere else.
    private func predecessor(among old: [RouterGroup]) -> RouterGroup? {
        let candidates = old.filter { $0.role != .initialize && isSuccessor(of: $0) }
        return candidates.first { $0.role != .master } ?? candidates.first
    }

    /// Gives up, in good order, what no successor goes on with: all of it, or single routers of a master.
    mutating func leave(to successors: [RouterGroup], _ all: [RouterGroup], _ output: inout FailoverOutput) {
        guard role != .initialize else { return }
        let heirs = successors.filter { $0.predecessor(among: all)?.role == role }
        let gone = identities.subtracting(heirs.flatMap(\.identities))
        if gone == identities { return giveUp(.initialize, .stopped, &output) }
        guard role == .master else { return }
        for index in routers.indices where gone.contains(Identity(routers[index])) {
            sayFarewell(index, &output)
        }
    }

    /// Takes over role, orders and timers, and begins with the routers that are new as what the others are. A master
    /// says at once what it advertises now. False: there is nothing to go on with.
    mutating func adopt(_ former: [RouterGroup], at now: MonotonicInstant) -> Bool {
        guard let old = predecessor(among: former) else { return false }
        role = old.role
        tracking = old.tracking
        isReady = old.isReady
        claim = old.claim
        isStandby = old.isStandby
        isOutreached = old.isOutreached
        giveWayBy = old.giveWayBy
        announceAt = old.announceAt
        announcement = old.announcement
        lastConflictAt = old.lastConflictAt
        startedAt = now
        let same = former.filter { $0.role == role }.flatMap(\.routers)
        for index in routers.indices {
            let identity = Identity(routers[index])
            let priority = priority(of: routers[index])
            if let router = same.first(where: { Identity($0) == identity }) {
                routers[index].adopt(router, priority: priority, at: now)
            } else if role == .master {
                routers[index].advertiseAt = now
            } else if role == .backup {
                routers[index].wait(priority: priority, from: now)
            }
        }
        preemptibleSince = old.preemptibleSince
        if let until = old.overdueUntil {
            overdueUntil = until
            for index in routers.indices { routers[index].advertiseAt = until }
        }
        return true
    }
}
