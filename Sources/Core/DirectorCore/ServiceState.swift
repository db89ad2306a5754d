package import DirectorConfig
package import HealthChecking
package import NetworkTypes
package import TimeTypes
package import VirtualServers

/// One configured virtual service with the health of its servers, what the operator ordered for them, and what follows
/// for the kernel (`decide`).
package struct ServiceState: Sendable {
    // Apart, since there are more places for a service than services, and the director has the section besides.
    @Apart package private(set) var configuration: VirtualConfiguration
    package internal(set) var health = HealthTable()
    /// The servers of the fallback tiers.
    package internal(set) var standby = HealthTable()
    /// Servers that are taken out for another reason than their health, those that left the file included.
    package internal(set) var withdrawals: [Endpoint: Withdrawal] = [:]
    /// Real servers that got connections when it was last decided; nil for all of the section's.
    private var serving: Set<Endpoint>?
    /// Servers on their way to their whole weight, and since when.
    package internal(set) var ramps: [Endpoint: Moment] = [:]
    /// What the servers that have an agent say of themselves.
    package internal(set) var agents: [Endpoint: AgentState] = [:]
    /// Servers that stay in though they are down, for the sake of `minup`.
    package internal(set) var kept: Set<Endpoint> = []
    /// Whether some server may be held down: most services need no looking for it.
    var mayHold = false
    /// The tier that stood in when it was last decided.
    package internal(set) var activeTier: Int?
    /// The fallback that stood in when it was last decided.
    var standingFallback: RealServer? {
        get { fallback?.wrappedValue }
        set { if newValue != standingFallback { fallback = newValue.map { Apart(wrappedValue: $0) } } }
    }
    private var fallback: Apart<RealServer>?
    package var fallbackActive: Bool { fallback != nil }
    /// Servers that get their place in the kernel though they are out, since the configuration was taken over without
    /// them there.
    var owedPlaces: Set<Endpoint> = []
    /// It was told that no real server takes connections.
    var isToldDown = false

    /// - Parameters:
    ///   - actual: the service as the kernel has it; a server with a weight there is adopted as up.
    ///   - isOwned: an earlier run answered for the service, so servers that are not configured have left the file.
    ///   - alike: how the last server began, of this service or another: most begin alike, and share what they consist
    ///     of until they differ.
    package init(
        _ shared: Apart<VirtualConfiguration>, actual: VirtualServerTable.Entry?, isOwned: Bool = false,
        alike: inout Apart<ServerHealth>?, at now: Moment
    ) {
        _configuration = shared
        let configuration = shared.wrappedValue
        serving = Set((actual?.servers ?? [:]).values.filter { $0.weight > 0 }.map(\.endpoint))
        health = HealthTable(of: configuration.reals) { real in
            let first = Self.initialHealth(of: real, quiescent: configuration.quiescent, actual: actual, at: now)
            let place = alike.flatMap { $0.wrappedValue == first ? $0 : nil } ?? Apart(wrappedValue: first)
            alike = place
            return place
        }
        adoptTiers(actual: actual, at: now)
        adoptAgents(actual: actual)
        guard isOwned, configuration.policy.drain != nil, let actual else { return }
        for endpoint in actual.servers.keys where isForeign(endpoint) {
            withdrawals[endpoint] = Withdrawal(.removal, since: now)
        }
    }

    /// Goes on with an equal section of another file, so that the old file's is given back.
    mutating func share(_ equal: Apart<VirtualConfiguration>) {
        _configuration = equal
        health.share(equal.wrappedValue.reals)
    }

    /// Takes over a changed section. Servers that stay keep their health and the operator's orders; new ones start as
    /// at the beginning. Returns what became of orders for servers that are gone.
    package mutating func reconfigure(
        _ shared: Apart<VirtualConfiguration>, actual: VirtualServerTable.Entry?, at now: Moment
    ) -> [EventRecord] {
        let (previous, new) = (configuration, shared.wrappedValue)
        serving = serving ?? Set(previous.reals.map(\.server.endpoint))
        let before = Dictionary(previous.reals.map { ($0.server.endpoint, $0) }) { $1 }
        let known = health
        health = HealthTable(of: new.reals) { real in
            let endpoint = real.server.endpoint
            if let known = known[endpoint], let old = before[endpoint], old.staysChecked(as: real) {
                return Apart(wrappedValue: known.adapted(from: old.probes, to: real.probes, at: now))
            }
            return Apart(
                wrappedValue: Self.initialHealth(of: real, quiescent: new.quiescent, actual: actual, at: now))
        }
        _configuration = shared
        let oldTiers = previous.tiers
        adoptTiers(actual: actual, keepingFrom: oldTiers, at: now)
        ramps = ramps.filter { health[$0.key] != nil }
        adoptAgents(actual: actual)
        adaptHolds(from: previous.policy.flap)
        let placed = previous.placedEndpoints
        return turned(from: known, at: now) + leave(placed, actual: actual, at: now)
    }

    /// A shorter `hold` counts for those under way too.
    private mutating func adaptHolds(from old: FlapPolicy?) {
        guard mayHold, let flap = configuration.policy.flap, flap != old else { return }
        for table in [\ServiceState.health, \.standby] {
            for endpoint in self[keyPath: table].keys { self[keyPath: table][endpoint]?.adapt(to: flap) }
        }
    }

    /// What another file says of servers that are in use and stay so.
    func changes(to new: VirtualConfiguration, at now: Moment) -> [EventRecord] {
        let before = Dictionary(configuration.reals.map { ($0.server.endpoint, $0.server) }) { $1 }
        return new.reals.compactMap { real in
            let endpoint = real.server.endpoint
            guard isServing(endpoint), health[endpoint]?.state == .up, let old = before[endpoint],
                old != real.server
            else { return nil }
            return .changed(from: old, to: real.server, of: configuration.service.id, at: now)
        }
    }

    /// Servers whose state another list of checks has changed without a result.
    private func turned(from before: HealthTable, at now: Moment) -> [EventRecord] {
        configuration.reals.compactMap { real in
            let endpoint = real.server.endpoint
            guard let old = before[endpoint]?.state, let health = health[endpoint], old != health.state else {
                return nil
            }
            let change: HealthTracker.Change
            switch health.state {
            case .up: change = .cameUp
            case .down: change = .wentDown
            case .unverified: return nil
            }
            let result = CheckResult(passed: health.state == .up, reason: health.reason, latency: .zero)
            return .health(change, of: endpoint, in: self, result, at: now)
        }
    }

    /// Servers that the kernel has and the new file does not name wait for their connections; those that it names again
    /// are as any other.
    private mutating func leave(
        _ placed: Set<Endpoint>, actual: VirtualServerTable.Entry?, at now: Moment
    ) -> [EventRecord] {
        var events: [EventRecord] = []
        for (endpoint, withdrawal) in withdrawals.sorted(by: { $0.key < $1.key }) {
            if health[endpoint] != nil {
                if withdrawal.cause == .removal { withdrawals[endpoint] = nil }
            } else if withdrawal.cause != .removal {
                withdrawals[endpoint] = nil
                if withdrawal.isOrder {
                    events.append(.orderDropped(withdrawal, endpoint, configuration.service.id, at: now))
                }
                // It has waited for a while already. One that is a fallback now has its place in the section.
                guard withdrawal.isDraining, configuration.policy.drain != nil, isForeign(endpoint) else { continue }
                withdrawals[endpoint] = Withdrawal(.removal, by: withdrawal.by, since: withdrawal.since)
            } else if !isForeign(endpoint) {
                withdrawals[endpoint] = nil
            }
        }
        guard configuration.policy.drain != nil, let actual else { return events }
        for endpoint in placed.sorted() where isForeign(endpoint) && actual.servers[endpoint] != nil {
            guard withdrawals[endpoint] == nil else { continue }
            withdrawals[endpoint] = Withdrawal(.removal, since: now)
            events.append(.leaving(endpoint, configuration, at: now))
        }
        return events
    }

    /// Whether nothing in the section stands for this address and port.
    func isForeign(_ endpoint: Endpoint) -> Bool {
        health[endpoint] == nil && standby[endpoint] == nil && configuration.fallback?.endpoint != endpoint
    }

    private mutating func adoptTiers(
        actual: VirtualServerTable.Entry?, keepingFrom old: [FallbackTier] = [], at now: Moment
    ) {
        var before: [Endpoint: FallbackTier.Server] = [:]
        for server in old.flatMap(\.servers) { before[server.server.endpoint] = server }
        var kept = HealthTable()
        for server in configuration.tiers.flatMap(\.servers) {
            let endpoint = server.server.endpoint
            if let known = standby[endpoint], let old = before[endpoint], old.probes.isEmpty == server.probes.isEmpty {
                kept[endpoint] = known.adapted(from: old.probes, to: server.probes, at: now)
            } else {
                kept[endpoint] = Self.initialHealth(
                    of: server.probes, inUse: (actual?.servers[endpoint]?.weight ?? 0) > 0, at: now)
            }
        }
        standby = kept
    }

    private static func initialHealth(
        of real: RealConfiguration, quiescent: Bool, actual: VirtualServerTable.Entry?, at now: Moment
    ) -> ServerHealth {
        let present = actual?.servers[real.server.endpoint]
        let inUse = (present?.weight ?? 0) > 0
        switch real.check {
        // A configured weight of 0 is in use as it stands in the kernel. Where servers that are down stay there with
        // that weight, it may be our own doing and means nothing.
        case .off where inUse || (present != nil && real.server.weight == 0 && !quiescent):
            return ServerHealth(.up, reason: "not checked (checktype off), found in use", at: now)
        case .off:
            return ServerHealth(.down, reason: "not checked (checktype off), not found in use", at: now)
        case .alwaysUp, .probe: return initialHealth(of: real.probes, inUse: inUse, at: now)
        }
    }

    private static func initialHealth(of probes: [ProbeSetting], inUse: Bool, at now: Moment) -> ServerHealth {
        guard !probes.isEmpty else { return ServerHealth(.up, reason: "not checked, always up", at: now) }
        let names = probes.map(\.name)
        return inUse
            ? ServerHealth(.up, reason: "found in use, not checked yet", checks: names, at: now)
            : ServerHealth(.unverified, reason: "not checked yet", checks: names, at: now)
    }

    // MARK: Who serves

    func isServing(_ endpoint: Endpoint) -> Bool { serving?.contains(endpoint) ?? (health[endpoint] != nil) }

    /// Real servers that got connections when it was last decided.
    package var servingCount: Int { serving?.count ?? configuration.reals.count }

    mutating func serve(_ servers: Set<Endpoint>) {
        serving = servers.count == configuration.reals.count ? nil : servers
    }

    // MARK: Results

    /// Takes in the result of one of a server's checks.
    package mutating func observe(
        _ result: CheckResult, ofCheck index: Int, of endpoint: Endpoint, at now: Moment
    ) -> HealthTracker.Change? {
        let flap = configuration.policy.flap
        let limits = limits(of: index, of: endpoint)
        let change =
            health[endpoint] != nil
            ? health[endpoint]?.observe(result, of: index, limits: limits, flap: flap, at: now)
            : standby[endpoint]?.observe(result, of: index, limits: limits, flap: flap, at: now)
        if case .held? = change { mayHold = true }
        return change
    }

    /// The section's own check has the section's limits: most servers have no other, and need no looking up.
    private func limits(of index: Int, of endpoint: Endpoint) -> HealthLimits {
        let section = configuration.limits
        guard let checks = (health[endpoint] ?? standby[endpoint])?.checks, checks.indices.contains(index),
            !checks[index].name.isEmpty
        else { return section }
        let probe = health[endpoint] != nil ? probe(index, of: endpoint) : standbyProbe(index, of: endpoint)
        return probe?.limits(section) ?? section
    }

    private func probe(_ index: Int, of endpoint: Endpoint) -> ProbeSetting? {
        let probes = configuration.reals.first { $0.server.endpoint == endpoint }?.probes ?? []
        return probes.indices.contains(index) ? probes[index] : nil
    }

    private func standbyProbe(_ index: Int, of endpoint: Endpoint) -> ProbeSetting? {
        for server in configuration.tiers.flatMap(\.servers) where server.server.endpoint == endpoint {
            return server.probes.indices.contains(index) ? server.probes[index] : nil
        }
        return nil
    }

    /// Takes in what is decided without a check, at once whatever is counted.
    mutating func force(_ result: CheckResult, on endpoint: Endpoint, at now: Moment) -> HealthTracker.Change? {
        health[endpoint]?.force(result, at: now)
    }

    /// Servers whose checks pass and that neither an operator nor their own agent has taken out.
    package var upCount: Int {
        withdrawals.isEmpty && agents.isEmpty
            ? health.values.count { $0.state == .up }
            : health.count { endpoint, health in
                health.state == .up && withdrawals[endpoint] == nil
                    && (agents[endpoint].map { $0.effect == .none && !$0.isAwaited } ?? true)
            }
    }
}

