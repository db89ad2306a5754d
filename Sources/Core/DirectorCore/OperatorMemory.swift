import HealthChecking
package import NetworkTypes
package import TimeTypes
package import VirtualRouting
package import VirtualServers

/// What must outlast the engine's process: who ordered what, and for which connections it still waits.
package struct OperatorMemory: Equatable, Sendable {
    package struct Item: Hashable, Sendable {
        package var service: VirtualService.ID
        package var server: Endpoint
        package var cause: Withdrawal.Cause
        package var by: String?
        package var since: WallTime
        /// Its connections have ended.
        package var hasEnded: Bool
        /// Nothing is asked of it, and it would be in use but for this.
        package var isUnchecked: Bool

        package init(
            service: VirtualService.ID, server: Endpoint, cause: Withdrawal.Cause, by: String?, since: WallTime,
            hasEnded: Bool, isUnchecked: Bool = false
        ) {
            self.service = service
            self.server = server
            self.cause = cause
            self.by = by
            self.since = since
            self.hasEnded = hasEnded
            self.isUnchecked = isUnchecked
        }
    }

    /// A server that a file takes out.
    package struct Maintained: Hashable, Sendable {
        package var service: VirtualService.ID
        package var server: Endpoint
        package var file: String
        /// No check brings it back: it was in use before.
        package var returns: Bool

        package init(service: VirtualService.ID, server: Endpoint, file: String, returns: Bool) {
            self.service = service
            self.server = server
            self.file = file
            self.returns = returns
        }
    }

    /// A server that is held down for changing too often.
    package struct Hold: Hashable, Sendable {
        package var service: VirtualService.ID
        package var server: Endpoint
        package var since: WallTime
        package var length: Duration
        /// How many there were in a row, this one included.
        package var count: Int

        package init(service: VirtualService.ID, server: Endpoint, since: WallTime, length: Duration, count: Int) {
            self.service = service
            self.server = server
            self.since = since
            self.length = length
            self.count = count
        }
    }

    /// A server on its way to its whole weight.
    package struct Ramp: Hashable, Sendable {
        package var service: VirtualService.ID
        package var server: Endpoint
        package var since: WallTime

        package init(service: VirtualService.ID, server: Endpoint, since: WallTime) {
            self.service = service
            self.server = server
            self.since = since
        }
    }

    /// By service and server.
    package var items: [Item]
    package var holds: [Hold]
    package var maintained: [Maintained]
    /// The latest order for each server, those of the peer and those that were taken back included.
    package var shared: [SharedOrder]
    /// Servers that are not configured here and that an order waits for.
    package var awaited: [Director.OrderPlace]
    package var ramps: [Ramp]

    package init(
        items: [Item] = [], holds: [Hold] = [], maintained: [Maintained] = [], shared: [SharedOrder] = [],
        awaited: [Director.OrderPlace] = [], ramps: [Ramp] = []
    ) {
        self.items = items
        self.holds = holds
        self.maintained = maintained
        self.shared = shared
        self.awaited = awaited
        self.ramps = ramps
    }
}

extension Director {
    /// What the next run has to know.
    package var memory: OperatorMemory {
        var items: [OperatorMemory.Item] = []
        for (id, service) in services where !service.withdrawals.isEmpty {
            let unchecked = service.unchecked
            for (server, withdrawal) in service.withdrawals {
                let isUnchecked = unchecked.contains(server) && service.health[server]?.state == .up
                items.append(
                    .init(
                        service: id, server: server, cause: withdrawal.cause, by: withdrawal.by,
                        since: withdrawal.since.wall, hasEnded: withdrawal.ending != nil, isUnchecked: isUnchecked))
            }
        }
        return OperatorMemory(
            items: items.sorted { ($0.service, $0.server) < ($1.service, $1.server) }, holds: holds,
            maintained: maintained, shared: sharedOrders.all,
            awaited: awaited.sorted { ($0.service, $0.server) < ($1.service, $1.server) }, ramps: ramps)
    }

    private var ramps: [OperatorMemory.Ramp] {
        var ramps: [OperatorMemory.Ramp] = []
        for (id, service) in services where !service.ramps.isEmpty {
            for (server, start) in service.ramps { ramps.append(.init(service: id, server: server, since: start.wall)) }
        }
        return ramps.sorted { ($0.service, $0.server) < ($1.service, $1.server) }
    }

    private var holds: [OperatorMemory.Hold] {
        var holds: [OperatorMemory.Hold] = []
        for (id, service) in services where service.mayHold {
            let standby = service.standby.filter { service.health[$0.key] == nil }
            for (server, health) in Array(service.health) + standby {
                guard let hold = health.damping.hold, let since = health.heldSince else { continue }
                holds.append(
                    .init(service: id, server: server, since: since, length: hold.length, count: hold.count))
            }
        }
        return holds.sorted { ($0.service, $0.server) < ($1.service, $1.server) }
    }

