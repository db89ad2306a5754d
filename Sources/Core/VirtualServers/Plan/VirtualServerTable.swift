package import NetworkTypes

/// A set of virtual services with their real servers: what is wanted, or what the kernel has.
package struct VirtualServerTable: Equatable, Sendable {
    package struct Entry: Equatable, Sendable {
        package var service: VirtualService
        package var servers: [Endpoint: RealServer]

        package init(_ service: VirtualService, servers: [Endpoint: RealServer] = [:]) {
            self.service = service
            self.servers = servers
        }
    }

    package var entries: [VirtualService.ID: Entry]

    package init(entries: [VirtualService.ID: Entry] = [:]) {
        self.entries = entries
    }

    /// The configuration part of a kernel dump.
    package init(_ dump: [VirtualServiceStatus]) {
        entries = Dictionary(minimumCapacity: dump.count)
        for status in dump {
            var entry = Entry(status.service, servers: Dictionary(minimumCapacity: status.servers.count))
            for server in status.servers { entry.servers[server.server.endpoint] = server.server }
            entries[status.service.id] = entry
        }
    }
}
