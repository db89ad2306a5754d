internal import NetworkTypes
internal import TimeTypes

/// Planned hand-overs: the one who shall have the addresses takes them, and the one who held them yields when it hears
/// of that. No moment is without a master.
extension RouterGroup {
    /// How long a master that wants to give way waits for its successor before it gives up.
    static let handOverPatience = Duration.seconds(1)

    // MARK: The operator's orders

    /// `director takeover`: outranks the master, as long as we hold the addresses.
    mutating func takeOver(at now: MonotonicInstant, _ peers: PeerTable, _ output: inout FailoverOutput) {
        switch role {
        case .master:
            isStandby = false
            giveWayBy = nil
            output.tellsPeers = true
        case .initialize, .fault:
            output.report(.refused(group: name, why: role == .fault ? "what it tracks is broken" : "it is stopped"))
        case .backup:
            let heard = routers.compactMap { router in
                router.hearsMaster(at: now) ? router.lastMaster?.priority : nil
            }
            let told = peers.reports(onGroup: index, deadTime: settings.deadTime, at: now).compactMap {
                $0.report.role == .master ? $0.report.priority : nil
            }
            let master = (heard + told).max() ?? 0
            guard master < 254 || master < priority else {
                return output.report(
                    .refused(
                        group: name,
                        why: "the master's priority \(master) cannot be outranked: use director standby there"))
            }
            if isStandby { preemptibleSince = now }
            isStandby = false
            if master >= priority { claim = Claim(priority: master + 1, over: nil) }
            becomeMaster(.operatorTakeover, at: now, &output)
        }
    }

    /// `director standby`: gives way to a peer that is ready for it, or gives up where none is known.
    mutating func standBy(at now: MonotonicInstant, _ peers: PeerTable, _ output: inout FailoverOutput) {
        isStandby = true
        output.tellsPeers = true
        guard role == .master else { return }
        claim = nil
        if !hasSuccessor(at: now, peers) {
            stepDown(.operatorStandby, at: now, &output)
        } else {
            giveWayBy = now + Self.handOverPatience
        }
    }

    /// One who is on standby, too, will do when nobody else is there: of two such orders the later one counts.
    private func hasSuccessor(at now: MonotonicInstant, _ peers: PeerTable) -> Bool {
        peers.reports(onGroup: index, deadTime: settings.deadTime, at: now).contains {
            $0.report.role == .backup && $0.report.isReady && ($0.report.isWilling || !isBehind($0.report.reach))
        }
    }

    /// Ours is better.
    private func isBehind(_ reach: Reach?) -> Bool {
        guard let own = tracking.reach, let reach else { return false }
        return reach < own
    }

    /// The master was ordered to give way, and nobody but those who were ordered so before could have the addresses. A
    /// master that gives way because it is worse placed is no such order.
    mutating func endStandby(
        offeredBy master: Peer, at now: MonotonicInstant, _ peers: PeerTable, _ output: inout FailoverOutput
    ) {
        guard role == .backup, isStandby, isReady, !isOutreached, !isBehind(master.reports[index]?.reach) else {
            return
        }
        guard successors(at: now, peers).isEmpty else { return }
        isStandby = false
        preemptibleSince = now
        output.tellsPeers = true
    }

    private mutating func stepDown(
        _ reason: FailoverEvent.Reason, at now: MonotonicInstant, _ output: inout FailoverOutput
    ) {
        giveUp(.backup, reason, &output)
        wait(from: now)
    }

    // MARK: The master's side

    /// Living peers that could take over at once.
    func successors(at now: MonotonicInstant, _ peers: PeerTable) -> [(peer: Peer, report: GroupReport)] {
        peers.reports(onGroup: index, deadTime: settings.deadTime, at: now).filter { $0.report.canTakeOver }
    }

