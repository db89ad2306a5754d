internal import CNetlink
internal import NetworkTypes
internal import VirtualServers

/// How much of an entry is read. Counters are most of a message, and few readers want them.
package enum EntryDetail: Sendable {
    /// Settings, and of real servers how many connections they have.
    case settings
    /// All that, and statistics.
    case counters
}

extension MessageHeader {
    /// The payload of the message's first attribute of a type.
    func attribute(_ type: Int, in bytes: RawSpan) throws(MalformedMessage) -> Range<Int> {
        var attributes = try AttributeReader(self)
        while let attribute = try attributes.next(in: bytes) {
            if attribute.type == type { return attribute.payload }
        }
        throw MalformedMessage("attribute \(type) is missing")
    }

    /// The virtual service that a message of a dump or an answer describes.
    func service(in bytes: RawSpan, _ detail: EntryDetail) throws(MalformedMessage) -> VirtualServiceStatus {
        try VirtualServiceStatus(bytes, attribute(IPVS_CMD_ATTR_SERVICE, in: bytes), detail)
    }

    /// The real server that a message of a dump describes; its family is the service's where the kernel says none.
    func server(
        in bytes: RawSpan, family: IPAddress.Family, _ detail: EntryDetail
    ) throws(MalformedMessage) -> RealServerStatus {
        try RealServerStatus(bytes, attribute(IPVS_CMD_ATTR_DEST, in: bytes), family: family, detail)
    }
}

extension VirtualServiceStatus {
    fileprivate init(_ bytes: RawSpan, _ nest: Range<Int>, _ detail: EntryDetail) throws(MalformedMessage) {
        var family: UInt16?
        var transport: UInt16 = 0
        var address: Range<Int>?
        var port: UInt16 = 0
        var mark: UInt32 = 0
        var scheduler = ""
        var flags: UInt32 = 0
        var timeout: UInt32 = 0
        var netmask: UInt32?
        var engine: String?
        var counters = StatisticsReader()
        var attributes = AttributeReader(nest)
        while let attribute = try attributes.next(in: bytes) {
            switch attribute.type {
            case IPVS_SVC_ATTR_AF: family = try bytes.number(attribute)
            case IPVS_SVC_ATTR_PROTOCOL: transport = try bytes.number(attribute)
            case IPVS_SVC_ATTR_ADDR: address = attribute.payload
            case IPVS_SVC_ATTR_PORT: port = UInt16(bigEndian: try bytes.number(attribute))
            case IPVS_SVC_ATTR_FWMARK: mark = try bytes.number(attribute)
            case IPVS_SVC_ATTR_SCHED_NAME: scheduler = bytes.text(attribute)
            case IPVS_SVC_ATTR_FLAGS: flags = try bytes.number(attribute)
            case IPVS_SVC_ATTR_TIMEOUT: timeout = try bytes.number(attribute)
            case IPVS_SVC_ATTR_NETMASK: netmask = try bytes.number(attribute)
            case IPVS_SVC_ATTR_PE_NAME: engine = bytes.text(attribute)
            case IPVS_SVC_ATTR_STATS: counters.note(attribute, wide: false)
            case IPVS_SVC_ATTR_STATS64: counters.note(attribute, wide: true)
            default: break
            }
        }
        guard let family, let family = IPAddress.Family(wireValue: family) else {
            throw MalformedMessage("a service has no known address family")
        }
        let id: VirtualService.ID
        if mark != 0 {
            id = .firewallMark(mark, family)
        } else {
            guard let transport = UInt8(exactly: transport).flatMap(TransportProtocol.init(rawValue:)) else {
                throw MalformedMessage("a service has the unknown protocol \(transport)")
            }
            guard let address else { throw MalformedMessage("a service has neither address nor mark") }
            id = .address(transport, Endpoint(try bytes.address(address, family), port))
        }
        self.init(
            VirtualService(
                id, scheduler: Scheduler(scheduler),
                schedulerFlags: SchedulerFlags(rawValue: flags & SchedulerFlags.all.rawValue),
                persistenceTimeout: flags & UInt32(IP_VS_SVC_F_PERSISTENT) == 0 ? nil : timeout,
                netmask: netmask.map { family == .ipv4 ? .ipv4(UInt32(bigEndian: $0)) : .ipv6($0) },
                onePacket: flags & UInt32(IP_VS_SVC_F_ONEPACKET) != 0,
                persistenceEngine: engine == "" ? nil : engine),
            statistics: detail == .counters ? try counters.read(bytes) : Statistics())
    }
}

