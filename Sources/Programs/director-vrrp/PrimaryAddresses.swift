import DirectorConfig
import Failover
import KernelNetlink
import NetworkTypes

/// Where the advertisements of each router come from, by the addresses that the machine has.
struct PrimaryAddresses {
    /// By group, IPv4 before IPv6 in each section; unspecified where there is a problem.
    private(set) var byGroup: [[IPAddress]] = []

    /// Why nothing can be sent from an interface, by its name.
    private(set) var problems: [String: String] = [:]

    /// The machine's own: neither virtual, nor put up by this program.
    static func own(
        _ configuration: Configuration, _ present: [AddressClient.Present]
    ) -> [AddressClient.Assignment] {
        let virtual = Set(configuration.routers.flatMap { $0.addresses.map(\.prefix.address) })
        return present.filter { !$0.isOurs && !virtual.contains($0.assignment.prefix.address) }.map(\.assignment)
    }

    /// - Parameter before: what is kept as long as it is there, whatever has been added.
    init(_ configuration: Configuration, _ present: [AddressClient.Present], keeping before: [[IPAddress]]) {
        let ownAssignments = Set(Self.own(configuration, present))
        let own = present.filter { ownAssignments.contains($0.assignment) }
        let kept = Set(before.joined())
        for (_, sections) in configuration.routerGroups {
            byGroup.append(
                sections.flatMap { section in
                    // An owner's virtual address is the interface's own.
                    choose(section, section.priority == 255 ? own + present : own, kept)
                })
        }
    }

    static func absence(of interface: String) -> String { "there is no interface \(interface)" }

    private mutating func choose(
        _ section: RouterConfiguration, _ present: [AddressClient.Present], _ kept: Set<IPAddress>
    ) -> [IPAddress] {
        guard let home = NetworkInterface.index(section.interface) else {
            problems[section.interface] = Self.absence(of: section.interface)
            return section.families.map { .unspecified($0) }
        }
        return section.families.map { family in
            if let source = section.source, source.family == family { return source }
            // RFC 9568 section 5.1.2.1: the link-local address of IPv6, unless the peers are further away.
            let isNear = family == .ipv4 || section.unicast.allSatisfy { $0.family == .ipv4 || $0.isLinkLocal }
            let fitting = present.filter { one in
                let address = one.assignment.prefix.address
                return one.assignment.interface == home && address.family == family
                    && (family == .ipv4 || address.isLinkLocal == isNear)
            }
            let addresses = fitting.map(\.assignment.prefix.address)
            let lasting = fitting.first { !$0.isPassing }?.assignment.prefix.address
            guard let address = addresses.first(where: kept.contains) ?? lasting ?? addresses.first else {
                let kind = family == .ipv4 ? "IPv4" : isNear ? "IPv6 link-local" : "global IPv6"
                problems[section.interface] =
                    "\(section.interface) has no \(kind) address to send from: give it one, or set source = ADDRESS"
                return .unspecified(family)
            }
            return address
        }
    }
}
