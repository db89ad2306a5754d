package import DirectorConfig
package import HealthChecking
import NetworkTypes
package import TimeTypes
package import VirtualRouting
package import VirtualServers

/// The engine's mind: what is configured, what the checks say, what the kernel has, and what has to be done about it.
///
/// Level-triggered: nothing is derived from the order of events. Whenever something may have changed, the services
/// concerned are marked, and `plan()` compares what each should be with what the kernel has.
package struct Director: Sendable {
    package private(set) var configuration: Configuration
    package internal(set) var services: [VirtualService.ID: ServiceState] = [:]
    /// The kernel's table as last read, with the commands since then applied to it.
    package internal(set) var actual: VirtualServerTable
    package private(set) var history: EventHistory
    package internal(set) var checks = CheckRegistry()
    /// Services whose wanted entry must be computed and compared again.
    var marked: Set<VirtualService.ID> = []
    /// Services that were ours and are not configured any more: to be removed.
    var abandoned: Set<VirtualService.ID>
    /// Services of which the kernel refused a command: what it said. Their next difference is not a stranger's doing.
    package internal(set) var refusals: [VirtualService.ID: String] = [:]
    /// Services that time alone may change, and when.
    var deadlines: [VirtualService.ID: MonotonicInstant] = [:]
    /// What to return to when the kernel refuses the configuration that was just loaded.
    var transaction: Transaction?
    /// What to return to when the kernel has taken it and somebody else refuses it.
    var provisional: Transaction?
    /// Services of others that a refused load had changed, as they were before it; to be put back.
    var restoring: [VirtualService.ID: VirtualServerTable.Entry] = [:]
    /// Services with servers that are owed a place in the kernel.
    var owing: Set<VirtualService.ID> = []
    /// Counts up with each word of an agent that matters, and each configuration: what is remembered may be another.
    package internal(set) var agentChanges = 0
    /// Who is taken out by a file of the maintenance directory.
    var maintenance = Maintenance()
    /// The latest order for each server, given here or on the peer.
    package internal(set) var sharedOrders = SharedOrders()
    /// Orders for servers that are not configured here: of the peer, or of sections that have left the file.
    var awaited: Set<OrderPlace> = []
    /// Differences of the kernel's table that somebody else made, since the start.
    package private(set) var driftCount: UInt64 = 0
    /// Reports that the caller has not taken yet.
    private var reports: [EventRecord] = []
    /// What strangers do again and again.
    var repetitions = RepetitionFilter()
    /// Events that were held back for a summary, and that the caller has not taken yet.
    private var heldBack: [EventRecord] = []

    /// A director that adopts what the kernel has.
    /// - Parameters:
    ///   - owned: services that an earlier run answered for; those that are not configured now are removed.
    ///   - history: the events of earlier runs.
    ///   - memory: the operator's orders, the drains and the holds under way when the earlier run ended.
    ///   - agents: what the servers' agents had said.
    package init(
        _ configuration: Configuration, actual: VirtualServerTable, owned: Set<VirtualService.ID> = [],
        history: EventHistory = EventHistory(), memory: OperatorMemory = OperatorMemory(),
        agents: AgentMemory = AgentMemory(), at now: Moment
    ) {
        self.configuration = configuration
        self.history = history
        self.actual = actual
        abandoned = owned
        adopt(configuration, at: now)
        recall(memory, at: now)
        recall(agents)
        owePlaces()
    }

    /// The services that this director answers for, to be remembered for the next run.
    package var owned: Set<VirtualService.ID> { abandoned.union(services.keys) }

    /// Every check, for a prober that has just connected.
    package var proberRequests: [ProberRequest] { checks.requests }

    package var checkCount: Int { checks.count }

    /// The longest time that may pass between two results of the prober; nil without checks.
    package var longestCheckSilence: Duration? { checks.longestSilence }

    /// Reports since the last call, oldest first.
    package mutating func takeReports() -> [EventRecord] {
        defer { reports = [] }
        return reports
    }

    /// Events that are not told now since the same was told a short while ago; they happened all the same.
    package mutating func takeHeldBack() -> [EventRecord] {
        defer { heldBack = [] }
        return heldBack
    }

    package mutating func report(_ record: EventRecord) {
        reports.append(history.append(record))
    }

    /// What this one clears is over: the next is news again, and how often it was repeated is told now.
    package mutating func forgetRepetitions(clearedBy record: EventRecord, at now: Moment) {
        for kind in record.kind.clears {
            let summaries = repetitions.forget(kind, name: record.name, source: record.source, at: now)
            for summary in summaries { report(summary) }
        }
    }

    /// What others may do without end is told at once, and its repetitions as a summary.
    package mutating func report(_ record: EventRecord, at now: Moment) {
        guard record.kind.isRepeatable else { return report(record) }
        if let record = repetitions.admit(record, at: now.instant) {
            report(record)
        } else {
            holdBack(record)
        }
    }

    private mutating func holdBack(_ record: EventRecord) {
        if heldBack.count < EventHistory.limit { heldBack.append(record) }
    }

    /// Takes over a changed configuration; returns what the prober has to be told. Servers that stay keep their health.
    /// - Parameters:
    ///   - isProvisional: `keepLoad` or `takeBackLoad` follows when the kernel has taken it.
    ///   - isFile: the file as it is now, and not what is in force with new addresses of its hosts.
    package mutating func load(
        _ new: Configuration, isProvisional: Bool = false, isFile: Bool = true, at now: Moment
    ) -> [ProberRequest] {
        if transaction == nil {
            let owned = owned
            let foreign = actual.entries.filter { !owned.contains($0.key) }
            transaction = Transaction(
                previous: configuration, services: services, awaited: awaited, sharedOrders: sharedOrders,
                maintenance: maintenance, refusedBefore: Set(refusals.keys), foreign: foreign,
                isProvisional: isProvisional)
        }
        provisional = nil
        let requests = adopt(new, at: now)
        if isFile { owePlaces() }
        return requests
    }

    @discardableResult
    mutating func adopt(_ new: Configuration, at now: Moment) -> [ProberRequest] {
        configuration = new
        var remaining = services
        services = Dictionary(minimumCapacity: new.virtuals.count)
        var alike: Apart<ServerHealth>?
        for shared in new.virtuals.shared {
            let virtual = shared.wrappedValue
            let id = virtual.service.id
            if var state = remaining.removeValue(forKey: id) {
                if state.configuration != virtual {
                    transaction?.changes += state.changes(to: virtual, at: now)
                    for event in state.reconfigure(shared, actual: actual.entries[id], at: now) { tell(event) }
                    marked.insert(id)
                } else {
                    state.share(shared)
                }
                services[id] = state
            } else {
                let isOwned = abandoned.contains(id)
                services[id] = ServiceState(
                    shared, actual: actual.entries[id], isOwned: isOwned, alike: &alike, at: now)
                marked.insert(id)
            }
            abandoned.remove(id)
        }
        for (id, state) in remaining.sorted(by: { $0.key < $1.key }) {
            for (server, order) in state.withdrawals.sorted(by: { $0.key < $1.key }) where order.isOrder {
                keep(order, of: server, in: id, at: now)
            }
        }
        abandoned.formUnion(remaining.keys)
        marked.formUnion(abandoned)
        restoring = restoring.filter { services[$0.key] == nil }
        deadlines = deadlines.filter { services[$0.key] != nil }
        if new.exclusive { marked.formUnion(actual.entries.keys) }
        refusals = refusals.filter { services[$0.key] != nil || abandoned.contains($0.key) }
        let requests = checks.replace(with: new)
        applyMaintenance(at: now)
        carryOutAwaited(at: now)
        agentChanges += 1
        return requests
    }

    /// Takes in what a check found, for every service that wants it. Returns whether the kernel's table may have to
    /// change.
    package mutating func observe(_ id: CheckID, _ result: CheckResult, at now: Moment) -> Bool {
        var changed = false
        checks.record(id, result, at: now.wall)
        for user in checks.users(of: id) where !isInMaintenance(user) {
            if user.check == CheckRegistry.User.agent {
                if hear(result, of: user, at: now) { changed = true }
                continue
            }
            let wasUp = services[user.service]?.health[user.server]?.state == .up
            let change = services[user.service]?.observe(result, ofCheck: user.check, of: user.server, at: now)
            if result.passed, services[user.service]?.isFloorOutdated(by: user.server) == true {
                marked.insert(user.service)
                changed = true
            }
            guard let change else { continue }
            switch change {
            case .cameUp, .wentDown, .held:
                marked.insert(user.service)
                changed = true
            case .softFailure, .softFailureCleared: break
            }
            if let service = services[user.service] {
                // That it is out, and that it stays out for a while.
                if case .held = change, wasUp {
                    report(.health(.wentDown, of: user.server, in: service, result, at: now))
                }
                report(.health(change, of: user.server, in: service, result, at: now))
            }
        }
        return changed
    }

    /// What has to be done in the kernel for the services that were marked.
    package mutating func plan(at now: Moment) -> Plan {
        guard !marked.isEmpty else { return Plan() }
        var builder = PlanBuilder()
        for id in marked.sorted() {
            if let decision = services[id]?.decide(actual: actual.entries[id], at: now) {
                deadlines[id] = decision.deadline
                let differs = builder.compare(actual: actual.entries[id], desired: decision.entry)
                if !differs { accepted(id, at: now) }
                for event in decision.events { report(event) }
            } else if let before = restoring[id] {
                // It may have to be planned again: commands that the kernel refuses are compared with a table as just
                // read. `settle` ends it.
                if !builder.compare(actual: actual.entries[id], desired: before) { restoring[id] = nil }
            } else if abandoned.contains(id) || configuration.exclusive {
                builder.compare(actual: actual.entries[id], desired: nil)
                if actual.entries[id] == nil { abandoned.remove(id) }
            }
        }
        marked = []
        return builder.build()
    }

    /// The kernel has the service as it should be.
    mutating func accepted(_ id: VirtualService.ID, at now: Moment) {
        guard refusals.removeValue(forKey: id) != nil else { return }
        report(EventRecord(.kernelAccepted, at: now, service: id, "\(id): the kernel has its configuration again"))
    }

    /// What stopping has to remove: the services with `cleanstop`, and those that the configuration does not name any
    /// more (it was changed while no engine ran, or the kernel kept them so far).
    package func farewell() -> Plan {
        var builder = PlanBuilder()
        let ended = services.filter(\.value.configuration.cleanStop).map(\.key)
        for id in abandoned.union(ended).sorted() {
            builder.compare(actual: actual.entries[id], desired: nil)
        }
        return builder.build()
    }
}

extension Director {
    /// Takes in the kernel's table as just read. What differs from the expected is a stranger's doing: reported, and
    /// marked to be put right. Returns whether there is something to put right.
    package mutating func observe(_ table: VirtualServerTable, at now: Moment) -> Bool {
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
        settlePlaces()
        driftCount += UInt64(drift.count)
        let limit = 20
        drift.sort { ($0.service, $0.server) < ($1.service, $1.server) }
        for record in drift.prefix(limit) { report(record, at: now) }
        if drift.count > limit {
            let more = drift.count - limit
            for record in drift.dropFirst(limit) { holdBack(record) }
            var summary = EventRecord(
                .drift, .warning, at: now, "\(more) more changes of the kernel's table by others")
            summary.repeats = more
            report(summary, at: now)
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
