package import DirectorConfig
import HealthChecking
import TimeTypes
package import VirtualServers

/// What loading a configuration would change in the kernel's table, without a director that knows the servers' health.
package enum Preview {
    /// Servers that the kernel does not have yet are taken for up, as they will be once checked. Those that it has
    /// with weight 0 are taken for down and stay so.
    /// - Parameter owned: services that a director answers for now; they go when the configuration names them no more.
    /// - Parameter memory: what its operators ordered.
    package static func plan(
        _ configuration: Configuration, actual: VirtualServerTable, owned: Set<VirtualService.ID> = [],
        memory: OperatorMemory = OperatorMemory()
    ) -> Plan {
        var builder = PlanBuilder()
        let moment = Moment(WallTime(milliseconds: 0), .zero)
        let passed = CheckResult(passed: true, reason: "assumed", latency: .zero)
        let orders = Dictionary(grouping: memory.items, by: \.service)
        var unwanted = configuration.exclusive ? owned.union(actual.entries.keys) : owned
        for virtual in configuration.virtuals.sorted(by: { $0.service.id < $1.service.id }) {
            let id = virtual.service.id
            unwanted.remove(id)
            let entry = actual.entries[id]
            var settled = virtual
            // What it comes to, not the way there.
            settled.policy.slowStart = nil
            var state = ServiceState(settled, actual: entry, isOwned: owned.contains(id), at: moment)
            for order in orders[id] ?? [] { _ = state.recall(order, actual: entry, at: moment) }
            for real in virtual.reals where entry?.servers[real.server.endpoint] == nil {
                for index in real.probes.indices {
                    _ = state.observe(passed, ofCheck: index, of: real.server.endpoint, at: moment)
                }
            }
            builder.compare(actual: entry, desired: state.decide(actual: entry, at: moment).entry)
        }
        for id in unwanted.sorted() { builder.compare(actual: actual.entries[id], desired: nil) }
        return builder.build()
    }
}
