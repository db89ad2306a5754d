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

    private let configuration: Configuration
    /// Where addresses went whose interface was found.
    private var found: [IPAddress: String] = [:]

    /// - Parameter old: of the same configuration, before its surroundings changed. While they do, an address whose
    ///   network is on no interface for the moment must not end on another one.
    init(_ configuration: Configuration, after old: AddressPlan? = nil, _ log: Logger) throws {
        self.configuration = configuration
        client = try AddressClient()
        names = configuration.routerGroups.map(\.name)
        let present = try client.dump()
        // Before any device is made for them.
        primary = try PrimaryAddresses(configuration, present, keeping: old?.primary ?? []).byGroup
        devices = try VirtualDevices(configuration, after: old?.devices, log)
        let own = PrimaryAddresses.own(configuration, present)
        for (_, sections) in configuration.routerGroups {
            assignments.append(try sections.flatMap { try place($0, own, old?.found ?? [:]) })
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
            log.warning(
                "the virtual address \(virtual.prefix.address) is on \(name) as \(one.assignment.prefix), put there by somebody else: it stays, and is held twice if a peer has it"
            )
        }
    }

    /// Finds the interface of a section and remembers which one it is.
    private func index(_ name: String, _ section: RouterConfiguration, hasAddress: Bool) throws -> UInt32 {
        guard let index = interfaces[name] ?? NetworkInterface.index(name) else {
            throw Problem(description: "vrrp section '\(section.name)': there is no interface \(name)")
        }
        interfaces[name] = index
        if hasAddress { addressInterfaces[section.name, default: []].insert(name) }
        return index
    }

    /// On the interface that is named, else on the one in whose network the address is, else on the section's.
    private func place(
        _ section: RouterConfiguration, _ own: [AddressClient.Assignment], _ before: [IPAddress: String]
    ) throws -> [AddressClient.Assignment] {
        let home = try index(section.interface, section, hasAddress: false)
        return try section.addresses.map { virtual in
            let address = virtual.prefix.address
            if let device = virtual.device {
                return .init(interface: try index(device, section, hasAddress: true), prefix: virtual.prefix)
            }
            if let device = devices.index(section, address.family) {
                if own.contains(where: { $0.interface == home && $0.prefix.contains(address) }) {
                    withoutRoute.insert(device)
                }
                return .init(interface: device, prefix: virtual.prefix)
            }
            let name = before[address] ?? Self.nearest(to: address, home, own) ?? section.interface
            found[address] = name
            return .init(interface: try index(name, section, hasAddress: true), prefix: virtual.prefix)
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

    /// Why the plan does not fit the machine any more; nil while it does, or while nothing else can be planned. An
    /// interface that was deleted and made again has its name and nothing else of the one that our sockets are on.
    func staleness(_ present: [AddressClient.Present]) -> String? {
        var anew: [String] = []
        for (name, before) in interfaces.sorted(by: { $0.key < $1.key }) {
            guard let now = NetworkInterface.index(name) else { return nil }
            if now != before { anew.append("\(name) was made anew") }
        }
        if let first = anew.first { return first }
        if let device = devices.missing { return "\(device) is gone" }
        guard let now = try? PrimaryAddresses(configuration, present, keeping: primary).byGroup else { return nil }
        for (before, now) in zip(primary.joined(), now.joined()) where before != now {
            return "the interface's own address is \(now) and no more \(before)"
        }
        return nil
    }

    func isElsewhere(than other: AddressPlan) -> Bool {
        interfaces != other.interfaces || primary != other.primary
    }
}
