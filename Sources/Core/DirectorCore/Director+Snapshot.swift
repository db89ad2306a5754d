import DirectorConfig
import HealthChecking
package import NetworkTypes
package import VirtualServers

extension Director {
    /// Every configured service in file order.
    /// - Parameter counters: what the kernel counts now; servers that are not in it count zero.
    package func serviceSnapshots(
        counters: [VirtualService.ID: [Endpoint: RealServerStatus]]
    ) -> [ServiceSnapshot] {
        configuration.virtuals.compactMap { virtual in
            let id = virtual.service.id
            guard let state = services[id] else { return nil }
            let entry = actual.entries[id]
            let counts = counters[id] ?? [:]
            let servers: [ServerSnapshot] = state.configuration.reals.compactMap { real in
                let endpoint = real.server.endpoint
                guard let health = state.health[endpoint] else { return nil }
                let count = counts[endpoint]
                var server = ServerSnapshot(
                    endpoint: endpoint, method: real.server.method.configurationWord, health: health,
                    failureCount: virtual.failureCount, check: real.check.words, weight: real.server.weight,
                    kernelWeight: entry?.servers[endpoint]?.weight, connections: count?.connections ?? .init())
                if let count { server.rates = ServerRates(count.statistics) }
                return server
            }
            return ServiceSnapshot(
                id: id, scheduler: virtual.service.scheduler.rawValue,
                persistenceTimeout: virtual.service.persistenceTimeout, inKernel: entry != nil,
                problem: refusals[id], fallback: virtual.fallback?.endpoint, fallbackActive: state.fallbackActive,
                servers: servers)
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
    /// What is asked of the server: `http GET /alive on 192.0.2.1:80 every 1s`.
    package var words: String {
        switch self {
        case .alwaysUp: return "none, always up"
        case .off: return "off"
        case .probe(let spec):
            let what =
                switch spec.kind {
                case .connect: "connect to \(spec.target)"
                case .ping: "ping \(spec.target.address)"
                case .http(let check):
                    "\(check.words) \(check.method.rawValue) \(check.request) on \(spec.target)"
                case .dialogue(let check): "\(check.words) on \(spec.target)"
                case .program(let check): "\(check.command) \(check.arguments.joined(separator: " "))"
                }
            let connects = spec.connects.map { ", \($0.count) connects between" } ?? ""
            return "\(what)\(connects), every \(spec.interval.words), timeout \(spec.timeout.words)"
        }
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

extension Duration {
    /// The shortest exact form that the configuration understands: `5s`, `200ms`.
    package var words: String {
        let whole = components.attoseconds == 0
        return whole
            ? "\(components.seconds)s"
            : "\(components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000)ms"
    }
}
