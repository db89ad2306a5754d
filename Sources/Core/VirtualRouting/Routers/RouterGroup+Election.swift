package import TimeTypes

/// Whether a backup whose master is silent becomes master.
extension RouterGroup {
    /// Preempt_Mode, and what else must be there before a working master is disturbed: readiness, and no wish to give
    /// way: one that sees a better placed peer will have it, once it has seen that for a while. An owner preempts
    /// whatever is configured.
    package func mayPreempt(at now: MonotonicInstant) -> Bool {
        guard isReady, isWilling, outreachedSince == nil else { return false }
        if isOwner { return true }
        switch settings.preemption {
        case .always: return true
        case .never: return false
        case .delayed(let delay): return preemptibleSince.map { now - $0 >= delay } ?? false
        }
    }

    /// A master was heard: the delay counts from the first one that we outrank.
    mutating func noteMaster(priority other: UInt8, own: UInt8, at now: MonotonicInstant) {
        preemptibleSince = other < own ? preemptibleSince ?? now : nil
    }

    /// When all routers' Master_Down_Timers have fired, or the master has vanished before that; nil while one of them
    /// does not run.
    func silentAt(_ peers: PeerTable) -> MonotonicInstant? {
        guard routers.allSatisfy({ $0.masterDownAt != nil }), let whole = routers.compactMap(\.masterDownAt).max()
        else { return nil }
        return (vanishedAt(peers).map { min($0, whole) } ?? whole) + reluctance(peers)
    }

    /// Who shall hold nothing while somebody else can waits for an interval more, so that those others are first
    /// whatever their priorities are. Without links nobody knows whether there are any.
    private func reluctance(_ peers: PeerTable) -> Duration {
        guard !isWilling else { return .zero }
        let mayBeOthers =
            !peers.hasLinks
            || peers.peers.contains { peer in
                !peer.hasLeft && peer.reports[index]?.canTakeOver == true
            }
        return mayBeOthers ? routers.map(\.masterInterval).max() ?? .zero : .zero
    }

    /// A master whose links, a trusted one among them, fell silent at the same time as its advertisements is dead, and
    /// one missing advertisement enough. A link that was cut is something else: advertisements came after it was heard
    /// last.
    private func vanishedAt(_ peers: PeerTable) -> MonotonicInstant? {
        guard peers.detects.contains(true) else { return nil }
        var masters = peers.peers.filter { !$0.hasLeft && $0.reports[index]?.role == .master }
        guard let master = masters.popLast(), masters.isEmpty, let lastHeard = master.lastHeard,
            var due = peers.detectedEnd(of: master, deadTime: settings.deadTime)
        else { return nil }
        for router in routers {
            guard let overdueAt = router.overdueAt, let heard = router.lastMaster?.at,
                heard <= lastHeard + master.interval * 2
            else { return nil }
            due = max(due, overdueAt)
        }
        return due
    }

    mutating func electIfDue(at now: MonotonicInstant, _ peers: PeerTable, _ output: inout FailoverOutput) {
        guard let silent = silentAt(peers), silent <= now else {
            heldUntil = nil
            return
        }
        guard !readsFirst else {
            heldUntil = now
            return
        }
        switch gate(at: now, peers) {
        case .open:
            becomeMaster(reason(at: now, peers), at: now, &output)
        case .hold(let until, let peer):
            heldUntil = until
            if fencing == .done { fencing = .idle }
            if let peer, saidHeldBy != peer {
                saidHeldBy = peer
                output.report(.heldByLink(group: name, peer: peer))
            }
        case .fence(let peer):
            heldUntil = nil
            fence(peer, at: now, &output)
        }
    }

    private func reason(at now: MonotonicInstant, _ peers: PeerTable) -> FailoverEvent.Reason {
        if fencing == .done { return .fenced }
        let living = peers.reports(onGroup: index, deadTime: settings.deadTime, at: now)
        if living.contains(where: { $0.report.role == .master }) { return .preempting }
        if gaveUp { return .masterGaveUp }
        if routers.contains(where: { $0.isMasterPunctual(priority: priority(of: $0), at: now) }) { return .preempting }
        return isOwner ? .owner : .masterSilent
    }

