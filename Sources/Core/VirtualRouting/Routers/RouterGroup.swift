package import NetworkTypes
package import TimeTypes

/// The state machine of virtual routers that move as one (RFC 9568 section 6.4, RFC 3768 section 6.4): a single router
/// is a group of one. Where there are links to the peers, what they say and their silence decide with it.
package struct RouterGroup: Sendable {
    package let settings: GroupSettings
    /// Our index in the node's list, for the actions.
    let index: Int
    package internal(set) var routers: [VirtualRouter]
    package internal(set) var role = Role.initialize

    /// What the tracking says.
    package internal(set) var tracking = TrackingState()
    /// Table in the kernel, first round of checks done, connections synchronised.
    package internal(set) var isReady = false
    /// Since when this router could preempt: `preempt = 30s` counts from here. Nil while the master outranks us.
    var preemptibleSince: MonotonicInstant?

    // Hand-over, see RouterGroup+HandOver.swift.
    package internal(set) var claim: Claim?
    /// The operator's wish to hold nothing while somebody else can.
    package internal(set) var isStandby = false
    var outreachedSince: MonotonicInstant?
    package internal(set) var isOutreached = false
    /// When a master whose successor does not come forward gives up all the same.
    var giveWayBy: MonotonicInstant?

    // Election, see RouterGroup+Election.swift.
    var heldUntil: MonotonicInstant?
    var fencing = Fencing.idle
    var gaveUp = false
    var saidHeldBy: String?
    /// Our timers were late: what came meanwhile is read before anybody is elected.
    var readsFirst = false

    // The master's announcements.
    var announceAt: MonotonicInstant?
    var announcement = Announcement.repeated
    var lastConflictAt: MonotonicInstant?
    /// We did not run for so long that somebody else may rightly be master, from whom we would not take the addresses:
    /// until then we listen and claim nothing.
    var overdueUntil: MonotonicInstant?
    var startedAt = MonotonicInstant.zero
    /// We slept: the links are listened to again until then.
    var listensUntil = MonotonicInstant.zero

    enum Fencing: Hashable {
        case idle
        case running
        case failed(retryAt: MonotonicInstant)
        case done
    }

    /// A priority that outranks the master's, for a hand-over that is wanted.
    package struct Claim: Hashable, Sendable {
        package var priority: UInt8
        /// The peer that asked for it: the claim ends when that peer is willing again. Nil: the operator's.
        package var over: String?
    }

    package init(_ settings: GroupSettings, index: Int, primaryAddresses: [IPAddress]) {
        self.settings = settings
        self.index = index
        routers = zip(settings.routers, primaryAddresses).map { VirtualRouter($0, primaryAddress: $1) }
    }

    package var name: String { settings.name }
    package var isWilling: Bool { !isStandby && !isOutreached }

    /// What a router advertises: the configured priority, moved by tracking, or a claim. An owner stays one.
    package func priority(of router: VirtualRouter) -> UInt8 {
        if router.settings.isOwner { return 255 }
        let tracked = min(max(Int(router.settings.priority) + tracking.adjustment, 1), 254)
        return max(UInt8(tracked), claim?.priority ?? 0)
    }

    /// Of the first router: what the group is compared by.
    package var priority: UInt8 { routers.first.map(priority(of:)) ?? 0 }
    package var primaryAddress: IPAddress { routers.first?.primaryAddress ?? .unspecified(.ipv4) }
    var isOwner: Bool { routers.contains { $0.settings.isOwner } }

    /// Where the master is that a backup hears; the first router's, where they differ.
    package func master(at now: MonotonicInstant) -> IPAddress? {
        guard role == .backup || role == .fault else { return nil }
        return routers.lazy.filter { $0.hearsMaster(at: now) }.compactMap { $0.lastMaster?.address }.first
    }

    func hearsMaster(at now: MonotonicInstant) -> Bool { routers.contains { $0.hearsMaster(at: now) } }

    func report(at now: MonotonicInstant) -> GroupReport {
        GroupReport(
            name: name, role: role, priority: priority, isWilling: isWilling, isReady: isReady,
            hearsMaster: role == .backup && hearsMaster(at: now), hasFailedToFence: hasFailedToFence,
            address: primaryAddress, reach: tracking.reach)
    }

    // MARK: Transitions

    mutating func start(at now: MonotonicInstant, _ peers: PeerTable, resuming: Bool, _ output: inout FailoverOutput) {
        guard role == .initialize else { return }
        startedAt = now
        guard !tracking.isFaulty else {
            guard resuming else { return enter(.fault, .tracking, &output) }
            // It still holds the addresses of its earlier life.
            role = .master
            return giveUp(.fault, .tracking, &output)
        }
        if resuming { return becomeMaster(.resumed, at: now, &output) }
        if isOwner {
            // The owner waits for nobody but the peers that it has to ask first.
            preemptibleSince = now
            for router in routers.indices { routers[router].hurry(priority: 0, at: now, atMost: .zero) }
        } else {
            wait(from: now)
        }
        enter(.backup, .started, &output)
        advance(to: now, peers, &output)
    }

    /// Gives everything up in good order: priority 0 first, then the addresses go.
    mutating func stop(at now: MonotonicInstant, _ output: inout FailoverOutput) {
        guard role != .initialize else { return }
        giveUp(.initialize, .stopped, &output)
    }

    mutating func wait(from now: MonotonicInstant) {
        preemptibleSince = now
        for router in routers.indices { routers[router].wait(priority: priority(of: routers[router]), from: now) }
    }

    mutating func enter(_ new: Role, _ reason: FailoverEvent.Reason, _ output: inout FailoverOutput) {
        role = new
        heldUntil = nil
        saidHeldBy = nil
        fencing = .idle
        gaveUp = false
        giveWayBy = nil
        if new != .master {
            claim = nil
            announceAt = nil
            overdueUntil = nil
            lastConflictAt = nil
        }
        output.tellsPeers = true
        output.report(.role(group: name, new, reason))
    }

    /// Send an advertisement, take the addresses, announce them (section 6.4.2 (365)).
    mutating func becomeMaster(
        _ reason: FailoverEvent.Reason, at now: MonotonicInstant, _ output: inout FailoverOutput
    ) {
        for router in routers.indices {
            routers[router].stopWaiting()
            advertise(router, at: now, &output)
        }
        output.actions.append(.acquire(group: index))
        output.actions.append(.announce(group: index, .takeover))
        enter(.master, reason, &output)
        announceAt = now + settings.announcementDelay
        announcement = .repeated
    }

    /// A better master is there: no priority 0, it has taken over already.
    mutating func yield(_ reason: FailoverEvent.Reason, at now: MonotonicInstant, _ output: inout FailoverOutput) {
        output.actions.append(.release(group: index))
        enter(.backup, reason, &output)
        wait(from: now)
    }

    /// Leaves Master (if it is that) with priority 0, so that a backup need not wait for our silence.
    mutating func giveUp(_ new: Role, _ reason: FailoverEvent.Reason, _ output: inout FailoverOutput) {
        let wasMaster = role == .master
        if wasMaster {
            for router in routers.indices { sayFarewell(router, &output) }
            output.actions.append(.release(group: index))
        }
        for router in routers.indices { routers[router].stopWaiting() }
        enter(new, reason, &output)
    }

    mutating func advertise(_ router: Int, at now: MonotonicInstant, _ output: inout FailoverOutput) {
        let advertisement = advertisement(of: routers[router], priority: priority(of: routers[router]))
        routers[router].advertiseAt = now + routers[router].settings.interval
        if overdueUntil != nil {
            overdueUntil = nil
            output.tellsPeers = true
        }
        output.actions.append(.advertise(group: index, router: router, advertisement))
    }

    /// Priority 0.
    func sayFarewell(_ router: Int, _ output: inout FailoverOutput) {
        output.actions.append(
            .advertise(group: index, router: router, advertisement(of: routers[router], priority: 0)))
    }

    private func advertisement(of router: VirtualRouter, priority: UInt8) -> Advertisement {
        let settings = router.settings
        return Advertisement(
            version: settings.version, routerID: settings.routerID, priority: priority, interval: settings.interval,
            addresses: settings.addresses, authentication: settings.authentication)
    }
}
