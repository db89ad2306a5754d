package import DirectorConfig
package import NetworkTypes
package import VirtualServers

/// What happened to a service or one of its servers, in ldirectord's words: the lines of its log and the subjects of
/// its mail.
package struct ServerMessage: Hashable, Sendable {
    package enum Subject: Hashable, Sendable {
        case virtual
        case real
        case fallback
    }

    /// What it means for the server.
    package enum Effect: Hashable, Sendable {
        case up
        case down
        case neither
    }

    package var text: String
    package var service: VirtualService.ID
    package var server: Endpoint?
    package var subject: Subject
    package var effect: Effect

    package init(
        _ text: String, _ service: VirtualService.ID, _ server: Endpoint? = nil, _ subject: Subject,
        _ effect: Effect = .neither
    ) {
        self.text = text
        self.service = service
        self.server = server
        self.subject = subject
        self.effect = effect
    }

    /// Real servers and fallbacks are mailed about, services are not, nor what left a server where it was.
    package var isMailed: Bool { subject != .virtual && effect != .neither }
}

extension ServerMessage {
    /// What an event is in ldirectord's words; nil when it has none for it.
    package init?(_ record: EventRecord, _ virtual: VirtualConfiguration) {
        guard let id = record.service, let server = record.server else { return nil }
        let name = "\(server) (\(id.ldirectordName))"
        switch record.kind {
        case .serverReleased where !virtual.reals.contains { $0.server.endpoint == server }: return nil
        case .realServerUp, .serverReleased:
            let weight = virtual.reals.last { $0.server.endpoint == server }?.server.weight ?? 0
            let verb = virtual.quiescent ? "Restored" : "Added"
            self.init("\(verb) real server: \(name) (Weight set to \(weight))", id, server, .real, .up)
        case .realServerDown:
            let text =
                virtual.quiescent ? "Quiescent real server: \(name) (Weight set to 0)" : "Deleted real server: \(name)"
            self.init(text, id, server, .real, .down)
        case .fallbackOn:
            self.init("Added fallback server: \(name) (Weight set to 1)", id, server, .fallback, .up)
        case .serverChanged:
            guard let real = virtual.reals.last(where: { $0.server.endpoint == server }) else { return nil }
            self.init("Restored real server: \(name) (Weight set to \(real.server.weight))", id, server, .real, .up)
        // One that left the file is told of as what it is for the kernel.
        case .fallbackOff where virtual.fallback?.endpoint != server: return nil
        case .fallbackOff:
            // It is not missed: nobody is told again and again.
            self.init("Deleted fallback server: \(name)", id, server, .fallback, .up)
        case .softFailure:
            guard let count = record.failures else { return nil }
            self.init(
                "Soft failure real server: \(server) (\(id.ldirectordProtocol):\(id.ldirectordName)) failure "
                    + "\(count.count)/\(count.limit)", id, server, .real)
        case .softFailureCleared:
            self.init(
                "Resetting soft failure count: \(server) (\(id.ldirectordProtocol):\(id.ldirectordName))", id, server,
                .real)
        default: return nil
        }
    }

    /// What commands to the kernel are in ldirectord's words, where no event of a server says it already: services,
    /// servers that are not checked, and servers that the configuration does not name.
    package static func messages(
        for commands: some Sequence<IPVSCommand>, in virtuals: (VirtualService.ID) -> VirtualConfiguration?
    ) -> [ServerMessage] {
        commands.compactMap { command -> ServerMessage? in
            guard let id = command.service else { return nil }
            let name = id.ldirectordName
            switch command {
            case .addService: return ServerMessage("Added virtual server: \(name)", id, nil, .virtual)
            case .editService: return ServerMessage("Changed virtual server: \(name)", id, nil, .virtual)
            case .deleteService: return ServerMessage("Purged virtual server (start): \(name)", id, nil, .virtual)
            case .addServer(let server, _):
                let real = virtuals(id)?.reals.last { $0.server.endpoint == server.endpoint }
                guard let real, real.probes.isEmpty, server.weight == real.server.weight else { return nil }
                return ServerMessage(
                    "Added real server: \(server.endpoint) (\(name)) (Weight set to \(server.weight))", id,
                    server.endpoint, .real, .up)
            case .deleteServer(let server, _):
                guard let virtual = virtuals(id), virtual.fallback?.endpoint != server,
                    !virtual.reals.contains(where: { $0.server.endpoint == server })
                else { return nil }
                return ServerMessage("Purged real server (start): \(server) (\(name))", id, server, .real, .up)
            default: return nil
            }
        }
    }

    /// What stopping takes away.
    package static func farewell(_ virtual: VirtualConfiguration, up: [Endpoint]) -> [ServerMessage] {
        let id = virtual.service.id
        let name = id.ldirectordName
        return up.map { ServerMessage("Purged real server (stop): \($0) (\(name))", id, $0, .real, .up) }
            + [ServerMessage("Purged virtual server (stop): \(name)", id, nil, .virtual)]
    }
}
