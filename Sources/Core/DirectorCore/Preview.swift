package import DirectorConfig
import HealthChecking
import NetworkTypes
import TimeTypes
package import VirtualServers

/// What loading a configuration would change in the kernel's table.
package enum Preview {
    /// What is known of a server's health: what a running director says of it. Where none knows the server, one that
    /// the kernel does not have yet is taken for up, as it will be once checked, and one that it has with weight 0 for
    /// down.
    /// - Parameters:
    ///   - owned: services that a director answers for now; they go when the configuration names them no more.
    ///   - memory: what its operators ordered.
    ///   - known: what a running director says of its services; nil where none runs.
    package static func plan(
        _ configuration: Configuration, actual: VirtualServerTable, owned: Set<VirtualService.ID> = [],
        memory: OperatorMemory = OperatorMemory(), known: [ServiceSnapshot]? = nil
    ) -> Plan {
        var builder = PlanBuilder()
        let moment = Moment(WallTime(milliseconds: 0), .zero)
        let orders = Dictionary(grouping: memory.items, by: \.service)
        let services = Dictionary((known ?? []).map { ($0.id, $0) }) { $1 }
        var unwanted = configuration.exclusive ? owned.union(actual.entries.keys) : owned
        var alike: Apart<ServerHealth>?
        for virtual in configuration.virtuals.sorted(by: { $0.service.id < $1.service.id }) {
            let id = virtual.service.id
            unwanted.remove(id)
            let entry = actual.entries[id]
            var settled = virtual
            // What it comes to, not the way there; a hold is a server that is down.
            settled.policy.slowStart = nil
            settled.policy.flap = nil
            var state = ServiceState(
                Apart(wrappedValue: settled), actual: entry, isOwned: owned.contains(id), alike: &alike, at: moment)
            for order in orders[id] ?? [] { _ = state.recall(order, actual: entry, at: moment) }
            state.assume(services[id], actual: entry, at: moment)
            state.owedPlaces = state.missingPlaces(actual: entry)
            var desired = state.decide(actual: entry, at: moment).entry
            if virtual.policy.slowStart != nil { desired.leaveGrowing(entry) }
            builder.compare(actual: entry, desired: desired)
        }
        for id in unwanted.sorted() { builder.compare(actual: actual.entries[id], desired: nil) }
        return builder.build()
    }
}

extension ServiceState {
    fileprivate mutating func assume(
        _ known: ServiceSnapshot?, actual: VirtualServerTable.Entry?, at now: Moment
    ) {
        let servers = (known?.servers ?? []) + (known?.tiers.flatMap(\.self) ?? [])
        let byEndpoint = Dictionary(servers.map { ($0.endpoint, $0) }) { first, _ in first }
        let standby = configuration.tiers.flatMap(\.servers).map { ($0.server.endpoint, $0.probes) }
        for (endpoint, probes) in configuration.reals.map({ ($0.server.endpoint, $0.probes) }) + standby {
            if let server = byEndpoint[endpoint], server.withdrawal?.cause != .removal {
                // What `minup` keeps is in as if it were up; what nobody asks anything of may still be in maintenance.
                let isIn = server.state == .up || server.isKept
                guard server.state != .unverified || isIn, !probes.isEmpty || !isIn else { continue }
                assume(endpoint, passed: isIn, at: now)
            } else if actual?.servers[endpoint] == nil, !probes.isEmpty, health[endpoint] != nil {
                assume(endpoint, passed: true, at: now)
            }
        }
        for endpoint in agents.keys {
            guard let says = byEndpoint[endpoint]?.agent else {
                // Of a server that is new nothing else can be expected than that its agent lets it in.
                agents[endpoint] = AgentState()
                continue
            }
            agents[endpoint] = AgentState(
                isUp: says.effect != .out, wish: says.effect == .drain ? .drain : .ready,
                percent: says.effect == .none ? says.percent : 100, text: says.says)
        }
    }

    private mutating func assume(_ endpoint: Endpoint, passed: Bool, at now: Moment) {
        let result = CheckResult(passed: passed, reason: "assumed", latency: .zero)
        if health[endpoint] != nil {
            _ = health[endpoint]?.force(result, at: now)
        } else {
            _ = standby[endpoint]?.force(result, at: now)
        }
    }
}

extension VirtualServerTable.Entry {
    /// A server on the way to its whole weight is no change.
    fileprivate mutating func leaveGrowing(_ actual: VirtualServerTable.Entry?) {
        for (endpoint, server) in servers {
            guard let found = actual?.servers[endpoint]?.weight, found > 0, found < server.weight else { continue }
            servers[endpoint]?.weight = found
        }
    }
}