    mutating func giveWayIfDue(at now: MonotonicInstant, _ peers: PeerTable, _ output: inout FailoverOutput) {
        guard role == .master, isStandby else { return }
        if let due = giveWayBy {
            if due <= now { stepDown(.operatorStandby, at: now, &output) }
        } else if !successors(at: now, peers).isEmpty {
            // We took the addresses again while nobody else was there; now somebody is.
            giveWayBy = now + Self.handOverPatience
            output.tellsPeers = true
        }
    }

    /// Gives way to a peer that has reached more for a while, and stands up again when none does.
    mutating func compareReach(at now: MonotonicInstant, _ peers: PeerTable, _ output: inout FailoverOutput) {
        guard let own = tracking.reach, role == .master || role == .backup else {
            outreachedSince = nil
            isOutreached = false
            return
        }
        let isBehind = peers.reports(onGroup: index, deadTime: settings.deadTime, at: now).contains {
            $0.report.role != .fault && $0.report.reach.map { $0 > own } ?? false
        }
        guard isBehind else {
            outreachedSince = nil
            if isOutreached {
                isOutreached = false
                // Of one that outranks us the delay does not count from here.
                preemptibleSince = preemptibleSince.map { _ in now }
                output.tellsPeers = true
            }
            return
        }
        let since = outreachedSince ?? now
        outreachedSince = since
        if !isOutreached, now - since >= settings.reachSettling {
            isOutreached = true
            output.tellsPeers = true
        }
    }

    // MARK: The successor's side

    /// A master that wants to give way is relieved by the best of those who can. While there are several, the one that
    /// outranks the others is it who has the addresses in the end.
    mutating func claimIfAsked(at now: MonotonicInstant, _ peers: PeerTable, _ output: inout FailoverOutput) {
        guard peers.hasLinks, isReady, isWilling else { return }
        let masters = peers.reports(onGroup: index, deadTime: settings.deadTime, at: now).filter {
            $0.report.role == .master
        }
        guard masters.allSatisfy({ !$0.report.isWilling }),
            let master = masters.max(by: { one, other in
                let (one, other) = (one.report, other.report)
                return VirtualRouter.outranks(other.priority, other.address, over: one.priority, one.address)
            }), master.report.priority < 255
        else { return }
        let claimed = max(priority, min(master.report.priority + 1, 254))
        guard isBest(at: now, peers), !hearsBetter(than: claimed, beside: master.report.address, at: now) else {
            return
        }
        if master.report.priority >= priority { claim = Claim(priority: claimed, over: master.peer.name) }
        becomeMaster(.handOver(from: master.peer.name), at: now, &output)
    }

    /// The network tells of a master whom no link knows, and who would not yield.
    private func hearsBetter(than claimed: UInt8, beside known: IPAddress, at now: MonotonicInstant) -> Bool {
        guard let router = routers.first, router.hearsMaster(at: now), let heard = router.lastMaster else {
            return false
        }
        return heard.address != known && heard.priority >= claimed
    }

    /// None of the living peers could take over better than we.
    func isBest(at now: MonotonicInstant, _ peers: PeerTable) -> Bool {
        !successors(at: now, peers).contains { isBetter($0.report) }
    }

    /// It is placed better than we are.
    func isBetter(_ report: GroupReport) -> Bool {
        if let ours = tracking.reach, let theirs = report.reach, ours != theirs { return ours < theirs }
        return !VirtualRouter.outranks(priority, primaryAddress, over: report.priority, report.address)
    }

    /// The one who asked for relief is willing again: it may preempt as configured.
    mutating func endClaimIfDone(at now: MonotonicInstant, _ peers: PeerTable, _ output: inout FailoverOutput) {
        guard let over = claim?.over else { return }
        let isBack = peers.reports(onGroup: index, deadTime: settings.deadTime, at: now).contains {
            $0.peer.name == over && $0.report.isWilling && $0.report.role == .backup
        }
        guard isBack else { return }
        claim = nil
        output.tellsPeers = true
    }
}
