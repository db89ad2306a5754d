package import NetworkTypes

extension IPVSCommand {
    /// The service that the command is about; nil where it is about none or all.
    package var service: VirtualService.ID? {
        switch self {
        case .addService(let service), .editService(let service): service.id
        case .deleteService(let id), .addServer(_, let id), .editServer(_, let id), .deleteServer(_, let id): id
        case .zero(let id): id
        case .flush, .setTimeouts, .startDaemon, .stopDaemon: nil
        }
    }

    /// The real server that the command is about.
    package var server: Endpoint? {
        switch self {
        case .addServer(let server, _), .editServer(let server, _): server.endpoint
        case .deleteServer(let endpoint, _): endpoint
        default: nil
        }
    }
}

extension IPVSCommand: CustomStringConvertible {
    /// What the command does, in words for messages: `adding TCP 192.0.2.1:80`.
    package var description: String {
        switch self {
        case .addService(let service): "adding \(service.id) (scheduler \(service.scheduler))"
        case .editService(let service): "changing \(service.id) (scheduler \(service.scheduler))"
        case .deleteService(let id): "removing \(id)"
        case .addServer(let server, let id): "adding real server \(server.endpoint) to \(id)"
        case .editServer(let server, let id): "changing real server \(server.endpoint) of \(id)"
        case .deleteServer(let endpoint, let id): "removing real server \(endpoint) from \(id)"
        case .zero(let id?): "zeroing the counters of \(id)"
        case .zero(nil): "zeroing all counters"
        case .flush: "removing every virtual service"
        case .setTimeouts: "setting the connection timeouts"
        case .startDaemon(let daemon): "starting the \(daemon.role) sync daemon on \(daemon.interface)"
        case .stopDaemon(let role): "stopping the \(role) sync daemon"
        }
    }
}
