import DirectorConfig
import HealthChecking
import NetworkTypes
import TimeTypes
import VirtualServers

extension ServiceState {
    /// A server keeps what its agent said as long as it has one. One that the kernel sends no connections to waits for
    /// its agent's first answer: it may want none.
    mutating func adoptAgents(actual: VirtualServerTable.Entry?) {
        var kept: [Endpoint: AgentState] = [:]
        for real in configuration.agent == nil ? [] : configuration.reals {
            let endpoint = real.server.endpoint
            let isInUse = (actual?.servers[endpoint]?.weight ?? 0) > 0
            kept[endpoint] = agents[endpoint] ?? AgentState(isAwaited: !isInUse)
        }
        agents = kept
    }
}

extension Director {
    /// Takes in what a server's agent said, or that it said nothing. Returns whether the kernel's table may have to
    /// change. Only what takes a server out or brings it back is an event: agents that report their load say something
    /// else all the time.
    mutating func hear(_ result: CheckResult, of user: CheckRegistry.User, at now: Moment) -> Bool {
        guard let before = services[user.service]?.agents[user.server]?.effect,
            services[user.service]?.agents[user.server]?.observe(result) == true,
            let state = services[user.service]?.agents[user.server]
        else { return false }
        agentChanges += 1
        marked.insert(user.service)
        guard state.effect != before else { return true }
        services[user.service]?.agents[user.server]?.since = now.wall
        let consequence =
            switch state.effect {
            case .none: "takes connections again"
            case .drain: "takes no new connections, weight 0"
            case .out: "is out"
            }
        report(
            EventRecord(
                .agent, state.effect == .none ? .info : .warning, at: now, service: user.service, server: user.server,
                "real server \(user.server) of \(user.service) \(consequence): its agent says \(state.text ?? "")"))
        return true
    }
}
