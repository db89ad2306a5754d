internal import CNetlink
internal import NetworkTypes
package import VirtualServers

// How commands and requests look on the wire: generic netlink family IPVS, version 1 (<linux/ip_vs.h>).

extension MessageWriter {
    /// Writes the message that carries out a command.
    package mutating func append(_ command: IPVSCommand, family: UInt16, sequence: UInt32, acknowledged: Bool) {
        let flags = UInt16(NLM_F_REQUEST) | (acknowledged ? UInt16(NLM_F_ACK) : 0)
        begin(family: family, command: command.wireCommand, flags: flags, sequence: sequence)
        switch command {
        case .addService(let service), .editService(let service): put(service)
        case .deleteService(let id): putKey(id)
        case .addServer(let server, let id), .editServer(let server, let id):
            putKey(id)
            put(server)
        case .deleteServer(let endpoint, let id):
            putKey(id)
            nest(IPVS_CMD_ATTR_DEST) { $0.attributes(of: endpoint) }
        case .zero(let id): if let id { putKey(id) }
        case .flush: break
        case .setTimeouts(let timeouts):
            attribute(IPVS_CMD_ATTR_TIMEOUT_TCP, timeouts.tcp)
            attribute(IPVS_CMD_ATTR_TIMEOUT_TCP_FIN, timeouts.tcpFin)
            attribute(IPVS_CMD_ATTR_TIMEOUT_UDP, timeouts.udp)
        case .startDaemon(let daemon): put(daemon)
        case .stopDaemon(let role): nest(IPVS_CMD_ATTR_DAEMON) { $0.attribute(IPVS_DAEMON_ATTR_STATE, role.rawValue) }
        }
        end()
    }

    /// Writes a request without a body, or about one service.
    package mutating func append(_ query: IPVSQuery, family: UInt16, sequence: UInt32) {
        let flags = UInt16(NLM_F_REQUEST) | (query.isDump ? UInt16(NLM_F_DUMP) : 0)
        begin(family: family, command: query.wireCommand, flags: flags, sequence: sequence)
        switch query {
        case .service(let id), .servers(let id): putKey(id)
        case .info, .services, .timeouts, .daemons: break
        }
        end()
    }

    private mutating func putKey(_ id: VirtualService.ID) {
        nest(IPVS_CMD_ATTR_SERVICE) { $0.attributes(of: id) }
    }

    private mutating func attributes(of id: VirtualService.ID) {
        attribute(IPVS_SVC_ATTR_AF, id.family.wireValue)
        switch id {
        case .firewallMark(let mark, _): attribute(IPVS_SVC_ATTR_FWMARK, mark)
        case .address(let transport, let endpoint):
            attribute(IPVS_SVC_ATTR_PROTOCOL, UInt16(transport.rawValue))
            attribute(IPVS_SVC_ATTR_ADDR, padded: endpoint.address)
            attribute(IPVS_SVC_ATTR_PORT, networkOrder: endpoint.port)
        }
    }

    private mutating func put(_ service: VirtualService) {
        nest(IPVS_CMD_ATTR_SERVICE) {
            $0.attributes(of: service.id)
            $0.attribute(IPVS_SVC_ATTR_SCHED_NAME, service.scheduler.rawValue)
            if let engine = service.persistenceEngine { $0.attribute(IPVS_SVC_ATTR_PE_NAME, engine) }
            // struct ip_vs_flags: the bits, and a mask of those meant. All are, so an edit drops what is not named.
            $0.attribute(IPVS_SVC_ATTR_FLAGS, words: service.wireFlags, .max)
            $0.attribute(IPVS_SVC_ATTR_TIMEOUT, service.persistenceTimeout ?? 0)
            switch service.netmask {
            case .ipv4(let mask): $0.attribute(IPVS_SVC_ATTR_NETMASK, networkOrder: mask)
            case .ipv6(let length): $0.attribute(IPVS_SVC_ATTR_NETMASK, length)
            }
        }
    }

    private mutating func attributes(of endpoint: Endpoint) {
        attribute(IPVS_DEST_ATTR_ADDR_FAMILY, endpoint.family.wireValue)
        attribute(IPVS_DEST_ATTR_ADDR, padded: endpoint.address)
        attribute(IPVS_DEST_ATTR_PORT, networkOrder: endpoint.port)
    }

    private mutating func put(_ server: RealServer) {
        nest(IPVS_CMD_ATTR_DEST) {
            $0.attributes(of: server.endpoint)
            $0.attribute(IPVS_DEST_ATTR_FWD_METHOD, server.method.wireValue)
            $0.attribute(IPVS_DEST_ATTR_WEIGHT, server.weight)
            $0.attribute(IPVS_DEST_ATTR_U_THRESH, server.upperThreshold)
            $0.attribute(IPVS_DEST_ATTR_L_THRESH, server.lowerThreshold)
            // A missing type is ipip, which kernels before 5.3 know as the only one.
            guard case .tunnelling(let tunnel) = server.method else { return }
            switch tunnel {
            case .ipip: break
            case .gue(let port, let checksum):
                $0.attribute(IPVS_DEST_ATTR_TUN_TYPE, UInt8(IP_VS_CONN_F_TUNNEL_TYPE_GUE))
                $0.attribute(IPVS_DEST_ATTR_TUN_PORT, networkOrder: port)
                $0.attribute(IPVS_DEST_ATTR_TUN_FLAGS, checksum.rawValue)
            case .gre(let checksum):
                $0.attribute(IPVS_DEST_ATTR_TUN_TYPE, UInt8(IP_VS_CONN_F_TUNNEL_TYPE_GRE))
                $0.attribute(IPVS_DEST_ATTR_TUN_FLAGS, checksum.rawValue)
            }
        }
    }

