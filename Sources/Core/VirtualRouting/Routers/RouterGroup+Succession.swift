internal import NetworkTypes
internal import TimeTypes

/// Other settings while the director runs: the same virtual routers go on as what they are.
extension RouterGroup {
    private struct Identity: Hashable {
        var interface: String
        var routerID: UInt8
        var family: IPAddress.Family
    }

    private var identities: Set<Identity> {
        Set(
            routers.map {
                Identity(interface: $0.settings.interface, routerID: $0.settings.routerID, family: $0.settings.family)
            })
    }

    /// The same ids on the same interfaces, whatever else of them is another: nobody on the network sees a new router.
    func isSuccessor(of other: RouterGroup) -> Bool { identities == other.identities }

    /// Takes over role, orders and timers. A master says at once what it advertises now.
    mutating func adopt(_ old: RouterGroup, at now: MonotonicInstant) {
        role = old.role
        tracking = old.tracking
        isReady = old.isReady
        preemptibleSince = old.preemptibleSince
        claim = old.claim
        isStandby = old.isStandby
        isOutreached = old.isOutreached
        giveWayBy = old.giveWayBy
        announceAt = old.announceAt
        announcement = old.announcement
        lastConflictAt = old.lastConflictAt
        overdueUntil = old.overdueUntil
        startedAt = now
        for index in routers.indices {
            let identity = routers[index].settings
            let former = old.routers.first {
                $0.settings.interface == identity.interface && $0.settings.routerID == identity.routerID
                    && $0.settings.family == identity.family
            }
            if let former { routers[index].adopt(former, isMaster: role == .master, at: now) }
        }
    }
}
