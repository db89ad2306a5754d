internal import TimeTypes

/// Other settings while the director runs: the same virtual routers go on as what they are.
///
/// A router goes on when its identity is the same, whatever else is another. A group goes on with an earlier one when
/// they have a router in common, so that one that gets a family more, or loses one, stays what it is.
struct Succession {
    private let former: [RouterGroup]
    private var places: [RouterSettings.Identity: (group: Int, router: Int)] = [:]

    init(of former: [RouterGroup]) {
        self.former = former
        for (group, one) in former.enumerated() where one.role != .initialize {
            for (place, router) in one.routers.enumerated() {
                places[router.settings.identity] = (group, place)
            }
        }
    }

    /// The group that this one goes on with. Where several become one it holds nothing unless all of them held theirs:
    /// the others' masters are somewhere else.
    func predecessor(of group: RouterGroup) -> RouterGroup? {
        let groups = Set(group.routers.compactMap { places[$0.settings.identity]?.group })
        let candidates = groups.sorted().map { former[$0] }
        return candidates.first { $0.role != .master } ?? candidates.first
    }

    /// What the router was; nil where it is new, or was in a group of another role than this.
    func predecessor(of router: VirtualRouter, in role: Role) -> VirtualRouter? {
        guard let place = places[router.settings.identity], former[place.group].role == role else { return nil }
        return former[place.group].routers[place.router]
    }

    /// By earlier group, the routers that no successor goes on with as what they are.
    func abandoned(by successors: [RouterGroup]) -> [[Int]] {
        var roles: [RouterSettings.Identity: Role] = [:]
        for successor in successors {
            guard let role = predecessor(of: successor)?.role else { continue }
            for router in successor.routers { roles[router.settings.identity] = role }
        }
        return former.map { group in
            group.routers.indices.filter { roles[group.routers[$0].settings.identity] != group.role }
        }
    }
}

extension RouterGroup {
    /// Gives up, in good order, what no successor goes on with: all of it, or single routers of a master.
    mutating func leave(_ abandoned: [Int], _ output: inout FailoverOutput) {
        guard role != .initialize else { return }
        if abandoned.count == routers.count { return giveUp(.initialize, .stopped, &output) }
        guard role == .master else { return }
        for router in abandoned { sayFarewell(router, &output) }
    }

    /// Takes over role, orders and timers, and begins with the routers that are new as what the others are. A master
    /// says at once what it advertises now. False: there is nothing to go on with.
    mutating func adopt(_ succession: Succession, at now: MonotonicInstant) -> Bool {
        guard let old = succession.predecessor(of: self) else { return false }
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
        for index in routers.indices {
            let priority = priority(of: routers[index])
            if let former = succession.predecessor(of: routers[index], in: role) {
                routers[index].adopt(former, priority: priority, at: now)
            } else if role == .master {
                routers[index].advertiseAt = now
            } else if role == .backup {
                routers[index].wait(priority: priority, from: now)
            }
        }
        preemptibleSince = old.preemptibleSince
        // The answer comes under the name.
        if old.name == name, old.fencing == .running { fencing = .running }
        if let until = old.overdueUntil {
            overdueUntil = until
            for index in routers.indices { routers[index].advertiseAt = until }
        }
        return true
    }
}
