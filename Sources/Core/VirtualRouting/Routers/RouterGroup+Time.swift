internal import TimeTypes

/// What becomes due.
extension RouterGroup {
    /// When `advance` has something to do; nil when only an event can change anything.
    func deadline(_ peers: PeerTable) -> MonotonicInstant? {
        var due: MonotonicInstant?
        func consider(_ instant: MonotonicInstant?) {
            guard let instant else { return }
            due = due.map { min($0, instant) } ?? instant
        }
        switch role {
        case .initialize, .fault: break
        case .backup:
            // Nothing is decided before the last timer has fired.
            guard fencing != .running, let silent = silentAt(peers) else { break }
            var wait = max(silent, heldUntil ?? silent)
            if case .failed(let retryAt) = fencing { wait = max(wait, retryAt) }
            consider(wait)
        case .master:
            for router in routers { consider(router.advertiseAt) }
            consider(announceAt)
            consider(giveWayBy)
        }
        if let outreachedSince, !isOutreached { consider(outreachedSince + settings.reachSettling) }
        return due
    }

    mutating func advance(to now: MonotonicInstant, _ peers: PeerTable, _ output: inout FailoverOutput) {
        compareReach(at: now, peers, &output)
        switch role {
        case .initialize, .fault: break
        case .backup:
            claimIfAsked(at: now, peers, &output)
            if role == .backup { electIfDue(at: now, peers, &output) }
        case .master:
            endClaimIfDone(at: now, peers, &output)
            advertiseIfDue(at: now, peers, &output)
            announceIfDue(at: now, &output)
            giveWayIfDue(at: now, peers, &output)
        }
    }

    private mutating func advertiseIfDue(
        at now: MonotonicInstant, _ peers: PeerTable, _ output: inout FailoverOutput
    ) {
        noteOversleeping(at: now, peers)
        for router in routers.indices {
            guard let due = routers[router].advertiseAt, due <= now else { continue }
            advertise(router, at: now, &output)
        }
    }

    /// A master that could not advertise for so long that it was missed leaves the addresses where they went, unless it
    /// would take them from any master: it says nothing for so long that whoever took over is heard. If it
    /// advertised at once, the other would yield to it while it yields to what the other had sent before.
    mutating func noteOversleeping(at now: MonotonicInstant, _ peers: PeerTable) {
        guard role == .master, settings.preemption != .always, !isOwner else { return }
        let isLate = routers.contains { router in
            guard let due = router.advertiseAt else { return false }
            // Our words on the links go on meanwhile, so that listening costs nothing; but never twice in a row, or
            // timers that are always late would keep us from advertising at all.
            let allowance =
                peers.hasLinks && overdueUntil == nil
                ? router.settings.interval * 2 : router.ownDownInterval(priority: priority(of: router))
            return now - due > allowance
        }
        guard isLate else { return }
        let longest = routers.map(\.settings.interval).max() ?? .zero
        let until = now + longest + longest / 2
        overdueUntil = until
        for router in routers.indices { routers[router].advertiseAt = until }
    }

    /// As a backup, judges nobody's silence before it has listened again; as a master, see `noteOversleeping`. One that
    /// yields now has old words of others to read, and must not take the addresses again on their account.
    mutating func listen(from now: MonotonicInstant, linksUntil: MonotonicInstant, _ peers: PeerTable) {
        noteOversleeping(at: now, peers)
        listensUntil = linksUntil
        guard role == .backup else { return }
        for router in routers.indices {
            routers[router].listen(priority: priority(of: routers[router]), from: now)
        }
    }

    private mutating func announceIfDue(at now: MonotonicInstant, _ output: inout FailoverOutput) {
        guard let due = announceAt, due <= now else { return }
        announceAt = nil
        output.actions.append(.announce(group: index, announcement))
    }

    /// Somebody else claims our addresses. The caches of those who believed it are put right at once, at most once a
    /// second, and again when nothing more was heard of it.
    mutating func noteConflict(
        with claimant: String, priority: UInt8, at now: MonotonicInstant, _ output: inout FailoverOutput
    ) {
        if lastConflictAt.map({ now - $0 >= .seconds(1) }) ?? true {
            lastConflictAt = now
            output.actions.append(.announce(group: index, .conflict))
            output.report(.conflict(group: name, claimant: claimant, priority: priority))
        }
        announcement = .conflict
        announceAt = now + settings.interval * 4
    }
}

/// What is told of the director itself.
extension RouterGroup {
    mutating func track(
        _ state: TrackingState, at now: MonotonicInstant, _ peers: PeerTable, _ output: inout FailoverOutput
    ) {
        guard state != tracking else { return }
        let wasFaulty = tracking.isFaulty
        tracking = state
        output.tellsPeers = true
        guard role != .initialize else { return }
        if state.isFaulty, !wasFaulty {
            giveUp(.fault, .tracking, &output)
        } else if !state.isFaulty, wasFaulty {
            wait(from: now)
            enter(.backup, .recovered, &output)
        }
        advance(to: now, peers, &output)
    }

    mutating func setReady(
        _ isReady: Bool, at now: MonotonicInstant, _ peers: PeerTable, _ output: inout FailoverOutput
    ) {
        guard isReady != self.isReady else { return }
        self.isReady = isReady
        if isReady { preemptibleSince = now }
        output.tellsPeers = true
        guard role != .initialize else { return }
        advance(to: now, peers, &output)
    }
}
