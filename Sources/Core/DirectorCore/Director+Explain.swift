import DirectorConfig
import HealthChecking
package import NetworkTypes
package import TimeTypes
package import VirtualServers

extension Director {
    /// Events that an explanation carries.
    static let explainedEvents = 8

    /// Explains a real server in one virtual service, or in every one that has it.
    /// - Parameters:
    ///   - virtual: nil for all.
    ///   - counting: what the kernel counts now of a service; asked for those alone that have the server.
    package func explain(
        virtual: String?, server written: String, proberConnected: Bool, at now: Moment,
        counting: (VirtualService.ID) -> [Endpoint: RealServerStatus]
    ) throws(OrderRefusal) -> [Explanation] {
        let records = history.records.reversed()
        var found: [Explanation] = []
        for (service, server) in try meant(virtual: virtual, server: written) {
            guard var state = services[service],
                let snapshot = serviceSnapshot(state.configuration, counting(service), at: now),
                let known = (snapshot.servers + snapshot.tiers.flatMap(\.self)).first(where: { $0.endpoint == server })
            else { continue }
            let entry = actual.entries[service]
            // On a copy: what is decided here is looked at, not carried out.
            let wanted = state.decide(actual: entry, at: now).entry.servers[server]?.weight
            let events = records.lazy
                .filter { $0.server == server && ($0.service == service || $0.service == nil) }
            var explanation = Explanation(
                time: now.wall, service: service, server: known,
                checks: checksExplained(of: server, in: state.configuration, proberConnected),
                proberConnected: proberConnected,
                maintenanceFile: maintenanceFile(of: server, in: service),
                quiescent: state.configuration.quiescent, wantedWeight: wanted, serviceInKernel: entry != nil,
                problem: refusals[service], events: Array(events.prefix(Self.explainedEvents)).reversed())
            if !snapshot.servers.contains(where: { $0.endpoint == server }) {
                explanation.tier = snapshot.tiers.firstIndex { $0.contains { $0.endpoint == server } }
            }
            explanation.agent = agentExplained(of: server, in: state, proberConnected)
            found.append(explanation)
        }
        return found
    }

    private func checksExplained(
        of server: Endpoint, in virtual: VirtualConfiguration, _ proberConnected: Bool
    ) -> [Explanation.Check] {
        let own = virtual.reals.last { $0.server.endpoint == server }?.probes
        let tier = virtual.tiers.flatMap(\.servers).last { $0.server.endpoint == server }?.probes
        return (own ?? tier ?? []).map { probe in
            let words = probe.name.isEmpty ? probe.spec.words : "\(probe.name): \(probe.spec.words)"
            return explained(probe.spec, words, probe.limits(virtual.limits), proberConnected)
        }
    }

    private func explained(
        _ spec: CheckSpec, _ words: String, _ limits: HealthLimits, _ proberConnected: Bool
    ) -> Explanation.Check {
        let runs = checks.log(of: spec).runs
        // The pause begins with the end of a run.
        let next = runs.last.map { WallTime(milliseconds: $0.last.milliseconds + spec.interval.milliseconds) }
        let isRun = proberConnected || spec.isForEngine
        return Explanation.Check(words: words, limits: limits, runs: runs, next: isRun ? next : nil, isRun: isRun)
    }

    private func agentExplained(
        of server: Endpoint, in state: ServiceState, _ proberConnected: Bool
    ) -> Explanation.Check? {
        guard state.agents[server] != nil, let spec = state.configuration.agent?.spec(of: server) else { return nil }
        return explained(spec, spec.words, HealthLimits(), proberConnected)
    }

    /// Whom the operator means; who is not there is told with what is near.
    private func meant(
        virtual: String?, server written: String
    ) throws(OrderRefusal) -> [(VirtualService.ID, Endpoint)] {
        if let virtual {
            let service = try find(virtual: virtual)
            let own = known(in: service).filter { $0.isMeant(by: written) }
            if own.isEmpty { return [(service, try find(server: written, of: service))] }
            return own.map { (service, $0) }
        }
        var found: [(VirtualService.ID, Endpoint)] = []
        for virtual in configuration.virtuals {
            found += known(in: virtual.service.id).filter { $0.isMeant(by: written) }
                .map { (virtual.service.id, $0) }
        }
        guard found.isEmpty else { return found }
        if let service = services.keys.sorted().first(where: { "\($0)".hasSuffix(written) || $0.isMeant(by: [written]) }
        ) {
            throw OrderRefusal(
                "'\(written)' is the virtual service \(service): name one of its real servers, as in director explain \(Self.example(services[service]))"
            )
        }
        let names = Set(services.keys.flatMap { known(in: $0).map(\.description) })
        let near = Suggestion.near(to: written, among: names.sorted(), limit: 3)
        let hint = near.isEmpty ? "; director status lists them" : ", did you mean \(near.joined(separator: ", "))?"
        throw OrderRefusal("no virtual service has a real server '\(written)'\(hint)")
    }

    private static func example(_ service: ServiceState?) -> String {
        service?.configuration.reals.first.map { "\($0.server.endpoint)" } ?? "10.0.0.1:80"
    }

    /// Real servers, those that left the file and drain, and those of the fallback tiers.
    private func known(in service: VirtualService.ID) -> [Endpoint] {
        guard let state = services[service] else { return [] }
        let configured = state.configuration.reals.map(\.server.endpoint)
        let leaving = state.withdrawals.keys.filter { !configured.contains($0) }.sorted()
        let tiers = state.configuration.tiers.flatMap { $0.servers.map(\.server.endpoint) }
        return configured + leaving + tiers.filter { !configured.contains($0) && !leaving.contains($0) }
    }
}