extension RealServerStatus {
    fileprivate init(
        _ bytes: RawSpan, _ nest: Range<Int>, family: IPAddress.Family, _ detail: EntryDetail
    ) throws(MalformedMessage) {
        var family = family
        var address: Range<Int>?
        var port: UInt16 = 0
        var method: UInt32 = 0
        var weight: Int32 = 0
        var upper: UInt32 = 0
        var lower: UInt32 = 0
        var connections = ConnectionCounts()
        var tunnel = (type: UInt8(0), port: UInt16(0), flags: UInt16(0))
        var counters = StatisticsReader()
        var attributes = AttributeReader(nest)
        while let attribute = try attributes.next(in: bytes) {
            switch attribute.type {
            case IPVS_DEST_ATTR_ADDR_FAMILY:
                let value: UInt16 = try bytes.number(attribute)
                guard let known = IPAddress.Family(wireValue: value) else {
                    throw MalformedMessage("a real server has the unknown address family \(value)")
                }
                family = known
            case IPVS_DEST_ATTR_ADDR: address = attribute.payload
            case IPVS_DEST_ATTR_PORT: port = UInt16(bigEndian: try bytes.number(attribute))
            case IPVS_DEST_ATTR_FWD_METHOD: method = try bytes.number(attribute)
            case IPVS_DEST_ATTR_WEIGHT: weight = try bytes.number(attribute)
            case IPVS_DEST_ATTR_U_THRESH: upper = try bytes.number(attribute)
            case IPVS_DEST_ATTR_L_THRESH: lower = try bytes.number(attribute)
            case IPVS_DEST_ATTR_TUN_TYPE: tunnel.type = try bytes.number(attribute)
            case IPVS_DEST_ATTR_TUN_PORT: tunnel.port = UInt16(bigEndian: try bytes.number(attribute))
            case IPVS_DEST_ATTR_TUN_FLAGS: tunnel.flags = try bytes.number(attribute)
            case IPVS_DEST_ATTR_ACTIVE_CONNS: connections.active = try bytes.number(attribute)
            case IPVS_DEST_ATTR_INACT_CONNS: connections.inactive = try bytes.number(attribute)
            case IPVS_DEST_ATTR_PERSIST_CONNS: connections.persistent = try bytes.number(attribute)
            case IPVS_DEST_ATTR_STATS: counters.note(attribute, wide: false)
            case IPVS_DEST_ATTR_STATS64: counters.note(attribute, wide: true)
            default: break
            }
        }
        guard let address else { throw MalformedMessage("a real server has no address") }
        self.init(
            RealServer(
                Endpoint(try bytes.address(address, family), port),
                method: try ForwardingMethod(method, tunnel.type, tunnel.port, tunnel.flags),
                weight: weight, upperThreshold: upper, lowerThreshold: lower),
            connections: connections, statistics: detail == .counters ? try counters.read(bytes) : Statistics())
    }
}

extension IPAddress.Family {
    init?(wireValue: UInt16) {
        switch Int32(wireValue) {
        case AF_INET: self = .ipv4
        case AF_INET6: self = .ipv6
        default: return nil
        }
    }
}

extension ForwardingMethod {
    /// The method is in the low three bits; the rest are flags of connections.
    fileprivate init(
        _ value: UInt32, _ tunnel: UInt8, _ port: UInt16, _ flags: UInt16
    ) throws(MalformedMessage) {
        switch Int32(bitPattern: value) & IP_VS_CONN_F_FWD_MASK {
        case IP_VS_CONN_F_MASQ: self = .masquerading
        case IP_VS_CONN_F_LOCALNODE: self = .local
        case IP_VS_CONN_F_DROUTE: self = .directRouting
        case IP_VS_CONN_F_TUNNEL:
            let checksum = TunnelChecksum(rawValue: flags & 3) ?? .none
            switch Int(tunnel) {
            case Int(IP_VS_CONN_F_TUNNEL_TYPE_IPIP): self = .ipip
            case Int(IP_VS_CONN_F_TUNNEL_TYPE_GUE): self = .tunnelling(.gue(port: port, checksum))
            case Int(IP_VS_CONN_F_TUNNEL_TYPE_GRE): self = .tunnelling(.gre(checksum))
            default: throw MalformedMessage("a real server has the unknown tunnel type \(tunnel)")
            }
        default: throw MalformedMessage("a real server has the unknown forwarding method \(value)")
        }
    }
}

extension RawSpan {
    /// An address in `union nf_inet_addr`: IPv4 in the first four bytes.
    fileprivate func address(_ payload: Range<Int>, _ family: IPAddress.Family) throws(MalformedMessage) -> IPAddress {
        guard payload.count >= family.bits / 8 else { throw MalformedMessage("an address is cut short") }
        let start = payload.lowerBound
        switch family {
        case .ipv4: return IPAddress(ipv4: UInt32(bigEndian: number(at: start, as: UInt32.self)))
        case .ipv6:
            return IPAddress(
                ipv6High: UInt64(bigEndian: number(at: start, as: UInt64.self)),
                low: UInt64(bigEndian: number(at: start + 8, as: UInt64.self)))
        }
    }
}
