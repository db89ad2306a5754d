package import DirectorConfig
package import HealthChecking
package import TimeTypes
import VirtualRouting
package import VirtualServers

extension Director {
    /// A command that the kernel did not carry out, and what it said.
    package struct Refusal: Hashable, Sendable {
        package var command: IPVSCommand
        package var reason: String

        package init(_ command: IPVSCommand, _ reason: String) {
            self.command = command
            self.reason = reason
        }
    }

    /// What a load starts from.
    struct Transaction: Sendable {
        var previous: Configuration
        /// As they were then: health, orders, drains.
        var services: [VirtualService.ID: ServiceState]
        /// Orders that waited for servers.
        var awaited: Set<OrderPlace>
        var sharedOrders: SharedOrders
        /// Whom files took out.
        var maintenance: Maintenance
        /// Services that the kernel refused already: they do not speak against the new configuration.
        var refusedBefore: Set<VirtualService.ID>
        /// What the new configuration changes, told when it is in force.
        var changes: [EventRecord] = []
        /// Services of others.
        var foreign: [VirtualService.ID: VirtualServerTable.Entry]
        /// The kernel is not the last to be asked.
        var isProvisional: Bool
        /// Services with something to remove once all have agreed.
        var held: Set<VirtualService.ID> = []
    }

    /// What became of a plan.
    package enum Outcome: Equatable, Sendable {
        case settled
        /// The configuration that was being loaded is taken back, and why. The prober has to be told of the requests,
        /// and what was done so far has to be undone by planning again.
        case takenBack(reason: String, [ProberRequest])
    }

    /// Whether a load is under way that the kernel may still refuse as a whole.
    package var isLoading: Bool { transaction != nil }

    /// Whether somebody may still refuse what was loaded last, be it the kernel.
    package var isProvisional: Bool { (transaction ?? provisional)?.isProvisional ?? false }

    /// Whether the removals of a plan may be carried out now, after its changes were. While somebody may still refuse
    /// what was loaded last they are held instead, whatever they were planned for, and `keepLoad` has them planned
    /// again: what is removed loses its connections, though it be put back.
    package mutating func mayRemove(_ removals: CommandList, after refusals: [Refusal]) -> Bool {
        guard isProvisional else { return decisive(refusals).isEmpty }
        let services = removals.compactMap(\.service)
        // The kernel has been asked already when the last word is awaited.
        if transaction != nil { transaction?.held.formUnion(services) } else { provisional?.held.formUnion(services) }
        return false
    }

    /// Those of the refusals that speak against the configuration that is being loaded.
    package func decisive(_ refusals: [Refusal]) -> [Refusal] {
        guard let transaction else { return [] }
        return refusals.filter { refusal in
            refusal.command.service.map { !transaction.refusedBefore.contains($0) } ?? true
        }
    }

    /// The kernel's table was read again because commands of a plan were refused: somebody else may have changed it
    /// since it was read last, and not only where the plan has run into it. The plan's services are compared anew in
    /// any case.
    /// - Parameter commands: those of the plan that the kernel was given.
    package mutating func resynchronize(
        _ table: VirtualServerTable, after commands: CommandList, of plan: Plan, refusals: [Refusal], at now: Moment
    ) {
        let refused = Set(refusals.map(\.command))
        for command in commands where !refused.contains(command) { actual.apply(command) }
        _ = observe(table, at: now)
        marked.formUnion(plan.commands.compactMap(\.service))
    }

    /// Takes in what became of the commands of a plan. The first plan after `load` decides over it.
    package mutating func settle(
        _ commands: CommandList, refusals: [Refusal], at now: Moment
    ) -> Outcome {
        let refused = Set(refusals.map(\.command))
        let concerned = Set(refusals.compactMap(\.command.service))
        for id in commands.compactMap(\.service) { restoring[id] = nil }
        for command in commands where !refused.contains(command) {
            actual.apply(command)
            guard let id = command.service else { continue }
            if case .deleteService = command { abandoned.remove(id) }
            if !concerned.contains(id) { accepted(id, at: now) }
        }
        settlePlaces()
        tell(refusals, at: now)
        let decisive = decisive(refusals)
        guard let transaction else { return .settled }
        self.transaction = nil
        guard let refusal = decisive.first else {
            provisional = transaction
            if !transaction.isProvisional { keepLoad() }
            return .settled
        }
        let reason = "the kernel refused \(refusal.command): \(refusal.reason)"
        report(
            EventRecord(
                .configurationRefused, .error, at: now, service: refusal.command.service,
                "the new configuration is taken back, since \(reason)"))
        return .takenBack(reason: reason, undo(transaction, at: now))
    }

