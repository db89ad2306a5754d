import NetworkTypes

/// `ipvsadm -L`: services with their real servers under titles, byte for byte as ipvsadm writes them.
package struct TableListing {
    private let request: ListRequest
    private let names: RuleNames
    private var text = TextColumns()

    package init(_ request: ListRequest, names: RuleNames) {
        self.request = request
        self.names = names
    }

    /// The order in which the services have to be added, by their places.
    package func order(_ services: [VirtualServiceStatus]) -> [Int] {
        request.sorted ? ListingOrder.order(services) : Array(services.indices)
    }

    /// The titles. The kernel's line is written above a whole table, not above a single service.
    package mutating func begin(kernel: KernelInfo?) {
        if let kernel {
            let version = "\(kernel.version >> 16 & 0xFF).\(kernel.version >> 8 & 0xFF).\(kernel.version & 0xFF)"
            text.append("IP Virtual Server version \(version) (size=\(kernel.connectionTableSize))\n")
        }
        text.append(titles)
    }

    /// A service and its real servers.
    package mutating func add(_ status: VirtualServiceStatus) {
        service(status)
        for index in request.sorted ? ListingOrder.order(status.servers) : Array(status.servers.indices) {
            realServer(status.servers[index], of: status.service)
        }
    }

    /// The bytes written since the last call.
    package mutating func take() -> [UInt8] { text.take() }

    /// Whether packets and bytes are in it, which only then have to be read.
    package var hasCounters: Bool { request.format == .stats || request.format == .rate }

    private var titles: String {
        switch request.format {
        case .standard:
            """
            Prot LocalAddress:Port Scheduler Flags
              -> RemoteAddress:Port           Forward Weight ActiveConn InActConn

            """
        case .tunnelInfo:
            """
            Prot LocalAddress:Port Scheduler Flags
              -> RemoteAddress:Port           Forward TunnelInfo    Weight ActiveConn InActConn

            """
        case .stats:
            """
            Prot LocalAddress:Port               Conns   InPkts  OutPkts  InBytes OutBytes
              -> RemoteAddress:Port

            """
        case .rate:
            """
            Prot LocalAddress:Port                 CPS    InPPS   OutPPS    InBPS   OutBPS
              -> RemoteAddress:Port

            """
        case .thresholds:
            // The last column is padded too.
            """
            Prot LocalAddress:Port            Uthreshold Lthreshold ActiveConn InActConn\u{20}
              -> RemoteAddress:Port

            """
        case .persistentConnections:
            """
            Prot LocalAddress:Port            Weight    PersistConn ActiveConn InActConn\u{20}
              -> RemoteAddress:Port

            """
        }
    }

    private mutating func service(_ status: VirtualServiceStatus) {
        let service = status.service
        let name = Self.name(of: service.id, names)
        switch request.format {
        case .stats, .rate:
            text.append(name, left: 33)
            numbers(status.statistics)
        case .standard, .thresholds, .persistentConnections, .tunnelInfo:
            text.append(name)
            text.append(" \(service.scheduler.rawValue)")
            settings(of: service)
        }
        text.endLine()
    }

    /// `TCP  ADDRESS:PORT` within 33 columns — an IPv6 address is not cut — or `FWM  MARK`, with the mark as a signed
    /// number.
    private static func name(of id: VirtualService.ID, _ names: RuleNames) -> String {
        switch id {
        case .address(let transport, let endpoint):
            var name = TextColumns()
            name.append(transport.name.uppercased(), left: 5)
            let text = String(decoding: name.bytes, as: UTF8.self) + names.text(endpoint, transport)
            return endpoint.family == .ipv4 ? WordBytes.cut(text, to: 33) : text
        case .firewallMark(let mark, let family):
            return "FWM  \(Int32(bitPattern: mark))" + (family == .ipv6 ? " IPv6" : "")
        }
    }

    private mutating func settings(of service: VirtualService) {
        if !service.schedulerFlags.isEmpty {
            text.append(" (\(service.schedulerFlags.list(for: service.scheduler)))")
        }
        if let timeout = service.persistenceTimeout {
            text.append(" persistent \(timeout)")
            if let mask = service.netmask.text(for: service.id.family) { text.append(" mask \(mask)") }
            if let engine = service.persistenceEngine { text.append(" pe \(engine)") }
        }
        if service.onePacket { text.append(" ops") }
    }

    private mutating func realServer(_ status: RealServerStatus, of service: VirtualService) {
        let server = status.server
        text.append("  -> ")
        let start = text.count
        if names.isNumeric {
            text.append(server.endpoint)
        } else {
            let name = names.text(server.endpoint, service.id.transport)
            text.append(server.endpoint.family == .ipv4 ? WordBytes.cut(name, to: 28) : name)
        }
        text.pad(to: 28, from: start)
        let connections = status.connections
        switch request.format {
        case .standard:
            column(server.method.listingName, 7)
            column(server.weight, 6)
        case .tunnelInfo:
            column(server.method.listingName, 7)
            column(server.method.tunnelText, 13)
            column(server.weight, 6)
        case .thresholds:
            column(server.upperThreshold, 10)
            column(server.lowerThreshold, 10)
        case .persistentConnections:
            column(server.weight, 9)
            column(connections.persistent, 11)
        case .stats, .rate:
            numbers(status.statistics)
            text.endLine()
            return
        }
        column(connections.active, 10)
        column(connections.inactive, 10)
        text.endLine()
    }

    private mutating func column(_ value: String, _ width: Int) {
        text.blank()
        text.append(value, left: width)
    }

    private mutating func column(_ value: some FixedWidthInteger, _ width: Int) {
        text.blank()
        text.append(value, left: width)
    }

    private mutating func numbers(_ statistics: Statistics) {
        if request.format == .stats {
            quantity(statistics.connections)
            quantity(statistics.inPackets)
            quantity(statistics.outPackets)
            quantity(statistics.inBytes)
            quantity(statistics.outBytes)
        } else {
            wholeNumber(statistics.connectionRate)
            wholeNumber(statistics.inPacketRate)
            wholeNumber(statistics.outPacketRate)
            quantity(statistics.inByteRate)
            quantity(statistics.outByteRate)
        }
    }

    private mutating func wholeNumber(_ value: UInt64) {
        text.blank()
        text.append(value, right: 8)
    }

    /// Nine columns: a number of up to eight digits, or whole thousands, millions, ... with a letter. Exact numbers of
    /// more digits push the rest of the line right.
    private mutating func quantity(_ value: UInt64) {
        if request.exact || value < 100_000_000 {
            return wholeNumber(value)
        }
        let (unit, letter): (UInt64, String) =
            switch value {
            case ..<1_000_000_000: (1_000, "K")
            case ..<100_000_000_000: (1_000_000, "M")
            case ..<100_000_000_000_000: (1_000_000_000, "G")
            default: (1_000_000_000_000, "T")
            }
        text.append(value / unit, right: 8)
        text.append(letter)
    }
}

extension ForwardingMethod {
    var listingName: String {
        switch self {
        case .masquerading: "Masq"
        case .directRouting: "Route"
        case .tunnelling: "Tunnel"
        case .local: "Local"
        }
    }

    /// The tunnel's type, port and checksum: `-c` none, `+c` with, `r+c` remote.
    var tunnelText: String {
        guard case .tunnelling(let tunnel) = self else { return "n/a" }
        return switch tunnel {
        case .ipip: "ipip"
        case .gue(let port, let checksum): "gue:\(port):\(checksum.listingText)"
        case .gre(let checksum): "gre:\(checksum.listingText)"
        }
    }
}

extension TunnelChecksum {
    var listingText: String {
        switch self {
        case .none: "-c"
        case .checksum: "+c"
        case .remote: "r+c"
        }
    }
}

extension Netmask {
    /// The mask as `-M` takes it; nil when every bit of the family's addresses counts.
    func text(for family: IPAddress.Family) -> String? {
        if self == .host(family) { return nil }
        return switch self {
        case .ipv4(let mask): IPAddress(ipv4: mask).description
        case .ipv6(let length): String(length)
        }
    }
}
