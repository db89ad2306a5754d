import DirectorConfig
import HealthChecking
package import NetworkTypes
package import TimeTypes
package import VirtualServers

/// What snapshots of services are made of: the director's own values, which cost nothing to copy, so that the snapshots
/// themselves may be made on another thread while the director goes on.
package struct ServiceFacts: Sendable {
    fileprivate let virtuals: VirtualConfigurations
    fileprivate let services: [VirtualService.ID: ServiceState]
    fileprivate let actual: VirtualServerTable
    fileprivate let refusals: [VirtualService.ID: String]
}

extension Director {
    package var serviceFacts: ServiceFacts {
        ServiceFacts(virtuals: configuration.virtuals, services: services, actual: actual, refusals: refusals)
    }

    /// Nil for a service that is not known.
    func serviceSnapshot(
        _ virtual: VirtualConfiguration, _ counts: [Endpoint: RealServerStatus], at now: Moment
    ) -> ServiceSnapshot? {
        serviceFacts.snapshot(virtual, counts, at: now)
    }
}

extension ServiceFacts {
    /// Every service in file order.
    /// - Parameter counters: what the kernel counts now; servers that are not in it count zero.
    package func snapshots(
        counters: [VirtualService.ID: [Endpoint: RealServerStatus]], at now: Moment
    ) -> [ServiceSnapshot] {
        virtuals.compactMap { snapshot($0, counters[$0.service.id] ?? [:], at: now) }
    }

    fileprivate func snapshot(
        _ virtual: VirtualConfiguration, _ counts: [Endpoint: RealServerStatus], at now: Moment
    ) -> ServiceSnapshot? {
        let id = virtual.service.id
        guard let state = services[id] else { return nil }
        let entry = actual.entries[id]
        var servers: [ServerSnapshot] = state.configuration.reals.compactMap { real in
            let endpoint = real.server.endpoint
            guard let health = state.health[endpoint] else { return nil }
            let check =
                real.probes.isEmpty ? real.check.words : real.probes.map(\.spec.words).joined(separator: "; ")
            return state.snapshot(of: real.server, health, check: check, in: entry, counts[endpoint], at: now)
        }
        servers += state.leavingSnapshots(in: entry, counts, at: now)
        var snapshot = ServiceSnapshot(
            id: id, scheduler: virtual.service.scheduler.rawValue,
            persistenceTimeout: virtual.service.persistenceTimeout, inKernel: entry != nil,
            problem: refusals[id], fallback: virtual.fallback?.endpoint, fallbackActive: state.fallbackActive,
            servers: servers)
        snapshot.activeTier = state.activeTier
        snapshot.tiers = virtual.tiers.map { tier in
            tier.servers.compactMap { server in
                let endpoint = server.server.endpoint
                guard let health = state.standby[endpoint] else { return nil }
                let check = server.probes.map(\.spec.words).joined(separator: "; ")
                return state.snapshot(of: server.server, health, check: check, in: entry, counts[endpoint], at: now)
            }
        }
        return snapshot
    }
}

extension ServiceState {
    fileprivate func snapshot(
        of server: RealServer, _ health: ServerHealth, check: String, in entry: VirtualServerTable.Entry?,
        _ counts: RealServerStatus?, at now: Moment
    ) -> ServerSnapshot {
        let endpoint = server.endpoint
        let limits = configuration.limits
        var snapshot = ServerSnapshot(
            endpoint: endpoint, method: server.method.configurationWord,
            health: HealthTracker(health.state, reason: health.reason, at: health.since), failureCount: limits.fall,
            check: check, weight: server.weight, kernelWeight: entry?.servers[endpoint]?.weight,
            connections: counts?.connections ?? .init())
        if let counts { snapshot.rates = ServerRates(counts.statistics) }
        snapshot.failures = health.failures
        snapshot.successes = health.successes
        snapshot.rise = limits.rise
        snapshot.lastCheck = health.lastCheck
        snapshot.latency = health.latency
        snapshot.heldUntil = health.damping.heldUntil.map(now.wall(at:))
        snapshot.isKept = kept.contains(endpoint)
        snapshot.withdrawal = withdrawals[endpoint].map { described($0, at: now) }
        snapshot.agent = agents[endpoint].map {
            AgentSnapshot(says: $0.words, percent: $0.percent, effect: $0.effect, since: $0.since)
        }
        if health.checks.count > 1 {
            snapshot.checks = health.checks.map { check in
                CheckSnapshot(
                    name: check.name, state: check.tracker.state, reason: check.tracker.reason,
                    failures: check.tracker.failures, lastCheck: check.tracker.lastCheck,
                    latency: check.tracker.latency)
            }
        }
        return snapshot
    }

    private func described(_ withdrawal: Withdrawal, at now: Moment) -> WithdrawalSnapshot {
        WithdrawalSnapshot(
            cause: withdrawal.cause, by: withdrawal.by, since: withdrawal.since.wall, isDraining: withdrawal.isDraining,
            deadline: withdrawal.deadline(configuration.policy.drain).map(now.wall(at:)))
    }

    /// Servers that left the file and wait for their connections.
    fileprivate func leavingSnapshots(
        in entry: VirtualServerTable.Entry?, _ counts: [Endpoint: RealServerStatus], at now: Moment
    ) -> [ServerSnapshot] {
        withdrawals.filter { $0.value.cause == .removal }.sorted { $0.key < $1.key }.compactMap {
            endpoint, withdrawal in
            guard let server = entry?.servers[endpoint] else { return nil }
            var snapshot = ServerSnapshot(
                endpoint: endpoint, method: server.method.configurationWord,
                health: HealthTracker(.down, reason: withdrawal.words, at: withdrawal.since.wall), failureCount: 1,
                check: "none, it is not configured", weight: 0, kernelWeight: server.weight,
                connections: counts[endpoint]?.connections ?? .init())
            snapshot.withdrawal = described(withdrawal, at: now)
            return snapshot
        }
    }
}

extension ForwardingMethod {
    /// The word of ldirectord.cf: `gate`, `masq`, `ipip`.
    var configurationWord: String {
        switch self {
        case .directRouting: "gate"
        case .masquerading: "masq"
        case .tunnelling: "ipip"
        case .local: "local"
        }
    }
}

extension RealConfiguration.Check {
    package var words: String {
        switch self {
        case .alwaysUp: "none, always up"
        case .off: "off"
        case .probe(let spec): spec.words
        }
    }
}

extension CheckSpec {
    /// What is asked of the server: `http GET /alive on 192.0.2.1:80, every 1s, timeout 5s`.
    package var words: String {
        let what =
            switch kind {
            case .connect: "connect to \(target)"
            case .ping: "ping \(target.address)"
            case .http(let check): "\(check.words) \(check.method.rawValue) \(check.request) on \(target)"
            case .dialogue(let check): "\(check.words) on \(target)"
            case .agent: "agent at \(target)"
            case .path(let check): "\(check.words) by way of \(target.address)"
            case .program(let check): "\(check.command) \(check.arguments.joined(separator: " "))"
            }
        let connects = connects.map { ", \($0.count) connects between" } ?? ""
        return "\(what)\(connects), every \(interval.words), timeout \(timeout.words)"
    }
}

extension HTTPCheck {
    fileprivate var words: String { isProxy ? "http_proxy" : tls ? "https" : "http" }
}

extension DialogueCheck {
    /// Without anything secret.
    fileprivate var words: String {
        [service.rawValue, request, login.map { "as \($0)" }].compactMap(\.self).joined(separator: " ")
    }
}
