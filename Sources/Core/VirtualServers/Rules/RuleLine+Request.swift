import NetworkTypes

/// From options to a request: the checks that need the whole line.
extension RuleLine {
    consuming func request() throws(RuleError) -> RuleRequest {
        try resolveSchedulerFlags()
        if let error = RuleMatrix.rules(of: command).check(given, owner: "'\(command.name)' command") { throw error }
        switch command {
        case .addService: return .change(.addService(try service()))
        case .editService: return .change(.editService(try service()))
        case .deleteService: return .change(.deleteService(try serviceID()))
        case .addServer: return .change(.addServer(try realServer(), to: try serviceID()))
        case .editServer: return .change(.editServer(try realServer(), of: try serviceID()))
        case .deleteServer: return .change(.deleteServer(try serverEndpoint(), from: try serviceID()))
        case .flush: return .change(.flush)
        case .zero: return .change(.zero(try zeroedService()))
        case .set: return .change(.setTimeouts(timeouts))
        case .startDaemon: return .change(.startDaemon(daemon))
        case .stopDaemon: return .change(.stopDaemon(daemon.role))
        case .list: return .list(try listing())
        case .save: return .save(numeric: given.contains(.numeric))
        case .restore: return .restore
        case .help: return .help
        case .version: return .version
        }
    }

    /// Flags may stand ahead of the scheduler that gives them their meaning, hence the wait for the line's end.
    private mutating func resolveSchedulerFlags() throws(RuleError) {
        if let words = schedulerFlagWords { schedulerFlags = try .parse(words, for: scheduler) }
    }

    private func serviceID() throws(RuleError) -> VirtualService.ID {
        if let mark { return .firewallMark(mark, family) }
        guard let transport, let endpoint else { throw .usage("no service is named") }
        return .address(transport, endpoint)
    }

    /// Nil is every service. ipvsadm takes a service of nothing but zeroes for none.
    private func zeroedService() throws(RuleError) -> VirtualService.ID? {
        guard given.contains(.serviceAddress) else { return nil }
        if mark == nil, let endpoint, endpoint.address.isUnspecified, endpoint.port == 0 { return nil }
        return try serviceID()
    }

    private func serverEndpoint() throws(RuleError) -> Endpoint {
        guard let server else { throw .usage("no real server is named") }
        return server
    }

    private func service() throws(RuleError) -> VirtualService {
        let persistent = given.contains(.persistent)
        let onePacket = given.contains(.ops)
        if let endpoint, endpoint.port == 0, !persistent {
            throw .usage("Zero port specified for non-persistent service")
        }
        if onePacket, mark == nil, transport != .udp {
            throw .usage("One-Packet Scheduling is only for UDP virtual services")
        }
        return VirtualService(
            try serviceID(), scheduler: scheduler.rawValue.isEmpty ? .wlc : scheduler, schedulerFlags: schedulerFlags,
            persistenceTimeout: persistent ? persistenceTimeout : nil, netmask: netmask, onePacket: onePacket,
            persistenceEngine: persistenceEngine)
    }

    private func realServer() throws(RuleError) -> RealServer {
        var endpoint = try serverEndpoint()
        // Only address translation can change a port; a mark covers many ports, so there is none to compare with.
        if let service = self.endpoint, forwarding != .masquerading { endpoint.port = service.port }
        if endpoint.family != family, forwarding != .tunnelling {
            throw .usage("Different address family is allowed only for tunneling servers")
        }
        let method = try forwardingMethod()
        return RealServer(
            endpoint, method: method, weight: weight, upperThreshold: upperThreshold, lowerThreshold: lowerThreshold)
    }

    private func forwardingMethod() throws(RuleError) -> ForwardingMethod {
        let tunnelOptions =
            RuleSlots(.tunnelType) + .tunnelPort + .tunnelNoChecksum + .tunnelChecksum + .tunnelRemoteChecksum
        guard forwarding == .tunnelling else {
            if !given.isDisjoint(with: tunnelOptions) {
                throw .usage("Tunnel options conflict with forward method")
            }
            return forwarding == .masquerading ? .masquerading : .directRouting
        }
        let rules = RuleMatrix.rules(of: tunnelType)
        if let error = rules.check(given, from: RuleMatrix.firstOfTunnel, owner: "'\(tunnelType.rawValue)' tunnel type")
        {
            throw error
        }
        let checksum: TunnelChecksum =
            given.contains(.tunnelChecksum) ? .checksum : given.contains(.tunnelRemoteChecksum) ? .remote : .none
        switch tunnelType {
        case .ipip: return .ipip
        case .gue: return .tunnelling(.gue(port: tunnelPort, checksum))
        case .gre: return .tunnelling(.gre(checksum))
        }
    }

    private func listing() throws(RuleError) -> ListRequest {
        let columns = RuleSlots(.stats) + .rate + .thresholds
        let plain = given.contains(.timeout) || given.contains(.daemon)
        if (given.contains(.connection) || plain) && !given.isDisjoint(with: columns)
            || plain && given.contains(.persistentConnections)
        {
            throw .usage("options conflicts in the list command")
        }
        let subject: ListRequest.Subject =
            if given.contains(.connection) {
                .connections
            } else if given.contains(.serviceAddress) {
                .service(try serviceID())
            } else if given.contains(.timeout) {
                .timeouts
            } else if given.contains(.daemon) {
                .daemons
            } else {
                .table
            }
        return ListRequest(
            subject, format: format, numeric: given.contains(.numeric), exact: given.contains(.exact),
            sorted: !given.contains(.noSort), persistenceData: given.contains(.persistentConnections))
    }

    /// Of several the first in this order counts.
    private var format: ListRequest.Format {
        if given.contains(.stats) { return .stats }
        if given.contains(.rate) { return .rate }
        if given.contains(.thresholds) { return .thresholds }
        if given.contains(.persistentConnections) { return .persistentConnections }
        return given.contains(.tunnelInfo) ? .tunnelInfo : .standard
    }
}