extension VirtualConfiguration {
    /// Every address and port that the section may have put into the kernel.
    var placedEndpoints: Set<Endpoint> {
        var endpoints = Set(reals.map(\.server.endpoint))
        endpoints.formUnion(tiers.flatMap(\.servers).map(\.server.endpoint))
        if let fallback { endpoints.insert(fallback.endpoint) }
        return endpoints
    }
}

extension RealConfiguration {
    /// Whether the server's state goes on to mean the same under the new settings.
    fileprivate func staysChecked(as new: RealConfiguration) -> Bool {
        guard probes.isEmpty == new.probes.isEmpty else { return false }
        return !probes.isEmpty || check == new.check
    }
}

extension ServerHealth {
    /// The same server under a changed list of checks: each goes on where it stood. A list of the same length is the
    /// same checks with changed settings.
    fileprivate func adapted(from old: [ProbeSetting], to new: [ProbeSetting], at now: Moment) -> ServerHealth {
        guard old != new else { return self }
        var health = self
        let sources = new.enumerated().map { index, probe in
            (probe.name, old.firstIndex(of: probe) ?? (old.count == new.count ? index : nil))
        }
        health.replaceChecks(sources, at: now)
        return health
    }
}

extension RealConfiguration.Check {
    package var isProbe: Bool {
        if case .probe = self { true } else { false }
    }
}
