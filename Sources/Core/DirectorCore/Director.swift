package import DirectorConfig
package import HealthChecking
import NetworkTypes
package import TimeTypes
package import VirtualServers

/// The engine's mind: what is configured, what the checks say, what the kernel has, and what has to be done about it.
///
/// Level-triggered: nothing is derived from the order of events. Whenever something may have changed, the services
/// concerned are marked, and `plan()` compares what each should be with what the kernel has.
package struct Director: Sendable {
    package private(set) var configuration: Configuration
    package private(set) var services: [VirtualService.ID: ServiceState] = [:]
    /// The kernel's table as last read, with the commands since then applied to it.
    package private(set) var actual: VirtualServerTable
    package private(set) var history = EventHistory()
    private var checks = CheckRegistry()
    /// Services whose wanted entry must be computed and compared again.
    private var marked: Set<VirtualService.ID> = []
    /// Services that were ours and are not configured any more: to be removed.
    private var abandoned: Set<VirtualService.ID>
    /// Services of which the kernel refused a command: what it said. Their next difference is not a stranger's doing.
    package private(set) var refusals: [VirtualService.ID: String] = [:]
    /// The configuration to return to when the kernel refuses the one that was just loaded.
    private var previous: Configuration?
    /// Reports that the caller has not taken yet.
    private var reports: [EventRecord] = []

    /// A director that adopts what the kernel has.
    /// - Parameters:
    ///   - owned: services that an earlier run answered for; those that are not configured now are removed.
    package init(
        _ configuration: Configuration, actual: VirtualServerTable, owned: Set<VirtualService.ID> = [],
        at now: WallTime
    ) {
        self.configuration = configuration
        self.actual = actual
        abandoned = owned
        adopt(configuration, at: now)
    }

    /// The services that this director answers for, to be remembered for the next run.
    package var owned: Set<VirtualService.ID> { abandoned.union(services.keys) }

    /// Every check, for a prober that has just connected.
    package var proberRequests: [ProberRequest] { checks.requests }

    package var checkCount: Int { checks.count }

    /// Reports since the last call, oldest first.
    package mutating func takeReports() -> [EventRecord] {
        defer { reports = [] }
        return reports
    }

    package mutating func report(_ record: EventRecord) {
        history.append(record)
        reports.append(record)
    }

    /// Takes over a changed configuration; returns what the prober has to be told. Servers that stay keep their health.
    package mutating func load(_ new: Configuration, at now: WallTime) -> [ProberRequest] {
        if previous == nil { previous = configuration }
        return adopt(new, at: now)
    }

    @discardableResult
    private mutating func adopt(_ new: Configuration, at now: WallTime) -> [ProberRequest] {
        configuration = new
        var remaining = services
        services = Dictionary(minimumCapacity: new.virtuals.count)
        for virtual in new.virtuals {
            let id = virtual.service.id
            if var state = remaining.removeValue(forKey: id) {
                if state.configuration != virtual {
                    state.reconfigure(virtual, actual: actual.entries[id], at: now)
                    marked.insert(id)
                }
                services[id] = state
            } else {
                services[id] = ServiceState(virtual, actual: actual.entries[id], at: now)
                marked.insert(id)
            }
            abandoned.remove(id)
        }
        abandoned.formUnion(remaining.keys)
        marked.formUnion(abandoned)
        if new.exclusive { marked.formUnion(actual.entries.keys) }
        return checks.replace(with: new)
    }

    /// Takes in what a check found, for every service that wants it. Returns whether the kernel's table may have to
    /// change.
    package mutating func observe(_ id: CheckID, _ result: CheckResult, at now: WallTime) -> Bool {
        var changed = false
        for user in checks.users(of: id) {
            guard let change = services[user.service]?.observe(result, of: user.server, at: now) else { continue }
            switch change {
            case .cameUp, .wentDown:
                marked.insert(user.service)
                changed = true
            case .softFailure, .softFailureCleared: break
            }
            report(.health(change, of: user, result, in: services[user.service]?.configuration, at: now))
        }
        return changed
    }

    /// What has to be done in the kernel for the services that were marked.
    package mutating func plan(at now: WallTime) -> Plan {
        guard !marked.isEmpty else { return Plan() }
        var builder = PlanBuilder()
        for id in marked.sorted() {
            if services[id] != nil {
                let wasActive = services[id]?.fallbackActive
                let desired = services[id]?.desiredEntry(actual: actual.entries[id])
                builder.compare(actual: actual.entries[id], desired: desired)
                if let state = services[id], let wasActive, state.fallbackActive != wasActive,
                    let record = EventRecord.fallback(of: state.configuration, active: !wasActive, at: now)
                {
                    report(record)
                }
            } else if abandoned.contains(id) || configuration.exclusive {
                builder.compare(actual: actual.entries[id], desired: nil)
                if actual.entries[id] == nil { abandoned.remove(id) }
            }
        }
        marked = []
        return builder.build()
    }

    /// What stopping has to remove: the services with `cleanstop`.
    package func farewell() -> Plan {
        var builder = PlanBuilder()
        for id in services.keys.sorted() where services[id]?.configuration.cleanStop == true {
            builder.compare(actual: actual.entries[id], desired: nil)
        }
        return builder.build()
    }
}

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

    /// Whether a reload is under way that the kernel may still refuse as a whole.
    package var isLoading: Bool { previous != nil }

    /// Takes in what became of the commands of a plan.
    ///
    /// The first plan after `load` decides over it: refused commands that the load brought bring the previous
    /// configuration back. Returns what the prober has to be told in that case; the caller then plans again.
    package mutating func settle(
        _ commands: [IPVSCommand], refusals: [Refusal], at now: WallTime
    ) -> [ProberRequest] {
        let refused = Set(refusals.map(\.command))
        var healed: Set<VirtualService.ID> = []
        for command in commands where !refused.contains(command) {
            actual.apply(command)
            guard let id = command.service else { continue }
            if case .deleteService = command { abandoned.remove(id) }
            healed.insert(id)
        }
        var told: Set<VirtualService.ID> = []
        for refusal in refusals {
            guard let id = refusal.command.service else { continue }
            healed.remove(id)
            // The first refusal of a service is the cause; the rest follows from it.
            guard told.insert(id).inserted else { continue }
            let text = "\(refusal.command): \(refusal.reason)"
            if self.refusals.updateValue(text, forKey: id) == text { continue }
            report(
                EventRecord(
                    .kernelRefused, .error, at: now, service: id, server: refusal.command.server,
                    "the kernel refused \(text)"))
        }
        for id in healed where self.refusals.removeValue(forKey: id) != nil {
            report(
                EventRecord(.kernelAccepted, at: now, service: id, "\(id): the kernel accepts its configuration again"))
        }
        guard let previous else { return [] }
        self.previous = nil
        guard let refusal = refusals.first else { return [] }
        report(
            EventRecord(
                .configurationRefused, .error, at: now, service: refusal.command.service,
                "the new configuration is taken back, since the kernel refused \(refusal.command): \(refusal.reason)"))
        return adopt(previous, at: now)
    }

    /// Takes in the kernel's table as just read. What differs from the expected is a stranger's doing: reported, and
    /// marked to be put right. Returns whether there is something to put right.
    package mutating func observe(_ table: VirtualServerTable, at now: WallTime) -> Bool {
        var drift: [EventRecord] = []
        for id in services.keys {
            let expected = actual.entries[id]
            let found = table.entries[id]
            if expected != found {
                marked.insert(id)
                if refusals[id] == nil { drift += EventRecord.drift(id, expected: expected, found: found, at: now) }
            } else if refusals[id] != nil {
                marked.insert(id)
            }
        }
        marked.formUnion(abandoned)
        if configuration.exclusive { marked.formUnion(table.entries.keys.filter { services[$0] == nil }) }
        actual = table
        let limit = 20
        drift.sort { ($0.service, $0.server) < ($1.service, $1.server) }
        for record in drift.prefix(limit) { report(record) }
        if drift.count > limit {
            report(
                EventRecord(
                    .drift, .warning, at: now, "\(drift.count - limit) more changes of the kernel's table by others"))
        }
        return !marked.isEmpty
    }
}

/// Nil before everything.
private func < <Left: Comparable, Right: Comparable>(left: (Left?, Right?), right: (Left?, Right?)) -> Bool {
    if left.0 != right.0 {
        guard let first = left.0 else { return true }
        guard let second = right.0 else { return false }
        return first < second
    }
    guard let first = left.1 else { return right.1 != nil }
    guard let second = right.1 else { return false }
    return first < second
}
