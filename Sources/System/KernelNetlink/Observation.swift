internal import NetworkTypes
package import VirtualServers

/// What the kernel has, read after answers were lost, and what that says of the commands concerned.
package struct Observation {
    package let table: VirtualServerTable
    package let timeouts: ConnectionTimeouts
    package let daemons: [SyncDaemon]

    package init(table: VirtualServerTable, timeouts: ConnectionTimeouts, daemons: [SyncDaemon]) {
        self.table = table
        self.timeouts = timeouts
        self.daemons = daemons
    }

    package enum Verdict: Hashable, Sendable {
        /// The kernel's answer was not lost.
        case answered
        /// The kernel has what the command wanted.
        case inEffect
        /// It has not.
        case notInEffect
        /// A later command changed the same thing, so that the table tells nothing of this one.
        case superseded
    }

    /// What became of each command. `answers` are the errnos that did arrive, 0 for done, nil for none.
    package func verdicts(on commands: [IPVSCommand], answers: [Int32?]) -> [Verdict] {
        var verdicts = [Verdict](repeating: .answered, count: commands.count)
        var changedLater: Set<Target> = []
        for index in commands.indices.reversed() {
            let command = commands[index]
            if answers[index] == nil {
                if changedLater.contains(where: command.isHidden) {
                    verdicts[index] = .superseded
                } else {
                    verdicts[index] = isInEffect(command) ? .inEffect : .notInEffect
                }
            }
            // What the kernel refused changed nothing.
            if answers[index] ?? 0 == 0, let changed = command.changes { changedLater.insert(changed) }
        }
        return verdicts
    }

    private func isInEffect(_ command: IPVSCommand) -> Bool {
        switch command {
        case .addService(let service), .editService(let service): table.entries[service.id]?.service == service
        case .deleteService(let id): table.entries[id] == nil
        case .addServer(let server, let id), .editServer(let server, let id):
            table.entries[id]?.servers[server.endpoint] == server
        case .deleteServer(let endpoint, let id): table.entries[id].map { $0.servers[endpoint] == nil } ?? false
        case .flush: table.entries.isEmpty
        case .setTimeouts(let wanted):
            [(wanted.tcp, timeouts.tcp), (wanted.tcpFin, timeouts.tcpFin), (wanted.udp, timeouts.udp)]
                .allSatisfy { $0 == 0 || $0 == $1 }
        case .startDaemon(let wanted): daemons.contains { $0.satisfies(wanted) }
        case .stopDaemon(let role): !daemons.contains { $0.role == role }
        // Nothing shows it, and doing it twice does no harm.
        case .zero: false
        }
    }
}

extension VirtualServerTable {
    /// The entries that commands are about.
    package init(concernedBy commands: [IPVSCommand]) {
        self.init()
        for command in commands {
            guard let id = command.service else { continue }
            var entry = entries[id] ?? Entry(VirtualService(id))
            switch command {
            case .addServer(let server, _), .editServer(let server, _): entry.servers[server.endpoint] = server
            default: break
            }
            entries[id] = entry
        }
    }
}

/// A thing that commands change.
private enum Target: Hashable {
    case everything
    case service(VirtualService.ID)
    /// Of a service with all of its real servers.
    case removal(of: VirtualService.ID)
    case server(Endpoint, of: VirtualService.ID)
    case timeouts
    case daemon(SyncDaemon.Role)
}

extension IPVSCommand {
    /// What a successful command leaves changed, nil for nothing that a table shows.
    fileprivate var changes: Target? {
        switch self {
        case .addService(let service), .editService(let service): .service(service.id)
        case .deleteService(let id): .removal(of: id)
        case .addServer(let server, let id), .editServer(let server, let id): .server(server.endpoint, of: id)
        case .deleteServer(let endpoint, let id): .server(endpoint, of: id)
        case .flush: .everything
        case .setTimeouts: .timeouts
        case .startDaemon(let daemon): .daemon(daemon.role)
        case .stopDaemon(let role): .daemon(role)
        case .zero: nil
        }
    }

    /// Whether a later change leaves nothing to be seen of this command, or would be undone by doing it again.
    fileprivate func isHidden(by later: Target) -> Bool {
        switch (self, later) {
        case (.addService(let service), .service(let id)), (.addService(let service), .removal(let id)),
            (.editService(let service), .service(let id)), (.editService(let service), .removal(let id)):
            service.id == id
        case (.deleteService(let own), .service(let id)), (.deleteService(let own), .removal(let id)),
            (.zero(let own?), .removal(let id)):
            own == id
        case (.addServer(let server, let own), .server(let endpoint, let id)),
            (.editServer(let server, let own), .server(let endpoint, let id)):
            own == id && server.endpoint == endpoint
        case (.deleteServer(let own, let ownID), .server(let endpoint, let id)): own == endpoint && ownID == id
        case (.addServer(_, let own), .removal(let id)), (.editServer(_, let own), .removal(let id)),
            (.deleteServer(_, let own), .removal(let id)):
            own == id
        case (.setTimeouts, .timeouts), (.flush, .service): true
        case (.startDaemon(let daemon), .daemon(let role)): daemon.role == role
        case (.stopDaemon(let own), .daemon(let role)): own == role
        case (.startDaemon, .everything), (.stopDaemon, .everything), (.setTimeouts, .everything): false
        case (_, .everything): true
        default: false
        }
    }
}

extension SyncDaemon {
    /// The kernel fills in what was left open.
    fileprivate func satisfies(_ wanted: SyncDaemon) -> Bool {
        role == wanted.role && interface == wanted.interface && syncID == wanted.syncID
            && (wanted.maximumLength == nil || maximumLength == wanted.maximumLength)
            && (wanted.group == nil || group == wanted.group) && (wanted.port == nil || port == wanted.port)
            && (wanted.ttl == nil || ttl == wanted.ttl)
    }
}
