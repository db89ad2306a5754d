package import NetworkTypes
package import VirtualRouting

/// One `vrrp = NAME` section: the virtual addresses of one place, and how they are shared with the peers. Both families
/// in one section are two virtual routers that move as one.
package struct RouterConfiguration: Hashable, Sendable {
    package var name: String
    /// The line of the `vrrp =` in the file, from 1.
    package var line: Int
    /// Empty while it is to be found from the routes (see `findingInterfaces`).
    package var interface: String
    /// The virtual router id, 1 to 255.
    package var id: UInt8
    package var version: Advertisement.Version = .v3
    package var priority: UInt8 = 100
    package var interval: Duration = .seconds(1)
    package var addresses: [VirtualAddress] = []
    package var preemption = Preemption.always
    package var unicast: [IPAddress] = []
    /// Where advertisements come from; nil for the interface's own address.
    package var source: IPAddress?
    package var authentication = Advertisement.Authentication.none
    package var checksum = Advertisement.ChecksumForm.standard
    /// Sections of one group move as one; nil for the section alone.
    package var group: String?
    /// Packets for the virtual addresses are accepted by this machine.
    package var accepts = true
    package var usesVirtualMAC = false
    package var links: [LinkConfiguration] = []
    package var keys: String?
    package var deadTime: Duration = .seconds(1)
    package var tracked: [TrackedItem] = []
    package var sync: SyncConfiguration?
    package var fence: FenceConfiguration?
    package var watchdog: String?

    package init(name: String, line: Int, interface: String, id: UInt8) {
        self.name = name
        self.line = line
        self.interface = interface
        self.id = id
    }

    package var families: [IPAddress.Family] {
        IPAddress.Family.allCases.filter { family in addresses.contains { $0.prefix.address.family == family } }
    }

    /// RFC 9568 section 5.2.9: of IPv6, a link-local address first where there is one.
    private func advertised(_ family: IPAddress.Family) -> [IPAddress] {
        let own = addresses.map(\.prefix.address).filter { $0.family == family }
        guard family == .ipv6 else { return own }
        return own.filter(\.isLinkLocal) + own.filter { !$0.isLinkLocal }
    }

    /// The virtual routers of the section, IPv4 before IPv6.
    package var routers: [RouterSettings] {
        families.map { family in
            var settings = RouterSettings(
                interface: interface, routerID: id, version: version, priority: priority, interval: interval,
                addresses: advertised(family))
            settings.authentication = authentication
            settings.checksum = checksum
            settings.unicastPeers = unicast.filter { $0.family == family }
            return settings
        }
    }
}

/// A virtual address as it stands on its interface.
package struct VirtualAddress: Hashable, Sendable {
    package var prefix: Prefix
    /// `dev IFACE`; nil for the interface of the address's network, else that of the section.
    package var device: String?

    package init(prefix: Prefix, device: String? = nil) {
        self.prefix = prefix
        self.device = device
    }
}

/// One `link =` line.
package struct LinkConfiguration: Hashable, Sendable {
    package enum Medium: Hashable, Sendable {
        case udp(peer: Endpoint, interface: String)
        case multicast(group: Endpoint, interface: String)
        case broadcast(interface: String, port: UInt16)
        case serial(device: String, baud: Int)
    }

    /// Linux-HA's port, ha-cluster in /etc/services.
    package static let defaultPort: UInt16 = 694

    package var medium: Medium
    /// `detect = yes`: its silence is trusted before the dead time is over.
    package var detects: Bool

    package init(_ medium: Medium, detects: Bool = false) {
        self.medium = medium
        self.detects = detects
    }
}

extension LinkConfiguration.Medium: CustomStringConvertible {
    /// As the operator knows it.
    package var description: String {
        switch self {
        case .udp(let peer, let interface): "udp \(peer) via \(interface)"
        case .multicast(let group, let interface): "mcast \(group) via \(interface)"
        case .broadcast(let interface, let port): "bcast \(interface):\(port)"
        case .serial(let device, let baud): "serial \(device) \(baud)"
        }
    }
}

/// `sync = IFACE [id N] [maxlen N] [group ADDRESS] [port N] [ttl N] [settle TIME]`: the kernel's connection
/// synchronisation. What is nil is the kernel's default.
package struct SyncConfiguration: Hashable, Sendable {
    package static let defaultSettling = Duration.seconds(10)

    package var interface: String
    package var id: UInt8
    package var maximumLength: UInt16?
    package var group: IPAddress?
    package var port: UInt16?
    package var ttl: UInt8?
    /// How long a backup must have listened until its connections count as those of the master.
    package var settling = Self.defaultSettling

    package init(interface: String, id: UInt8) {
        self.interface = interface
        self.id = id
    }
}

/// `fence = PLUGIN [timeout TIME] [name=value ...]`.
package struct FenceConfiguration: Hashable, Sendable {
    package var plugin: String
    package var parameters: [Parameter]
    /// A plugin that takes longer is killed, and has failed.
    package var timeout: Duration

    package struct Parameter: Hashable, Sendable {
        package var name: String
        package var value: String

        package init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    package init(plugin: String, parameters: [Parameter], timeout: Duration = .seconds(60)) {
        self.plugin = plugin
        self.parameters = parameters
        self.timeout = timeout
    }
}

extension Configuration {
    /// The sections that move as one, in the order of the file.
    package var routerGroups: [(name: String, sections: [RouterConfiguration])] {
        var groups: [(name: String, sections: [RouterConfiguration])] = []
        for router in routers {
            let name = router.group ?? router.name
            if let index = groups.firstIndex(where: { $0.name == name }) {
                groups[index].sections.append(router)
            } else {
                groups.append((name, [router]))
            }
        }
        return groups
    }

    /// What the state machine is told of each group.
    package var groupSettings: [GroupSettings] {
        routerGroups.map { name, sections in
            var settings = GroupSettings(name: name, routers: sections.flatMap(\.routers))
            settings.preemption = sections.first?.preemption ?? .always
            settings.deadTime = sections.map(\.deadTime).max() ?? .seconds(1)
            settings.fencing = sections.contains { $0.fence != nil }
            return settings
        }
    }

    /// The links of all sections; one that several name is one, and detects when any of them says so.
    package var links: [LinkConfiguration] {
        var links: [LinkConfiguration] = []
        for link in routers.flatMap(\.links) {
            guard let known = links.firstIndex(where: { $0.medium == link.medium }) else {
                links.append(link)
                continue
            }
            if link.detects { links[known].detects = true }
        }
        return links
    }

    package var heartbeatInterval: Duration { routers.heartbeatInterval }
}

extension [RouterConfiguration] {
    /// Five messages within the shortest dead time, between five milliseconds and a second.
    var heartbeatInterval: Duration {
        let dead = map(\.deadTime).min() ?? .seconds(1)
        return Swift.min(Swift.max(dead / 5, .milliseconds(5)), .seconds(1))
    }
}