    private mutating func put(_ daemon: SyncDaemon) {
        nest(IPVS_CMD_ATTR_DAEMON) {
            $0.attribute(IPVS_DAEMON_ATTR_STATE, daemon.role.rawValue)
            $0.attribute(IPVS_DAEMON_ATTR_MCAST_IFN, daemon.interface)
            $0.attribute(IPVS_DAEMON_ATTR_SYNC_ID, daemon.syncID)
            if let length = daemon.maximumLength { $0.attribute(IPVS_DAEMON_ATTR_SYNC_MAXLEN, length) }
            if let group = daemon.group {
                if let address = group.ipv4 {
                    $0.attribute(IPVS_DAEMON_ATTR_MCAST_GROUP, networkOrder: address)
                } else {
                    $0.attribute(IPVS_DAEMON_ATTR_MCAST_GROUP6, bytes: group.bytes)
                }
            }
            // Unlike every other port of this family, in host order.
            if let port = daemon.port { $0.attribute(IPVS_DAEMON_ATTR_MCAST_PORT, port) }
            if let ttl = daemon.ttl { $0.attribute(IPVS_DAEMON_ATTR_MCAST_TTL, ttl) }
        }
    }

    /// An address as `union nf_inet_addr`: 16 bytes, IPv4 in the first four.
    private mutating func attribute(_ type: Int, padded address: IPAddress) {
        if let value = address.ipv4 {
            attribute(type, paddedTo16: value.bigEndian)
        } else {
            attribute(type, bytes: address.bytes)
        }
    }
}

/// What can be asked of the kernel.
package enum IPVSQuery: Hashable, Sendable {
    case info
    case services
    case service(VirtualService.ID)
    case servers(of: VirtualService.ID)
    case timeouts
    case daemons

    /// Answered by many messages and a final one.
    package var isDump: Bool {
        switch self {
        case .services, .servers, .daemons: true
        case .info, .service, .timeouts: false
        }
    }

    var wireCommand: UInt8 {
        switch self {
        case .info: UInt8(IPVS_CMD_GET_INFO)
        case .services, .service: UInt8(IPVS_CMD_GET_SERVICE)
        case .servers: UInt8(IPVS_CMD_GET_DEST)
        case .timeouts: UInt8(IPVS_CMD_GET_CONFIG)
        case .daemons: UInt8(IPVS_CMD_GET_DAEMON)
        }
    }

    /// For messages: `read ...`.
    var summary: String {
        switch self {
        case .info: "read what IPVS says of itself"
        case .services: "read the virtual services"
        case .service(let id): "read service \(id)"
        case .servers(let id): "read the real servers of \(id)"
        case .timeouts: "read the connection timeouts"
        case .daemons: "read the sync daemons"
        }
    }
}

extension IPVSCommand {
    fileprivate var wireCommand: UInt8 {
        switch self {
        case .addService: UInt8(IPVS_CMD_NEW_SERVICE)
        case .editService: UInt8(IPVS_CMD_SET_SERVICE)
        case .deleteService: UInt8(IPVS_CMD_DEL_SERVICE)
        case .addServer: UInt8(IPVS_CMD_NEW_DEST)
        case .editServer: UInt8(IPVS_CMD_SET_DEST)
        case .deleteServer: UInt8(IPVS_CMD_DEL_DEST)
        case .zero: UInt8(IPVS_CMD_ZERO)
        case .flush: UInt8(IPVS_CMD_FLUSH)
        case .setTimeouts: UInt8(IPVS_CMD_SET_CONFIG)
        case .startDaemon: UInt8(IPVS_CMD_NEW_DAEMON)
        case .stopDaemon: UInt8(IPVS_CMD_DEL_DAEMON)
        }
    }
}

extension IPAddress.Family {
    /// AF_INET or AF_INET6.
    var wireValue: UInt16 { UInt16(self == .ipv4 ? AF_INET : AF_INET6) }
}

extension ForwardingMethod {
    fileprivate var wireValue: UInt32 {
        switch self {
        case .masquerading: UInt32(IP_VS_CONN_F_MASQ)
        case .local: UInt32(IP_VS_CONN_F_LOCALNODE)
        case .tunnelling: UInt32(IP_VS_CONN_F_TUNNEL)
        case .directRouting: UInt32(IP_VS_CONN_F_DROUTE)
        }
    }
}

extension VirtualService {
    fileprivate var wireFlags: UInt32 {
        schedulerFlags.rawValue
            | (persistenceTimeout == nil ? 0 : UInt32(IP_VS_SVC_F_PERSISTENT))
            | (onePacket ? UInt32(IP_VS_SVC_F_ONEPACKET) : 0)
    }
}
