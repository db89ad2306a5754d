import EventLoop
import Failover
import KernelNetlink
import Logging
import NetworkTypes

/// What the plan does in the kernel: addresses come and go.
extension AddressPlan {
    typealias Assignment = AddressClient.Assignment
    typealias Present = AddressClient.Present

    func add(_ group: Int, _ log: Logger) {
        held.insert(group)
        devices.raise(group)
        refused.subtract(assignments[group])
        put(assignments[group], log)
    }

    func remove(_ groups: [Int], _ log: Logger) {
        held.subtract(groups)
        take(groups.flatMap { assignments[$0] }.reversed().filter { !operatorsOwn.contains($0) }, log)
        for group in groups { devices.lower(group) }
    }

    func isWhole(_ present: [Present]) -> Bool {
        let there = There(present)
        return devices.down(held).isEmpty
            && held.allSatisfy { assignments[$0].allSatisfy { there.has($0) || refused.contains($0) } }
    }

    /// Puts up again what is held and is not there, or is on a device that was set down. Returns how many addresses of
    /// each group it were.
    func restore(_ present: [Present], _ log: Logger) -> [(group: Int, count: Int)] {
        let there = There(present)
        let down = devices.down(held)
        return held.sorted().compactMap { group in
            // IPv6 addresses went with the device's being up, the others are there and answer nobody.
            let silent = assignments[group].filter { down.contains($0.interface) && there.has($0) }
            if !down.isEmpty { devices.raise(again: group, among: down) }
            let missing = assignments[group].filter { !there.has($0) }
            tellOfLengths(group, there, log)
            guard !missing.isEmpty || !silent.isEmpty else { return nil }
            let count = missing.count + silent.count - (missing.isEmpty ? 0 : put(missing, log))
            return count > 0 ? (group, count) : nil
        }
    }

    /// IPv6 has an address once on an interface, whatever its length: with another one it is somebody else's, and
    /// there is nothing to put up.
    private struct There {
        let assignments: Set<Assignment>
        /// By interface and address.
        private let places: [UInt32: Set<IPAddress>]

        init(_ present: [Present]) {
            assignments = Set(present.map(\.assignment))
            places = Dictionary(grouping: present.lazy.map(\.assignment), by: \.interface).mapValues {
                Set($0.lazy.map(\.prefix.address).filter { $0.family == .ipv6 })
            }
        }

        func has(_ one: Assignment) -> Bool { assignments.contains(one) || hasOtherwise(one) }

        func hasOtherwise(_ one: Assignment) -> Bool {
            !assignments.contains(one) && places[one.interface]?.contains(one.prefix.address) == true
        }
    }

    /// Once for each, until it is as it should be.
    private func tellOfLengths(_ group: Int, _ there: There, _ log: Logger) {
        for one in assignments[group] {
            guard there.hasOtherwise(one) else {
                otherwise.remove(one)
                continue
            }
            guard otherwise.insert(one).inserted else { continue }
            let name = NetworkInterface.name(one.interface) ?? "interface \(one.interface)"
            log.warning(
                "the virtual address \(one.prefix) is on \(name) with another length, put there by somebody else: it stays as it is"
            )
        }
    }

    /// The addresses of the groups that are held go from the old plan to this one. Returns the groups that have others
    /// than were held before: what was a peer's until now is announced, too.
    func succeed(_ old: AddressPlan, held groups: [Int], _ log: Logger) -> [Int] {
        held = Set(groups)
        let wanted = groups.flatMap { assignments[$0] }
        let before = Set(old.held.flatMap { old.assignments[$0] })
        let gone = Set(old.assignments.joined()).subtracting(wanted)
        take(old.assignments.joined().filter { gone.contains($0) && !old.operatorsOwn.contains($0) }.reversed(), log)
        devices.settle(after: old.devices)
        for group in assignments.indices {
            if held.contains(group) { devices.raise(group) } else { devices.lower(group) }
        }
        put(wanted, log)
        return groups.filter { !before.isSuperset(of: assignments[$0]) }
    }

    /// Whatever is left of an earlier life and is not ours to hold: the virtual addresses of the configuration, and
    /// what this program put up for an earlier one.
    func remove(keeping groups: Set<String>, _ log: Logger) {
        devices.settle()
        guard let present = try? client.dump() else { return }
        let known = Set(present.map(\.assignment))
        var kept: Set<Assignment> = []
        for (index, name) in names.enumerated() {
            kept.formUnion(assignments[index])
            guard !groups.contains(name) else { continue }
            devices.lower(index)
            let left = assignments[index].filter { known.contains($0) && !operatorsOwn.contains($0) }
            guard !left.isEmpty else { continue }
            log.notice("removing \(left.count) virtual addresses of '\(name)' that were left behind")
            take(left.reversed(), log)
        }
        let former = present.filter { $0.isOurs && !kept.contains($0.assignment) }.map(\.assignment)
        guard !former.isEmpty else { return }
        log.notice("removing \(former.count) virtual addresses that the configuration has no more")
        take(former.reversed(), log)
    }

    /// Returns how many the kernel did not take.
    @discardableResult
    private func put(_ list: [Assignment], _ log: Logger) -> Int {
        do {
            let refusals = try client.add(list, withoutRoute: withoutRoute)
            for refusal in refusals where refused.insert(refusal.assignment).inserted { log.error("\(refusal)") }
            return refusals.count
        } catch {
            log.error("\(error)")
            return list.count
        }
    }

    private func take(_ list: [Assignment], _ log: Logger) {
        SecondaryAddresses.keep(whileTaking: list) {
            do {
                for refusal in try client.remove(list) { log.error("\(refusal)") }
            } catch {
                log.error("\(error)")
            }
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
