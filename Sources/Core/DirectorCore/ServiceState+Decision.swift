import DirectorConfig
import HealthChecking
package import NetworkTypes
package import TimeTypes
package import VirtualServers

extension ServiceState {
    /// What follows for the kernel and for people from all that is known of a service.
    package struct Decision: Sendable {
        /// The service as it should stand in the kernel.
        package var entry: VirtualServerTable.Entry
        package var events: [EventRecord] = []
        /// When time alone may change the decision; nil when it does not.
        package var deadline: MonotonicInstant?

        mutating func wait(until instant: MonotonicInstant?) {
            guard let instant else { return }
            deadline = min(deadline ?? instant, instant)
        }
    }

    /// Where a real server belongs.
    private enum Place {
        case serving
        /// In the kernel with weight 0.
        case quiet
        case absent
    }

    /// Decides anew from the state alone, whatever led to it.
    ///
    /// Up: the configured weight, or the part of it that a slow start allows. Not verified yet: weight 0. Down: weight
    /// 0 when quiescent (but a quiescent server that the kernel does not have is only added with `readdquiescent`, when
    /// it is not checked, or when a configuration was taken over since), else absent, unless `minup` keeps it.
    /// Withdrawn: weight 0 while it drains. With nothing in use the first tier that has a server up stands in, else the
    /// fallback.
    package mutating func decide(actual: VirtualServerTable.Entry?, at now: Moment) -> Decision {
        var decision = Decision(entry: .init(configuration.service))
        decision.entry.servers.reserveCapacity(configuration.reals.count + 1)
        advanceHolds(&decision, at: now)
        advanceWithdrawals(&decision, actual: actual, at: now)
        advanceFloor(&decision, at: now)
        var serving: Set<Endpoint> = Set(minimumCapacity: configuration.reals.count)
        for real in configuration.reals {
            let endpoint = real.server.endpoint
            guard let health = health[endpoint] else { continue }
            var server = real.server
            switch place(of: real, health, isPresent: actual?.servers[endpoint] != nil) {
            case .serving:
                serving.insert(endpoint)
                server.weight = weight(of: real.server, &decision, at: now)
                decision.entry.servers[endpoint] = server
            case .quiet:
                server.weight = 0
                decision.entry.servers[endpoint] = server
            case .absent: break
            }
        }
        ramps = ramps.filter { serving.contains($0.key) }
        serve(serving)
        keepLeaving(&decision, actual: actual)
        tellOfWhole(&decision, at: now)
        standIn(&decision, isNeeded: serving.isEmpty, at: now)
        return decision
    }

    private func place(of real: RealConfiguration, _ health: ServerHealth, isPresent: Bool) -> Place {
        let endpoint = real.server.endpoint
        // One that nobody checks is never added by its first check, as the others are.
        let mayAdd = configuration.readdQuiescent || real.check == .off || owedPlaces.contains(endpoint)
        let quiescent: Place = configuration.quiescent && (mayAdd || isPresent) ? .quiet : .absent
        if let withdrawal = withdrawals[endpoint] {
            if withdrawal.cause == .disable { return quiescent }
            return withdrawal.isDraining ? .quiet : .absent
        }
        if let agent = agents[endpoint], health.state != .down || kept.contains(endpoint) {
            // What it calls down counts as a failed check; only what it wishes for itself goes before the floor.
            if agent.isOut { return kept.contains(endpoint) ? .serving : quiescent }
            if agent.isDraining { return .quiet }
            if agent.isAwaited, !kept.contains(endpoint) { return .quiet }
        }
        switch health.state {
        case .up: return .serving
        case .down where kept.contains(endpoint): return .serving
        case .unverified where kept.contains(endpoint): return .serving
        case .unverified: return .quiet
        case .down: return quiescent
        }
    }

    /// The weight of a server that gets connections: the configured one, of that the share that its agent asks for, of
    /// that the part that it has for now when it came up a short while ago. What the operator ordered has been heeded
    /// before.
    private mutating func weight(of real: RealServer, _ decision: inout Decision, at now: Moment) -> Int32 {
        var server = real
        if !kept.contains(real.endpoint) {
            server.weight = agents[real.endpoint]?.share(of: real.weight) ?? real.weight
        }
        guard let span = configuration.policy.slowStart, server.weight > 1, !kept.contains(server.endpoint) else {
            ramps[server.endpoint] = nil
            return server.weight
        }
        if !isServing(server.endpoint), ramps[server.endpoint] == nil { ramps[server.endpoint] = now }
        guard let start = ramps[server.endpoint]?.instant else { return server.weight }
        let elapsed = now.instant - start
        guard let next = SlowStart.nextStep(server.weight, after: elapsed, of: span) else {
            ramps[server.endpoint] = nil
            return server.weight
        }
        decision.wait(until: start + next)
        return SlowStart.weight(server.weight, after: elapsed, of: span)
    }

    // MARK: What time changes

    private mutating func advanceHolds(_ decision: inout Decision, at now: Moment) {
        guard mayHold else { return }
        mayHold = false
        let flap = configuration.policy.flap
        for table in [\ServiceState.health, \.standby] {
            for endpoint in self[keyPath: table].keys {
                guard self[keyPath: table][endpoint]?.damping.heldUntil != nil else { continue }
                let change = self[keyPath: table][endpoint]?.advance(flap: flap, at: now)
                if let until = self[keyPath: table][endpoint]?.damping.heldUntil {
                    decision.wait(until: until)
                    mayHold = true
                }
                if change == .cameUp {
                    decision.events.append(
                        .released(endpoint, self[keyPath: table][endpoint]?.reason ?? "", configuration, at: now))
                }
            }
        }
    }

