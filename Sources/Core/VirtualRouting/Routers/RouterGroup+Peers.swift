internal import TimeTypes

/// What a peer's message on a link does.
extension RouterGroup {
    /// The peer spoke of this group.
    mutating func hear(_ peer: Peer, at now: MonotonicInstant, _ peers: PeerTable, _ output: inout FailoverOutput) {
        guard let report = peer.reports[index], report.role == .master else { return }
        if role == .backup { noteMaster(priority: report.priority, own: priority, at: now) }
        guard role == .master else { return }
        noteOversleeping(at: now, peers)
        let isBetter = VirtualRouter.outranks(
            report.priority, report.address, over: priority, primaryAddress)
        if overdueUntil != nil || isBetter || report.priority == priority && !isWilling {
            yield(.outranked(by: peer.name, priority: report.priority), at: now, &output)
            noteMaster(priority: report.priority, own: priority, at: now)
        } else {
            for router in routers.indices where routers[router].mayAnswer(at: now) {
                advertise(router, at: now, &output)
                output.tellsPeers = true
            }
            noteConflict(with: peer.name, priority: report.priority, at: now, &output)
        }
    }

    /// The peer was master and says that it is no longer: its priority 0 is confirmed, its addresses are gone. The best
    /// of those who could take over need not wait, and nobody longer than the skew of a short interval.
    mutating func ceased(_ peer: Peer, at now: MonotonicInstant, _ peers: PeerTable) {
        guard role == .backup,
            peer.reports[index].map({ !$0.hearsMaster && !hearsAnother(than: $0, at: now, peers) }) ?? true
        else { return }
        let isHeld = peers.reports(onGroup: index, deadTime: settings.deadTime, at: now).contains {
            $0.report.role == .master
        }
        guard !isHeld else { return }
        gaveUp = true
        let wait = isReady && isWilling ? precedence(at: now, peers) : shortSkew
        for router in routers.indices {
            routers[router].hurry(priority: priority(of: routers[router]), at: now, atMost: wait)
        }
    }

    /// It has yielded: the network tells of its successor, whose own message is still on its way. One who has said
    /// since that it is no master is nobody's successor.
    private func hearsAnother(than former: GroupReport, at now: MonotonicInstant, _ peers: PeerTable) -> Bool {
        guard let router = routers.first, let heard = router.lastMaster, heard.address != former.address else {
            return false
        }
        let isOver = peers.peers.contains { peer in
            guard let report = peer.reports[index], let told = peer.lastHeard else { return false }
            return report.address == heard.address && report.role != .master && told > heard.at
        }
        return !isOver && router.isMasterPunctual(priority: priority, at: now)
    }

    /// What those who are better get to be first, where all know the same at the same moment.
    func precedence(at now: MonotonicInstant, _ peers: PeerTable) -> Duration {
        isBest(at: now, peers) ? .zero : shortSkew
    }

    /// Enough for the advertisement of one who needs not wait.
    private var shortSkew: Duration {
        VirtualRouter.skew(priority: priority, interval: .milliseconds(10), version: .v3)
    }
}
