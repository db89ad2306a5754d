import DirectorConfig
import EventLoop
import Failover
import KernelNetlink
import Logging
import NetworkTypes

/// Which virtual address belongs on which interface, and where advertisements come from, as things were when it was
/// made: see `staleness`.
@LoopActor final class AddressPlan {
    struct Problem: Error, CustomStringConvertible {
        let description: String
    }

    let client: AddressClient
    let names: [String]
    let devices: VirtualDevices
    /// The interfaces of the sections and of their addresses, without the devices of virtual MAC addresses.
    private(set) var interfaces: [String: UInt32] = [:]
    /// Those that cannot be used, and why: they are not there, or have no address to send from. Their sections are in
    /// fault until they can, which `Tracker` sees; the others work.
    private(set) var unusable: [String: String]
    /// By section, those that its addresses are on.
    private(set) var addressInterfaces: [String: Set<String>] = [:]
    /// On these an address brings no route: its network is reached by the device below.
    private(set) var withoutRoute: Set<UInt32> = []
    /// Addresses of an owner that the operator has put up: they are not ours to take away.
    private(set) var operatorsOwn: Set<AddressClient.Assignment> = []
    /// By group, in the order of the file: the most used first.
    private(set) var assignments: [[AddressClient.Assignment]] = []
    /// The source address of each router of each group.
    let primary: [[IPAddress]]

    // What has been done: see `AddressPlan+Kernel`.
    var held: Set<Int> = []
    /// What the kernel does not take, and has been said.
    var refused: Set<AddressClient.Assignment> = []
    /// What is there with another length, and has been said.
    var otherwise: Set<AddressClient.Assignment> = []

    private let configuration: Configuration
    /// Where addresses went whose interface was found.
    private var found: [IPAddress: String] = [:]

    /// - Parameters:
    ///   - old: of the same configuration, before its surroundings changed. While they do, an address whose network is
    ///     on no interface for the moment must not end on another one.
    ///   - running: the one in force, of whatever configuration: the peers know us by its source addresses.
    init(
        _ configuration: Configuration, after old: AddressPlan? = nil, inPlaceOf running: AddressPlan? = nil,
        _ log: Logger
    ) throws {
        self.configuration = configuration
        client = try AddressClient()
        names = configuration.routerGroups.map(\.name)
        let present = try client.dump()
        // Before any device is made for them.
        let sources = PrimaryAddresses(configuration, present, keeping: (old ?? running)?.primary ?? [])
        primary = sources.byGroup
        unusable = sources.problems
        found = old?.found ?? [:]
        devices = try VirtualDevices(configuration, after: old?.devices, log)
        let own = PrimaryAddresses.own(configuration, present)
        for (_, sections) in configuration.routerGroups {
            assignments.append(sections.flatMap { place($0, own) })
        }
        let owned = configuration.routerGroups.map { $0.sections.contains { $0.priority == 255 } }
        let foreign = Set(present.filter { !$0.isOurs }.map(\.assignment))
        for (list, isOwner) in zip(assignments, owned) where isOwner {
            operatorsOwn.formUnion(foreign.intersection(list))
        }
        warn(of: present, log)
    }

    /// A virtual address that stands elsewhere, or with another length, is left alone and said.
    private func warn(of present: [AddressClient.Present], _ log: Logger) {
        let wanted = Dictionary(
            assignments.joined().map { ($0.prefix.address, $0) }, uniquingKeysWith: { first, _ in first })
        for one in present where !one.isOurs && !one.assignment.prefix.address.isLoopback {
            guard let virtual = wanted[one.assignment.prefix.address], virtual != one.assignment else { continue }
            let name = NetworkInterface.name(one.assignment.interface) ?? "interface \(one.assignment.interface)"
            // On lo it is what a real server of direct routing has.
            guard name != "lo" else { continue }
            if one.assignment.interface == virtual.interface { otherwise.insert(virtual) }
            log.warning(
                "the virtual address \(virtual.prefix.address) is on \(name) as \(one.assignment.prefix), put there by somebody else: it stays, and is held twice if a peer has it"
            )
        }
    }

    /// Finds the interface of a section and remembers which one it is; nil where it cannot be used.
    private func index(_ name: String, _ section: RouterConfiguration, hasAddress: Bool) -> UInt32? {
        if hasAddress { addressInterfaces[section.name, default: []].insert(name) }
        guard unusable[name] == nil else { return nil }
        guard let index = interfaces[name] ?? NetworkInterface.index(name) else {
            unusable[name] = PrimaryAddresses.absence(of: name)
            return nil
        }
        interfaces[name] = index
        return index
    }

    /// On the interface that is named, else on the one in whose network the address is, else on the section's.
    private func place(
        _ section: RouterConfiguration, _ own: [AddressClient.Assignment]
    ) -> [AddressClient.Assignment] {
        guard let home = index(section.interface, section, hasAddress: false) else { return [] }
        return section.addresses.compactMap { virtual in
            let address = virtual.prefix.address
            if let device = virtual.device {
                return index(device, section, hasAddress: true).map { .init(interface: $0, prefix: virtual.prefix) }
            }
            if let device = devices.index(section, address.family) {
                if own.contains(where: { $0.interface == home && $0.prefix.contains(address) }) {
                    withoutRoute.insert(device)
                }
                return .init(interface: device, prefix: virtual.prefix)
            }
            let name = found[address] ?? Self.nearest(to: address, home, own) ?? section.interface
            found[address] = name
            return index(name, section, hasAddress: true).map { .init(interface: $0, prefix: virtual.prefix) }
        }
    }

    /// The interface of the smallest network that the address is in; nil when it is in none.
    private static func nearest(
        to address: IPAddress, _ home: UInt32, _ own: [AddressClient.Assignment]
    ) -> String? {
        let networks = own.filter { $0.prefix.contains(address) && !$0.prefix.address.isLoopback }
        let nearest = networks.map(\.prefix.length).max()
        let matches = networks.filter { $0.prefix.length == nearest }.map(\.interface)
        return (matches.contains(home) ? home : matches.first).flatMap(NetworkInterface.name)
    }

    // MARK: Whether it is still true

    /// Why the plan does not fit the machine any more; nil while it does, or while nothing better can be planned. An
    /// interface that was deleted and made again has its name and nothing else of the one that our sockets are on.
    func staleness(_ present: [AddressClient.Present]) -> String? {
        for (name, before) in interfaces.sorted(by: { $0.key < $1.key }) {
            // For one that is not there nothing need wait.
            if let now = NetworkInterface.index(name), now != before { return "\(name) was made anew" }
        }
        let sources = PrimaryAddresses(configuration, present, keeping: primary)
        for (name, before) in unusable.sorted(by: { $0.key < $1.key }) {
            let isThere = NetworkInterface.index(name) != nil
            let now = sources.problems[name] ?? (isThere ? nil : PrimaryAddresses.absence(of: name))
            if now != before { return now ?? "\(name) can be used" }
        }
        if let device = devices.missing { return "\(device) is gone" }
        for (before, now) in zip(primary.joined(), sources.byGroup.joined())
        where now != before && !now.isUnspecified {
            return "the interface's own address is \(now) and no more \(before)"
        }
        return nil
    }

    /// What is gone since then is nowhere else.
    func isElsewhere(than other: AddressPlan) -> Bool {
        interfaces.contains { other.interfaces[$0.key] != $0.value }
            || zip(primary.joined(), other.primary.joined()).contains { $0 != $1 && !$0.isUnspecified }
    }
}