    /// Everybody has agreed with the configuration that was loaded. Returns the one before it; nil when there is
    /// nothing to decide.
    @discardableResult
    package mutating func keepLoad() -> Configuration? {
        guard let load = provisional else { return nil }
        provisional = nil
        marked.formUnion(load.held)
        for change in load.changes { report(change) }
        return load.previous
    }

    /// Takes back what the kernel has taken and somebody else refuses. Returns what the prober has to be told; planning
    /// again undoes it in the kernel. Nil when there is nothing to take back.
    package mutating func takeBackLoad(at now: Moment) -> [ProberRequest]? {
        guard let load = provisional else { return nil }
        provisional = nil
        return undo(load, at: now)
    }

    private mutating func undo(_ load: Transaction, at now: Moment) -> [ProberRequest] {
        let (tried, wasExclusive) = (services, configuration.exclusive)
        services = load.services.merging(tried.filter { load.services[$0.key] != nil }) { before, tried in
            before.adoptingHealth(from: tried)
        }
        maintenance.out.merge(load.maintenance.out) { now, _ in now }
        maintenance.returning.formUnion(load.maintenance.returning)
        awaited.formUnion(load.awaited)
        marked.formUnion(services.keys)
        let requests = adopt(load.previous, at: now)
        owing = Set(services.filter { !$0.value.owedPlaces.isEmpty }.keys)
        // What was ordered meanwhile holds for what is in force again, too.
        for order in sharedOrders.all
        where load.sharedOrders.order(service: order.service, server: order.server) != order {
            _ = carryOut(order, at: now)
        }
        for id in tried.keys where services[id] == nil {
            abandoned.insert(id)
            marked.insert(id)
        }
        // What belongs to others is theirs again, as it was.
        for (id, entry) in load.foreign where services[id] == nil {
            abandoned.remove(id)
            if tried[id] != nil || wasExclusive, actual.entries[id] != entry {
                restoring[id] = entry
                marked.insert(id)
            }
        }
        return requests
    }

    /// Of a configuration that is being loaded it is told when it is in force.
    mutating func tell(_ record: EventRecord) {
        guard transaction == nil else {
            transaction?.changes.append(record)
            return
        }
        report(record)
    }

    /// The first refusal of a service is the cause, the rest follows from it; and it is told once.
    private mutating func tell(_ refusals: [Refusal], at now: Moment) {
        var told: Set<VirtualService.ID> = []
        for refusal in refusals {
            guard let id = refusal.command.service, told.insert(id).inserted else { continue }
            let text = "\(refusal.command): \(refusal.reason)"
            if self.refusals.updateValue(text, forKey: id) == text { continue }
            report(
                EventRecord(
                    .kernelRefused, .error, at: now, service: id, server: refusal.command.server,
                    "the kernel refused \(text)"))
        }
    }
}

extension ServiceState {
    /// With what was heard meanwhile of servers that another configuration judges in the same way.
    fileprivate func adoptingHealth(from tried: ServiceState) -> ServiceState {
        let new = tried.configuration
        guard new.policy.flap == configuration.policy.flap, new.limits == configuration.limits else { return self }
        var state = self
        let others = Dictionary(new.reals.map { ($0.server.endpoint, $0) }) { $1 }
        for real in configuration.reals {
            let endpoint = real.server.endpoint
            guard let other = others[endpoint], other.probes == real.probes, other.check == real.check else { continue }
            state.health[endpoint] = tried.health[endpoint]
        }
        return state
    }
}