    private mutating func fence(_ peer: String?, at now: MonotonicInstant, _ output: inout FailoverOutput) {
        switch fencing {
        case .running: return
        case .failed(let retryAt) where retryAt > now: return
        // After a success there may be another peer of whom nobody knows what it holds.
        case .idle, .failed, .done:
            fencing = .running
            output.actions.append(.fence(group: index, peer: peer))
            output.report(.fencing(group: name, peer: peer))
        }
    }

    /// The answer to `fence`. A failure is tried again until the peer is heard or fenced.
    mutating func fenced(_ success: Bool, at now: MonotonicInstant, _ peers: PeerTable, _ output: inout FailoverOutput)
    {
        guard fencing == .running else { return }
        fencing = success ? .done : .failed(retryAt: now + .seconds(5))
        if !success {
            output.report(.fencingFailed(group: name))
            // The next one may have more luck.
            output.tellsPeers = true
        }
        advance(to: now, peers, &output)
    }

    // MARK: The links' say

    enum Gate: Hashable {
        case open
        /// Not before then, since this peer may be master.
        case hold(until: MonotonicInstant, peer: String?)
        case fence(peer: String?)
    }

    /// With links, a takeover needs more than the silence of VRRP: no peer that is known to be master may have been
    /// heard within the dead time, and whoever has just started asks first.
    func gate(at now: MonotonicInstant, _ peers: PeerTable) -> Gate {
        guard peers.hasLinks else { return .open }
        var hold: (until: MonotonicInstant, peer: String)?
        var vanished: String?
        // When the last word of a master ceased to count.
        var silentSince: MonotonicInstant?
        var heardAnybody = false
        var isUntold = false
        var preempts = false
        for peer in peers.peers {
            guard let deadline = peers.deadline(of: peer, deadTime: settings.deadTime) else { continue }
            heardAnybody = true
            guard !peer.hasLeft else { continue }
            guard let report = peer.reports[index] else {
                // Of many groups it tells in several messages, and of one that it slept through when it has listened.
                if now < deadline {
                    isUntold = true
                } else if !peer.isFenced, vanished == nil {
                    vanished = peer.name
                }
                continue
            }
            guard now < deadline else {
                if report.role == .master { silentSince = max(silentSince ?? deadline, deadline) }
                if !peer.isFenced, report.role == .master || report.role == .backup && vanished == nil {
                    vanished = peer.name
                }
                continue
            }
            guard report.role == .master else { continue }
            guard !mayPreempt(report, at: now) else {
                preempts = true
                continue
            }
            if hold.map({ $0.until < deadline }) ?? true { hold = (deadline, peer.name) }
        }
        if let hold { return .hold(until: hold.until, peer: hold.peer) }
        if now < listensUntil { return .hold(until: listensUntil, peer: nil) }
        if isUntold || !peers.allLinksAnswered, now < startedAt + settings.deadTime {
            return .hold(until: startedAt + settings.deadTime, peer: nil)
        }
        // Whoever is left sees that at the same moment, and the best of them is to be first.
        if let turn = silentSince.map({ $0 + precedence(at: now, peers) }), now < turn {
            return .hold(until: turn, peer: nil)
        }
        // A master that lives and is preempted took over rightly; only an unknown one is fenced. One that VRRP alone
        // hears is left alone: it is no reason to switch off a machine that works that ours has a higher priority.
        guard settings.fencing, !preempts else { return .open }
        if let until = routers.compactMap(\.disregardedUntil).max(), now < until {
            return .hold(until: until, peer: nil)
        }
        if let turn = fencingTurn(since: silentSince, at: now, peers) { return .hold(until: turn, peer: nil) }
        if vanished != nil || !heardAnybody && !peers.isUnknownFenced { return .fence(peer: vanished) }
        return .open
    }

    private func mayPreempt(_ master: GroupReport, at now: MonotonicInstant) -> Bool {
        priority > master.priority && mayPreempt(at: now)
    }
}
