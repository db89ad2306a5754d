import NetworkTypes

/// `ipvsadm -S`: the lines that `-R` reads. Thresholds, timeouts and daemons are not among them.
package struct SaveLines {
    private let names: RuleNames
    private var text = TextColumns()

    package init(names: RuleNames) {
        self.names = names
    }

    /// The order in which the services have to be added, by their places.
    package static func order(_ services: [VirtualServiceStatus]) -> [Int] {
        ListingOrder.order(services)
    }

    /// A service and its real servers.
    package mutating func add(_ status: VirtualServiceStatus) {
        let service = status.service
        let key = Self.words(for: service.id, names)
        text.append("-A \(key)\(Self.settings(of: service))\n")
        let opening = "-a \(key) -r "
        for index in ListingOrder.order(status.servers) {
            let server = status.servers[index].server
            text.append(opening)
            if names.isNumeric {
                text.append(server.endpoint)
            } else {
                text.append(names.text(server.endpoint, service.id.transport))
            }
            text.append(Self.words(for: server.method))
            text.append(" -w ")
            text.append(server.weight)
            text.append(Self.tunnelWords(for: server.method))
            text.endLine()
        }
    }

    /// The bytes written since the last call.
    package mutating func take() -> [UInt8] { text.take() }

    /// The option that names a service, with its value.
    static func words(for id: VirtualService.ID, _ names: RuleNames) -> String {
        switch id {
        case .address(let transport, let endpoint):
            let option =
                switch transport {
                case .tcp: "-t"
                case .udp: "-u"
                case .sctp: "--sctp-service"
                }
            return "\(option) \(names.text(endpoint, transport))"
        case .firewallMark(let mark, let family):
            return "-f \(Int32(bitPattern: mark))" + (family == .ipv6 ? " -6" : "")
        }
    }

    /// - Parameter complete: name the scheduler flags too that `-S` leaves out.
    static func settings(of service: VirtualService, complete: Bool = false) -> String {
        var text = " -s \(service.scheduler.rawValue)"
        if let timeout = service.persistenceTimeout {
            text += " -p \(timeout)"
            if let mask = service.netmask.text(for: service.id.family) { text += " -M \(mask)" }
        }
        if let engine = service.persistenceEngine { text += " --pe \(engine)" }
        if service.onePacket { text += " -o" }
        if !service.schedulerFlags.isEmpty {
            text += " -b \(service.schedulerFlags.list(for: service.scheduler, complete: complete))"
        }
        return text
    }

    static func words(for method: ForwardingMethod) -> String {
        switch method {
        case .masquerading: " -m"
        case .tunnelling: " -i"
        // A local real server is added again as what the kernel made it from.
        case .directRouting, .local: " -g"
        }
    }

    static func tunnelWords(for method: ForwardingMethod) -> String {
        guard case .tunnelling(let tunnel) = method else { return "" }
        return switch tunnel {
        case .ipip: " --tun-type ipip"
        case .gue(let port, let checksum): " --tun-type gue --tun-port \(port) \(word(for: checksum))"
        case .gre(let checksum): " --tun-type gre \(word(for: checksum))"
        }
    }

    private static func word(for checksum: TunnelChecksum) -> String {
        switch checksum {
        case .none: "--tun-nocsum"
        case .checksum: "--tun-csum"
        case .remote: "--tun-remcsum"
        }
    }
}
