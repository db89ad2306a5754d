package import NetworkTypes

/// The transport protocols that IPVS balances; raw values are the IP protocol numbers (`<netinet/in.h>`).
package enum TransportProtocol: UInt8, Hashable, Comparable, Sendable, CaseIterable {
    case tcp = 6
    case udp = 17
    case sctp = 132

    package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }

    package static func == (left: Self, right: Self) -> Bool { left.rawValue == right.rawValue }

    /// The name in services(5) and in configuration: `tcp`, `udp`, `sctp`.
    package var name: String {
        switch self {
        case .tcp: "tcp"
        case .udp: "udp"
        case .sctp: "sctp"
        }
    }
}

/// A virtual service as configured: what the kernel is told about it. Statistics are another type, so `==` means the
/// same configuration.
package struct VirtualService: Hashable, Sendable, Identifiable {
    /// Which service it is, apart from its settings.
    package enum ID: Hashable, Sendable {
        case address(TransportProtocol, Endpoint)
        /// A firewall mark, 1 to 4294967295, for packets of one family.
        case firewallMark(UInt32, IPAddress.Family)

        package var family: IPAddress.Family {
            switch self {
            case .address(_, let endpoint): endpoint.family
            case .firewallMark(_, let family): family
            }
        }

        /// Nil for a firewall mark.
        package var endpoint: Endpoint? {
            if case .address(_, let endpoint) = self { endpoint } else { nil }
        }

        /// Nil for a firewall mark.
        package var transport: TransportProtocol? {
            if case .address(let transport, _) = self { transport } else { nil }
        }
    }

    package let id: ID
    package var scheduler: Scheduler
    package var schedulerFlags: SchedulerFlags
    /// Seconds for which a client stays with its real server; nil without persistence.
    package var persistenceTimeout: UInt32?
    /// How much of the client's address persistence looks at.
    package var netmask: Netmask
    /// One-packet scheduling: each datagram is scheduled on its own (UDP and firewall marks).
    package var onePacket: Bool
    /// The persistence engine, `sip` in current kernels.
    package var persistenceEngine: String?

    package init(
        _ id: ID, scheduler: Scheduler = .wlc, schedulerFlags: SchedulerFlags = [], persistenceTimeout: UInt32? = nil,
        netmask: Netmask? = nil, onePacket: Bool = false, persistenceEngine: String? = nil
    ) {
        self.id = id
        self.scheduler = scheduler
        self.schedulerFlags = schedulerFlags
        self.persistenceTimeout = persistenceTimeout
        self.netmask = netmask ?? .host(id.family)
        self.onePacket = onePacket
        self.persistenceEngine = persistenceEngine
    }
}

extension VirtualService.ID: Comparable {
    /// Addresses before marks; then family, protocol, address, port; marks by value, then family. All unsigned.
    package static func < (left: Self, right: Self) -> Bool {
        switch (left, right) {
        case (.address(let leftTransport, let leftEnd), .address(let rightTransport, let rightEnd)):
            if leftEnd.family != rightEnd.family { return leftEnd.family < rightEnd.family }
            if leftTransport != rightTransport { return leftTransport < rightTransport }
            return leftEnd < rightEnd
        case (.firewallMark(let leftMark, let leftFamily), .firewallMark(let rightMark, let rightFamily)):
            return leftMark == rightMark ? leftFamily < rightFamily : leftMark < rightMark
        case (.address, .firewallMark): return true
        case (.firewallMark, .address): return false
        }
    }
}

extension VirtualService.ID: CustomStringConvertible {
    /// `TCP 192.0.2.1:80`, `FWM 1`, `FWM 1 IPv6`, as `ipvsadm -Ln` names it.
    package var description: String {
        switch self {
        case .address(let transport, let endpoint): "\(transport.name.uppercased()) \(endpoint)"
        case .firewallMark(let mark, .ipv4): "FWM \(mark)"
        case .firewallMark(let mark, .ipv6): "FWM \(mark) IPv6"
        }
    }

    /// What `description` names.
    package init?(description: String) {
        let words = description.split(separator: " ").map(String.init)
        if words.count == 2, words[0] != "FWM" {
            guard let transport = TransportProtocol.allCases.first(where: { $0.name.uppercased() == words[0] }),
                let endpoint = Endpoint(words[1])
            else { return nil }
            self = .address(transport, endpoint)
        } else {
            guard words.first == "FWM", words.count == 2 || words.dropFirst(2) == ["IPv6"], let mark = UInt32(words[1])
            else { return nil }
            self = .firewallMark(mark, words.count == 2 ? .ipv4 : .ipv6)
        }
    }
}
