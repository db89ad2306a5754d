import DirectorConfig
import EventLoop
import Failover
import KernelNetlink
import Logging
import NetworkTypes

/// Which virtual address belongs on which interface, and where advertisements come from.
@LoopActor final class AddressPlan {
    struct Problem: Error, CustomStringConvertible {
        let description: String
    }

    private let client: AddressClient
    private let names: [String]
    let devices: VirtualDevices
    /// On these an address brings no route: its network is reached by the device below.
    private var withoutRoute: Set<UInt32> = []
    /// Addresses of an owner that the operator has put up: they are not ours to take away.
    private var operatorsOwn: Set<AddressClient.Assignment> = []
    /// By group, in the order of the file: the most used first.
    private var assignments: [[AddressClient.Assignment]] = []
    /// The source address of each router of each group.
    private(set) var primary: [[IPAddress]] = []

    init(_ configuration: Configuration, _ log: Logger) throws {
        client = try AddressClient()
        devices = try VirtualDevices(configuration, log)
        names = configuration.routerGroups.map(\.name)
        let present = try client.dump()
        let virtual = Set(configuration.routers.flatMap { $0.addresses.map(\.prefix.address) })
        let own = present.filter { !$0.isOurs && !virtual.contains($0.assignment.prefix.address) }.map(\.assignment)
        for (_, sections) in configuration.routerGroups {
            assignments.append(try sections.flatMap { try assignments($0, own) })
            primary.append(try sections.flatMap { try Self.primary($0, own, present.map(\.assignment)) })
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

    private static func index(_ name: String, _ section: RouterConfiguration) throws -> UInt32 {
        guard let index = NetworkInterface.index(name) else {
            throw Problem(description: "vrrp section '\(section.name)': there is no interface \(name)")
        }
        return index
    }

    /// On the interface that is named, else on the one in whose network the address is, else on the section's.
    private func assignments(
        _ section: RouterConfiguration, _ own: [AddressClient.Assignment]
    ) throws -> [AddressClient.Assignment] {
        let home = try Self.index(section.interface, section)
        return try section.addresses.map { address in
            if let device = address.device {
                return .init(interface: try Self.index(device, section), prefix: address.prefix)
            }
            if let virtual = devices.index(section, address.prefix.address.family) {
                if own.contains(where: { $0.interface == home && $0.prefix.contains(address.prefix.address) }) {
                    withoutRoute.insert(virtual)
                }
                return .init(interface: virtual, prefix: address.prefix)
            }
            let networks = own.filter { $0.prefix.contains(address.prefix.address) && !$0.prefix.address.isLoopback }
            let nearest = networks.map(\.prefix.length).max()
            let matches = networks.filter { $0.prefix.length == nearest }.map(\.interface)
            return .init(interface: matches.contains(home) ? home : matches.first ?? home, prefix: address.prefix)
        }
    }

    private static func primary(
        _ section: RouterConfiguration, _ own: [AddressClient.Assignment], _ all: [AddressClient.Assignment]
    ) throws -> [IPAddress] {
        let home = try index(section.interface, section)
        return try section.families.map { family in
            if let source = section.source, source.family == family { return source }
            // An owner's virtual address is the interface's own.
            let candidates = (section.priority == 255 ? own + all : own).filter {
                $0.interface == home && $0.prefix.address.family == family
            }
            .map(\.prefix.address)
            // RFC 9568 section 5.1.2.1: the link-local address of IPv6, unless the peers are further away.
            let isNear = family == .ipv4 || section.unicast.allSatisfy { $0.family == .ipv4 || $0.isLinkLocal }
            let fitting = family == .ipv4 ? candidates : candidates.filter { $0.isLinkLocal == isNear }
            guard let address = fitting.first else {
                let kind = family == .ipv4 ? "IPv4" : isNear ? "IPv6 link-local" : "global IPv6"
                throw Problem(
                    description:
                        "vrrp section '\(section.name)': \(section.interface) has no \(kind) address to send from: "
                        + "give it one, or set source = ADDRESS")
            }
            return address
        }
    }

    // MARK: Coming and going

    func add(_ group: Int, _ log: Logger) {
        devices.raise(group)
        change(assignments[group], log) { try client.add($0, withoutRoute: withoutRoute) }
    }

    func remove(_ group: Int, _ log: Logger) {
        // What was added last goes first: a primary address would take its secondary ones with it.
        change(assignments[group].reversed().filter { !operatorsOwn.contains($0) }, log) { try client.remove($0) }
        devices.lower(group)
    }

    /// The addresses of the groups that are held go from the old plan to this one. Returns the groups that have others
    /// than before.
    func succeed(_ old: AddressPlan, held groups: [Int], _ log: Logger) -> [Int] {
        let wanted = groups.flatMap { assignments[$0] }
        let before = Set(old.assignments.joined())
        let gone = before.subtracting(wanted)
        let leaving = old.assignments.joined().filter { gone.contains($0) && !old.operatorsOwn.contains($0) }
        change(leaving.reversed(), log) { try client.remove($0) }
        devices.settle()
        for group in groups { devices.raise(group) }
        change(wanted, log) { try client.add($0, withoutRoute: withoutRoute) }
        return groups.filter { !before.isSuperset(of: assignments[$0]) }
    }

    /// Whatever is left of an earlier life and is not ours to hold: the virtual addresses of the configuration, and
    /// what this program put up for an earlier one.
    func remove(keeping groups: Set<String>, _ log: Logger) {
        devices.settle()
        guard let present = try? client.dump() else { return }
        let known = Set(present.map(\.assignment))
        var kept: Set<AddressClient.Assignment> = []
        for (index, name) in names.enumerated() {
            if groups.contains(name) {
                kept.formUnion(assignments[index])
                continue
            }
            devices.lower(index)
            let left = assignments[index].filter { known.contains($0) && !operatorsOwn.contains($0) }
            kept.formUnion(assignments[index])
            guard !left.isEmpty else { continue }
            log.notice("removing \(left.count) virtual addresses of '\(name)' that were left behind")
            change(left.reversed(), log) { try client.remove($0) }
        }
        let former = present.filter { $0.isOurs && !kept.contains($0.assignment) }.map(\.assignment)
        guard !former.isEmpty else { return }
        log.notice("removing \(former.count) virtual addresses that the configuration has no more")
        change(former.reversed(), log) { try client.remove($0) }
    }

    private func change(
        _ list: [AddressClient.Assignment], _ log: Logger,
        _ body: ([AddressClient.Assignment]) throws -> [AddressClient.Refusal]
    ) {
        do {
            for refusal in try body(list) { log.error("\(refusal)") }
        } catch {
            log.error("\(error)")
        }
    }

    func targets(_ group: Int) -> [Announcer.Target] {
        var hardware: [UInt32: [UInt8]] = [:]
        return assignments[group].compactMap { assignment in
            let address =
                hardware[assignment.interface] ?? NetworkInterface.hardwareAddress(index: assignment.interface)
            hardware[assignment.interface] = address
            guard !address.isEmpty else { return nil }
            return .init(
                interface: assignment.interface, hardwareAddress: address, address: assignment.prefix.address)
        }
    }
}
