package import HealthChecking
package import NetworkTypes

/// How the agents of a section's servers are asked, each at its server's address.
package struct AgentSettings: Hashable, Sendable {
    package var port: UInt16
    package var check: AgentCheck
    package var interval: Duration

    package init(port: UInt16, check: AgentCheck = AgentCheck(), interval: Duration = .seconds(2)) {
        self.port = port
        self.check = check
        self.interval = interval
    }

    /// An agent that is silent for as long as it would be asked again anyway, 5 seconds at most, is silent.
    package func spec(of server: Endpoint) -> CheckSpec {
        CheckSpec(
            Endpoint(server.address, port), .agent(check), interval: interval,
            timeout: min(max(interval, .seconds(1)), .seconds(5)))
    }
}
