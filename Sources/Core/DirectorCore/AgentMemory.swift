package import HealthChecking
package import NetworkTypes
package import VirtualServers

/// What the servers' agents have said, as far as it asks for anything: so that a server that wants no connections gets
/// none from the engine's next run before its agent has been asked again.
package struct AgentMemory: Equatable, Sendable {
    package struct Item: Hashable, Sendable {
        package var service: VirtualService.ID
        package var server: Endpoint
        package var state: AgentState

        package init(service: VirtualService.ID, server: Endpoint, state: AgentState) {
            self.service = service
            self.server = server
            self.state = state
        }
    }

    /// By service and server.
    package var items: [Item]

    package init(items: [Item] = []) {
        self.items = items
    }
}

extension Director {
    /// What the next run has to know of the agents.
    package var agentMemory: AgentMemory {
        var items: [AgentMemory.Item] = []
        for (id, service) in services {
            for (server, state) in service.agents where !state.isDefault {
                items.append(.init(service: id, server: server, state: state.remembered))
            }
        }
        return AgentMemory(items: items.sorted { ($0.service, $0.server) < ($1.service, $1.server) })
    }

    mutating func recall(_ memory: AgentMemory) {
        for item in memory.items where services[item.service]?.agents[item.server] != nil {
            services[item.service]?.agents[item.server] = item.state
            marked.insert(item.service)
        }
    }
}

extension AgentState {
    /// Without what is of the moment only.
    fileprivate var remembered: AgentState { AgentState(isUp: isUp, wish: wish, percent: percent, text: text) }
}