    /// Goes on where an earlier run was. What its orders were for may be gone from the file meanwhile.
    mutating func recall(_ memory: OperatorMemory, at now: Moment) {
        sharedOrders = SharedOrders(memory.shared)
        awaited = Set(memory.awaited.prefix(SharedOrders.limit))
        for item in memory.items {
            guard services[item.service] != nil else {
                let order = Withdrawal(item.cause, by: item.by, since: now)
                if order.isOrder { keep(order, of: item.server, in: item.service, at: now) }
                continue
            }
            marked.insert(item.service)
            let event = services[item.service]?.recall(item, actual: actual.entries[item.service], at: now)
            if let event { report(event) }
        }
        for hold in memory.holds {
            guard services[hold.service]?.resume(hold, at: now) == true else { continue }
            marked.insert(hold.service)
        }
        for ramp in memory.ramps where services[ramp.service]?.resume(ramp, at: now) == true {
            marked.insert(ramp.service)
        }
        recall(memory.maintained, at: now)
        carryOutAwaited(at: now)
    }
}

extension ServiceState {
    /// Goes on with a hold. Returns whether there is one to go on with.
    mutating func resume(_ hold: OperatorMemory.Hold, at now: Moment) -> Bool {
        guard let flap = configuration.policy.flap else { return false }
        // Whatever the wall clock was set to meanwhile, none is longer than it was to be.
        let rest = min(hold.length - (now.wall - hold.since), hold.length)
        guard rest > .zero else { return false }
        let resumed = FlapDamping.Hold(until: now.instant + rest, length: hold.length, count: hold.count)
        if health[hold.server] != nil {
            // One that nothing is asked of does not change its mind.
            guard configuration.reals.contains(where: { $0.server.endpoint == hold.server && !$0.probes.isEmpty })
            else { return false }
            health[hold.server]?.resume(resumed, since: hold.since, of: flap, at: now)
        } else {
            guard standby[hold.server] != nil else { return false }
            standby[hold.server]?.resume(resumed, since: hold.since, of: flap, at: now)
        }
        mayHold = true
        return true
    }

    /// Goes on with a slow start where it stood, of a server that the kernel still sends connections to. Returns
    /// whether there is one to go on with.
    mutating func resume(_ ramp: OperatorMemory.Ramp, at now: Moment) -> Bool {
        guard let span = configuration.policy.slowStart, isServing(ramp.server) else { return false }
        // The wall clock may have been set back meanwhile: then it begins anew.
        let age = max(.zero, now.wall - ramp.since)
        guard age < span else { return false }
        ramps[ramp.server] = Moment(
            ramp.since, MonotonicInstant(nanoseconds: now.instant.nanoseconds - age.nanoseconds))
        return true
    }

    /// Returns an event when an order has lost its server.
    mutating func recall(
        _ item: OperatorMemory.Item, actual: VirtualServerTable.Entry?, at now: Moment
    ) -> EventRecord? {
        // The wall clock may have been set back meanwhile: then the waiting begins anew.
        let age = max(.zero, now.wall - item.since)
        let since = Moment(item.since, MonotonicInstant(nanoseconds: now.instant.nanoseconds - age.nanoseconds))
        let withdrawal = Withdrawal(
            item.cause, by: item.by, since: since, ending: item.hasEnded ? .nothingToWaitFor : nil)
        if health[item.server] != nil {
            // One that is named again is as any other.
            guard item.cause != .removal else { return nil }
            withdrawals[item.server] = withdrawal
            if item.isUnchecked { assumeUp(item.server, at: now) }
            return nil
        }
        if isForeign(item.server), configuration.policy.drain != nil, withdrawal.isDraining,
            actual?.servers[item.server] != nil
        {
            withdrawals[item.server] = Withdrawal(.removal, by: item.by, since: since)
        }
        return withdrawal.isOrder ? .orderDropped(withdrawal, item.server, configuration.service.id, at: now) : nil
    }

    /// Servers that nothing is asked of.
    fileprivate var unchecked: Set<Endpoint> {
        Set(configuration.reals.lazy.filter(\.probes.isEmpty).map(\.server.endpoint))
    }

    /// That it is not in use in the kernel was our doing.
    private mutating func assumeUp(_ server: Endpoint, at now: Moment) {
        guard health[server]?.state == .down else { return }
        health[server] = ServerHealth(
            .up, reason: "not checked (checktype off), in use before it was taken out", at: now)
    }
}
