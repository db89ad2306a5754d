package import HealthChecking
package import VirtualServers

/// What Director does beyond ldirectord with the servers of one virtual service; all of it is off unless written.
package struct ServicePolicy: Hashable, Sendable {
    /// How long a server that leaves the file, or has weight 0 there, or is drained by the operator, waits for its
    /// connections to end; nil for no waiting, and for the operator's drain for no limit.
    package var drain: Duration?
    /// The time in which a server that came up gets its whole weight.
    package var slowStart: Duration?
    package var flap: FlapPolicy?
    package var minimumUp: MinimumUp?

    package init() {}
}

/// How many servers stay in whatever their checks say.
package enum MinimumUp: Hashable, Sendable {
    case servers(Int)
    /// 1 to 100
    case percent(Int)

    /// How many these are of a pool of `count`; a share is rounded up.
    package func servers(of count: Int) -> Int {
        switch self {
        case .servers(let number): min(number, count)
        case .percent(let percent): (count * percent + 99) / 100
        }
    }
}

/// Servers that stand in together while no real server, and no server of an earlier tier, is up.
package struct FallbackTier: Hashable, Sendable {
    package var line: Int
    package var servers: [Server]

    package struct Server: Hashable, Sendable {
        /// As it stands in the kernel while its tier stands in.
        package var server: RealServer
        package var probes: [ProbeSetting]

        package init(server: RealServer, probes: [ProbeSetting]) {
            self.server = server
            self.probes = probes
        }
    }

    package init(line: Int, servers: [Server]) {
        self.line = line
        self.servers = servers
    }
}

/// One check of a server and how its results count.
package struct ProbeSetting: Hashable, Sendable {
    /// As written in its `check` line, for people; empty for the check that the section's own keys describe.
    package var name: String
    package var spec: CheckSpec
    /// Nil for the section's.
    package var rise: Int?
    package var fall: Int?

    package init(name: String = "", spec: CheckSpec, rise: Int? = nil, fall: Int? = nil) {
        self.name = name
        self.spec = spec
        self.rise = rise
        self.fall = fall
    }

    /// - Parameter section: what counts where the check itself says nothing.
    package func limits(_ section: HealthLimits) -> HealthLimits {
        HealthLimits(rise: rise ?? section.rise, fall: fall ?? section.fall)
    }
}