    private mutating func advanceWithdrawals(
        _ decision: inout Decision, actual: VirtualServerTable.Entry?, at now: Moment
    ) {
        let drain = configuration.policy.drain
        withdrawByWeight(at: now)
        for endpoint in withdrawals.keys.sorted() {
            guard var withdrawal = withdrawals[endpoint] else { continue }
            if withdrawal.advance(isPresent: actual?.servers[endpoint] != nil, drain: drain, at: now),
                let event = EventRecord.drained(endpoint, withdrawal, configuration, at: now)
            {
                decision.events.append(event)
            }
            let isGone = withdrawal.cause == .removal && (!withdrawal.isDraining || drain == nil)
            withdrawals[endpoint] = isGone ? nil : withdrawal
            decision.wait(until: withdrawal.deadline(drain))
        }
    }

    /// A weight of 0 in the file under a `drain` time withdraws the server until it has another weight.
    private mutating func withdrawByWeight(at now: Moment) {
        let drains = configuration.policy.drain != nil
        guard drains || withdrawals.values.contains(where: { $0.cause == .weight }) else { return }
        for real in configuration.reals {
            let endpoint = real.server.endpoint
            if drains, real.server.weight == 0 {
                if withdrawals[endpoint] == nil { withdrawals[endpoint] = Withdrawal(.weight, since: now) }
            } else if withdrawals[endpoint]?.cause == .weight {
                withdrawals[endpoint] = nil
            }
        }
    }

    // MARK: The floor

    /// The servers that `minup` keeps in: of those that the operator left in, the ones that were seen in order last.
    /// A server that never was is not kept.
    package func floorSelection() -> Set<Endpoint> {
        guard let minimum = configuration.policy.minimumUp else { return [] }
        let pool = configuration.reals.filter { real in
            let endpoint = real.server.endpoint
            let isWanted = agents[endpoint].map { $0.wish == .ready && $0.percent > 0 } ?? true
            return real.server.weight > 0 && withdrawals[endpoint] == nil && isWanted
        }.map(\.server.endpoint)
        func isGood(_ endpoint: Endpoint) -> Bool {
            health[endpoint]?.state == .up && agents[endpoint]?.isUp ?? true
        }
        let missing = minimum.servers(of: pool.count) - pool.count(where: isGood)
        guard missing > 0 else { return [] }
        let candidates = pool.enumerated().compactMap { index, endpoint in
            health[endpoint].flatMap { server in
                isGood(endpoint) ? nil : server.lastGood.map { (index, endpoint, $0) }
            }
        }
        return Set(candidates.sorted { ($1.2, $0.0) < ($0.2, $1.0) }.prefix(missing).map(\.1))
    }

    /// Whether a result of a server that is not up has made it one to be kept: it passed, and is still to prove itself.
    func isFloorOutdated(by endpoint: Endpoint) -> Bool {
        guard configuration.policy.minimumUp != nil, let server = health[endpoint], server.state != .up else {
            return false
        }
        return floorSelection() != kept
    }

    private mutating func advanceFloor(_ decision: inout Decision, at now: Moment) {
        let before = kept
        kept = floorSelection()
        if !kept.isEmpty, kept != before {
            decision.events.append(.floorReached(self, at: now))
        } else if kept.isEmpty, !before.isEmpty {
            decision.events.append(.floorLeft(self, at: now))
        }
    }

    // MARK: Who else is in the table

    /// Servers that left the file stay as they are in the kernel, with weight 0.
    private func keepLeaving(_ decision: inout Decision, actual: VirtualServerTable.Entry?) {
        for (endpoint, withdrawal) in withdrawals where withdrawal.cause == .removal && withdrawal.isDraining {
            guard var server = actual?.servers[endpoint] else { continue }
            server.weight = 0
            decision.entry.servers[endpoint] = server
        }
    }

    /// As long as servers have not been checked and none is in, nothing is known of the service.
    private mutating func tellOfWhole(_ decision: inout Decision, at now: Moment) {
        guard (servingCount == 0) != isToldDown, servingCount > 0 || isSettled, !configuration.reals.isEmpty else {
            return
        }
        isToldDown = servingCount == 0
        decision.events.append(isToldDown ? .serviceDown(self, at: now) : .serviceUp(self, at: now))
    }

    private mutating func standIn(_ decision: inout Decision, isNeeded: Bool, at now: Moment) {
        let (tierBefore, fallbackBefore) = (activeTier, standingFallback)
        activeTier = isNeeded ? configuration.tiers.firstIndex { !upServers(of: $0).isEmpty } : nil
        standingFallback = isNeeded && activeTier == nil ? configuration.fallback : nil
        if let activeTier {
            for server in upServers(of: configuration.tiers[activeTier]) {
                decision.entry.servers[server.endpoint] = server
            }
        }
        if let fallback = standingFallback { decision.entry.servers[fallback.endpoint] = fallback }
        if activeTier != tierBefore {
            decision.events.append(.tier(activeTier, before: tierBefore, self, at: now))
        }
        let id = configuration.service.id
        if let event = EventRecord.fallback(from: fallbackBefore, to: standingFallback, of: id, at: now) {
            decision.events.append(event)
        }
    }

    private func upServers(of tier: FallbackTier) -> [RealServer] {
        tier.servers.map(\.server).filter { standby[$0.endpoint]?.state == .up }
    }
}
