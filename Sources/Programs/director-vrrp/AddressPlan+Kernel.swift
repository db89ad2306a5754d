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
        let known = Set(present.map(\.assignment))
        return held.allSatisfy { assignments[$0].allSatisfy { known.contains($0) || refused.contains($0) } }
    }

    /// Puts up again what is held and is not there. Returns how many addresses of each group it were.
    func restore(_ present: [Present], _ log: Logger) -> [(group: Int, count: Int)] {
        let known = Set(present.map(\.assignment))
        return held.sorted().compactMap { group in
            let missing = assignments[group].filter { !known.contains($0) }
            guard !missing.isEmpty else { return nil }
            let count = missing.count - put(missing, log)
            return count > 0 ? (group, count) : nil
        }
    }

    /// The addresses of the groups that are held go from the old plan to this one. Returns the groups that have others
    /// than before.
    func succeed(_ old: AddressPlan, held groups: [Int], _ log: Logger) -> [Int] {
        held = Set(groups)
        let wanted = groups.flatMap { assignments[$0] }
        let before = Set(old.assignments.joined())
        let gone = before.subtracting(wanted)
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
