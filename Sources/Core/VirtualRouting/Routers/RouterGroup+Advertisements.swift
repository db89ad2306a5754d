internal import NetworkTypes
internal import TimeTypes

/// What an advertisement of somebody else does (RFC 9568 sections 6.4.2 and 6.4.3). It fits the router's expectation.
extension RouterGroup {
    mutating func receive(
        _ advertisement: Advertisement, router: Int, from source: IPAddress, at now: MonotonicInstant,
        _ peers: PeerTable, _ output: inout FailoverOutput
    ) {
        switch role {
        case .initialize, .fault: routers[router].note(advertisement, from: source, at: now)
        case .backup: receiveAsBackup(advertisement, router, source, now)
        case .master: receiveAsMaster(advertisement, router, source, now, peers, &output)
        }
        advance(to: now, peers, &output)
    }

    private mutating func receiveAsBackup(
        _ advertisement: Advertisement, _ router: Int, _ source: IPAddress, _ now: MonotonicInstant
    ) {
        let own = priority(of: routers[router])
        if advertisement.priority == 0 {
            // The group moves as one, so its master gives up on all routers.
            gaveUp = true
            for index in routers.indices { routers[index].hurry(priority: priority(of: routers[index]), at: now) }
            return
        }
        noteMaster(priority: advertisement.priority, own: own, at: now)
        if advertisement.priority >= own || !mayPreempt(at: now) {
            routers[router].follow(advertisement, from: source, priority: own, at: now)
            gaveUp = false
            // The master is back on the air: nothing is held, nobody is fenced.
            heldUntil = nil
            saidHeldBy = nil
            if fencing != .running { fencing = .idle }
        } else {
            routers[router].note(advertisement, from: source, at: now)
        }
    }

    private mutating func receiveAsMaster(
        _ advertisement: Advertisement, _ router: Int, _ source: IPAddress, _ now: MonotonicInstant,
        _ peers: PeerTable, _ output: inout FailoverOutput
    ) {
        if advertisement.priority == 0 { return advertise(router, at: now, &output) }
        noteOversleeping(at: now, peers)
        routers[router].note(advertisement, from: source, at: now)
        if mustYield(to: advertisement, router, source, now) {
            let reason = FailoverEvent.Reason.outranked(by: "\(source)", priority: advertisement.priority)
            yield(reason, at: now, &output)
            noteMaster(priority: advertisement.priority, own: priority(of: routers[router]), at: now)
            routers[router].follow(advertisement, from: source, priority: priority(of: routers[router]), at: now)
            return
        }
        // RFC 9568 answers at once, so that the other yields now and not an interval later; RFC 3768 does not.
        if advertisement.version == .v3, routers[router].mayAnswer(at: now) { advertise(router, at: now, &output) }
        noteConflict(with: "\(source)", priority: advertisement.priority, at: now, &output)
    }

    private func mustYield(
        to advertisement: Advertisement, _ router: Int, _ source: IPAddress, _ now: MonotonicInstant
    ) -> Bool {
        // We slept, and somebody took over as it should.
        if overdueUntil != nil { return true }
        let own = priority(of: routers[router])
        if advertisement.priority == own {
            // Wanted gone: whoever takes it may have it. Among equals the first router that hears the other decides for
            // the group, or two groups might yield to each other.
            if !isWilling { return true }
            let decides = routers.firstIndex {
                $0.hearsMaster(at: now) && $0.lastMaster?.priority == priority(of: $0)
            }
            return decides == router && source > routers[router].primaryAddress
        }
        return advertisement.priority > own
    }
}
