package import DirectorConfig
package import HealthChecking
package import NetworkTypes
package import TimeTypes
package import VirtualServers

/// One configured virtual service with the health of its real servers, and what follows for the kernel.
package struct ServiceState: Sendable {
    package private(set) var configuration: VirtualConfiguration
    package private(set) var health: [Endpoint: HealthTracker] = [:]
    /// Whether the fallback stood in when the wanted entry was last computed.
    package private(set) var fallbackActive = false

    /// - Parameter actual: the service as the kernel has it; a server with a weight there is adopted as up.
    package init(_ configuration: VirtualConfiguration, actual: VirtualServerTable.Entry?, at now: Moment) {
        self.configuration = configuration
        for real in configuration.reals {
            health[real.server.endpoint] = Self.initialHealth(of: real, actual: actual, at: now)
        }
    }

    /// Takes over a changed section. Servers that stay keep their health; new ones start as at the beginning.
    package mutating func reconfigure(
        _ new: VirtualConfiguration, actual: VirtualServerTable.Entry?, at now: Moment
    ) {
        let previous = Dictionary(configuration.reals.map { ($0.server.endpoint, $0.check) }) { $1 }
        var kept: [Endpoint: HealthTracker] = [:]
        for real in new.reals {
            let endpoint = real.server.endpoint
            if let tracker = health[endpoint], let check = previous[endpoint], check.isProbe == real.check.isProbe,
                check.isProbe || check == real.check
            {
                kept[endpoint] = tracker
            } else {
                kept[endpoint] = Self.initialHealth(of: real, actual: actual, at: now)
            }
        }
        health = kept
        configuration = new
    }

    private static func initialHealth(
        of real: RealConfiguration, actual: VirtualServerTable.Entry?, at now: Moment
    ) -> HealthTracker {
        let present = actual?.servers[real.server.endpoint]
        let inUse = (present?.weight ?? 0) > 0
        switch real.check {
        case .alwaysUp:
            return HealthTracker(.up, reason: "not checked, always up", at: now.wall)
        // A configured weight of 0 is in use as it stands in the kernel.
        case .off where inUse || (present != nil && real.server.weight == 0):
            return HealthTracker(.up, reason: "not checked (checktype off), found in use", at: now.wall)
        case .off:
            return HealthTracker(.down, reason: "not checked (checktype off), not found in use", at: now.wall)
        case .probe where inUse:
            return HealthTracker(.up, reason: "found in use, not checked yet", at: now.wall)
        case .probe:
            return HealthTracker(.unverified, reason: "not checked yet", at: now.wall)
        }
    }

    /// Takes in a check's result for one server.
    package mutating func observe(
        _ result: CheckResult, of endpoint: Endpoint, at now: Moment
    ) -> HealthTracker.Change? {
        health[endpoint]?.observe(result, limits: configuration.limits, at: now.wall)
    }

    /// Takes in what is decided without a check, at once whatever is counted.
    mutating func force(_ result: CheckResult, on endpoint: Endpoint, at now: Moment) -> HealthTracker.Change? {
        health[endpoint]?.observe(result, limits: HealthLimits(), at: now.wall)
    }

    package var upCount: Int { health.values.count { $0.state == .up } }

    /// The service as it should stand in the kernel.
    ///
    /// Up: the configured weight. Not verified yet: weight 0. Down: weight 0 when quiescent (but a quiescent server
    /// that the kernel does not have is only added with `readdquiescent`), else absent. With nothing up the fallback
    /// stands in.
    package mutating func desiredEntry(actual: VirtualServerTable.Entry?) -> VirtualServerTable.Entry {
        var entry = VirtualServerTable.Entry(configuration.service)
        entry.servers.reserveCapacity(configuration.reals.count + 1)
        var anyUp = false
        for real in configuration.reals {
            let endpoint = real.server.endpoint
            guard let state = health[endpoint]?.state else { continue }
            if state == .up {
                anyUp = true
                entry.servers[endpoint] = real.server
                continue
            }
            if state == .down {
                guard configuration.quiescent else { continue }
                guard configuration.readdQuiescent || actual?.servers[endpoint] != nil else { continue }
            }
            var withdrawn = real.server
            withdrawn.weight = 0
            entry.servers[endpoint] = withdrawn
        }
        fallbackActive = false
        if !anyUp, let fallback = configuration.fallback {
            entry.servers[fallback.endpoint] = fallback
            fallbackActive = true
        }
        return entry
    }
}

extension RealConfiguration.Check {
    package var isProbe: Bool {
        if case .probe = self { true } else { false }
    }
}
