import NetworkTypes

/// The commands that turn the kernel's table into the wanted one, in an order that never leaves a client without a
/// server that it could have: services and servers are added and edited first, and removed last. The changes stand
/// service by service: the service itself, the servers that it gets, then those that change.
package struct Plan: Equatable, Sendable {
    /// Services and servers to add or change, in the order in which they must be done.
    package var changes = CommandList()
    /// Servers, then services to remove, to be done after all changes have succeeded.
    package var removals = CommandList()

    package init() {}

    package var isEmpty: Bool { changes.isEmpty && removals.isEmpty }

    /// Everything in order.
    package var commands: CommandList { changes + removals }

    package var count: Int { changes.count + removals.count }
}

/// Collects the differences of single services, then orders them.
package struct PlanBuilder {
    private var changes = CommandList()
    private var serverRemovals = CommandList()
    private var serviceRemovals = CommandList()

    package init() {}

    private var count: Int { changes.count + serverRemovals.count + serviceRemovals.count }

    /// Compares one service as the kernel has it with what is wanted; nil on either side means that it is not there.
    /// Returns whether they differ.
    @discardableResult
    package mutating func compare(
        actual: VirtualServerTable.Entry?, desired: VirtualServerTable.Entry?
    ) -> Bool {
        let before = count
        switch (actual, desired) {
        case (nil, nil): break
        case (let actual?, nil): serviceRemovals.append(.deleteService(actual.service.id))
        case (nil, let desired?):
            changes.append(.addService(desired.service))
            compare(actual: [:], desired: desired.servers, in: desired.service.id)
        case (let actual?, let desired?):
            if actual.service != desired.service { changes.append(.editService(desired.service)) }
            if actual.servers != desired.servers {
                compare(actual: actual.servers, desired: desired.servers, in: desired.service.id)
            }
        }
        return count > before
    }

    /// Servers are taken by address and port, so that a plan reads the same each time.
    private mutating func compare(
        actual: [Endpoint: RealServer], desired: [Endpoint: RealServer], in service: VirtualService.ID
    ) {
        let wanted = desired.values.sorted { $0.endpoint < $1.endpoint }
        for server in wanted where actual[server.endpoint] == nil { changes.append(.addServer(server, to: service)) }
        for server in wanted {
            guard let present = actual[server.endpoint], present != server else { continue }
            changes.append(.editServer(server, of: service))
        }
        for endpoint in actual.keys.sorted() where desired[endpoint] == nil {
            serverRemovals.append(.deleteServer(endpoint, from: service))
        }
    }

    package func build() -> Plan {
        var plan = Plan()
        plan.changes = changes
        plan.removals = serverRemovals + serviceRemovals
        return plan
    }
}

extension VirtualServerTable {
    /// What turns this table into `desired`. Services that are only in this table are removed when `claimed` says so,
    /// and left alone otherwise.
    package func plan(to desired: VirtualServerTable, claimed: (VirtualService.ID) -> Bool) -> Plan {
        var builder = PlanBuilder()
        for id in desired.entries.keys.sorted() {
            builder.compare(actual: entries[id], desired: desired.entries[id])
        }
        for id in entries.keys.sorted() where desired.entries[id] == nil && claimed(id) {
            builder.compare(actual: entries[id], desired: nil)
        }
        return builder.build()
    }

    /// The table after a command that the kernel has accepted. Commands that do not touch the configuration change
    /// nothing.
    package mutating func apply(_ command: IPVSCommand) {
        switch command {
        case .addService(let service): entries[service.id] = Entry(service)
        case .editService(let service): entries[service.id]?.service = service
        case .deleteService(let id): entries[id] = nil
        case .addServer(let server, let id), .editServer(let server, let id):
            entries[id]?.servers[server.endpoint] = server
        case .deleteServer(let endpoint, let id): entries[id]?.servers[endpoint] = nil
        case .flush: entries = [:]
        case .zero, .setTimeouts, .startDaemon, .stopDaemon: break
        }
    }
}
