internal import CNetlink
internal import NetworkTypes
internal import VirtualServers

extension MessageHeader {
    /// The errno, positive, that an error or a dump's last message carries; 0 for success.
    func errno(in bytes: RawSpan) throws(MalformedMessage) -> Int32 {
        // Old kernels end a dump without a number.
        if isDone && payload.count < 4 { return 0 }
        guard payload.count >= 4 else { throw MalformedMessage("an error is cut short") }
        let value = bytes.number(at: payload.lowerBound, as: Int32.self)
        guard value <= 0, value > .min else { throw MalformedMessage("an error has the number \(value)") }
        return -value
    }

    func info(in bytes: RawSpan) throws(MalformedMessage) -> KernelInfo {
        var version: UInt32?
        var size: UInt32?
        var attributes = try AttributeReader(self)
        while let attribute = try attributes.next(in: bytes) {
            switch attribute.type {
            case IPVS_INFO_ATTR_VERSION: version = try bytes.number(attribute)
            case IPVS_INFO_ATTR_CONN_TAB_SIZE: size = try bytes.number(attribute)
            default: break
            }
        }
        guard let version, let size else { throw MalformedMessage("version or table size is missing") }
        return KernelInfo(version: version, connectionTableSize: size)
    }

    func timeouts(in bytes: RawSpan) throws(MalformedMessage) -> ConnectionTimeouts {
        var timeouts = ConnectionTimeouts(tcp: 0, tcpFin: 0, udp: 0)
        var attributes = try AttributeReader(self)
        while let attribute = try attributes.next(in: bytes) {
            switch attribute.type {
            case IPVS_CMD_ATTR_TIMEOUT_TCP: timeouts.tcp = try bytes.number(attribute)
            case IPVS_CMD_ATTR_TIMEOUT_TCP_FIN: timeouts.tcpFin = try bytes.number(attribute)
            case IPVS_CMD_ATTR_TIMEOUT_UDP: timeouts.udp = try bytes.number(attribute)
            default: break
            }
        }
        return timeouts
    }

    func daemon(in bytes: RawSpan) throws(MalformedMessage) -> SyncDaemon {
        var attributes = AttributeReader(try attribute(IPVS_CMD_ATTR_DAEMON, in: bytes))
        var role: SyncDaemon.Role?
        var daemon = SyncDaemon(.master, interface: "")
        while let attribute = try attributes.next(in: bytes) {
            switch attribute.type {
            case IPVS_DAEMON_ATTR_STATE: role = SyncDaemon.Role(rawValue: try bytes.number(attribute))
            case IPVS_DAEMON_ATTR_MCAST_IFN: daemon.interface = bytes.text(attribute)
            case IPVS_DAEMON_ATTR_SYNC_ID: daemon.syncID = try bytes.number(attribute)
            case IPVS_DAEMON_ATTR_SYNC_MAXLEN: daemon.maximumLength = try bytes.number(attribute)
            case IPVS_DAEMON_ATTR_MCAST_GROUP:
                daemon.group = IPAddress(ipv4: UInt32(bigEndian: try bytes.number(attribute)))
            case IPVS_DAEMON_ATTR_MCAST_GROUP6:
                daemon.group = IPAddress(bytes: attribute.payload.map { bytes.number(at: $0, as: UInt8.self) })
            case IPVS_DAEMON_ATTR_MCAST_PORT: daemon.port = try bytes.number(attribute)
            case IPVS_DAEMON_ATTR_MCAST_TTL: daemon.ttl = try bytes.number(attribute)
            default: break
            }
        }
        guard let role else { throw MalformedMessage("a sync daemon has no known role") }
        daemon.role = role
        return daemon
    }
}
