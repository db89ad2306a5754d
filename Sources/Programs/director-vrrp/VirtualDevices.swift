import DirectorConfig
import EventLoop
import Failover
import Glibc
import KernelNetlink
import KernelTuning
import Logging
import NetworkTypes
import VirtualRouting

/// The macvlan devices of `vmac = yes`: one for each family of a section, with the virtual router's MAC address
/// (RFC 9568 section 7.3). They are up while we are master and down otherwise, so that switches learn the address from
/// nobody else.
///
/// A device carries a note of who made it and of what was changed for it on its parent, so that whoever comes after a
/// crash can undo both.
@LoopActor final class VirtualDevices {
    private struct Device {
        var index: UInt32
        var name: String
        var parent: UInt32
        var isUp: Bool
    }

    private struct Key: Hashable {
        var section: String
        var family: IPAddress.Family
    }

    nonisolated private static let note = "director-vrrp"

    private let client: LinkClient
    private let log: Logger
    private var devices: [Key: Device] = [:]
    /// By group, in the order of the file.
    private var groups: [[Key]] = []
    /// Of a configuration that was another one.
    private var left: [UInt32] = []
    /// What parents had before, beside the devices' own notes: somebody may delete a device.
    private var memories: [UInt32: String] = [:]
    /// Made here, and to be taken away again unless the configuration comes into force.
    private var made: Set<UInt32> = []
    /// To be taken down.
    private var lowering: [Key] = []
    private var timer: LoopTimer?

    nonisolated static func isOurs(_ link: LinkClient.Link) -> Bool {
        link.kind == "macvlan" && (link.alias ?? "").hasPrefix(note)
    }

    init(_ configuration: Configuration, after old: VirtualDevices? = nil, _ log: Logger) throws {
        memories = old?.memories ?? [:]
        client = try LinkClient()
        self.log = log
        let present = try client.list()
        var left = present.filter(Self.isOurs)
        var names = Set(present.map(\.name))
        for (_, sections) in configuration.routerGroups {
            var keys: [Key] = []
            for section in sections where section.usesVirtualMAC {
                for family in section.families {
                    let key = Key(section: section.name, family: family)
                    // Without the interface the section is in fault.
                    guard let parent = present.first(where: { $0.name == section.interface }) else { continue }
                    devices[key] = try device(section, family, on: parent, present, &left, &names)
                    keys.append(key)
                }
            }
            groups.append(keys)
        }
        self.left = left.map(\.index)
        made = Set(devices.values.map(\.index)).subtracting(present.map(\.index))
        warn(configuration)
    }

    /// Whatever this program made, to be removed.
    init(leftBehind log: Logger) throws {
        client = try LinkClient()
        self.log = log
        left = try client.list().filter(Self.isOurs).map(\.index)
    }

    isolated deinit {
        timer?.cancel()
        remove(made)
    }

    /// The configuration is in force: what an earlier one had goes, and things are as they are by now.
    func settle(after old: VirtualDevices? = nil) {
        // They are in these hands now.
        old?.lowering = []
        made = []
        remove(Set(left))
        left = []
        guard let present = try? client.list() else { return }
        let up = Set(present.lazy.filter(\.isUp).map(\.index))
        for (key, device) in devices { devices[key]?.isUp = up.contains(device.index) }
    }

    /// 00-00-5E-00-01-{id}, for IPv6 00-00-5E-00-02-{id}.
    static func hardwareAddress(_ id: UInt8, _ family: IPAddress.Family) -> [UInt8] {
        [0x00, 0x00, 0x5E, 0x00, family == .ipv4 ? 1 : 2, id]
    }

    private func device(
        _ section: RouterConfiguration, _ family: IPAddress.Family, on parent: LinkClient.Link,
        _ links: [LinkClient.Link], _ left: inout [LinkClient.Link], _ names: inout Set<String>
    ) throws -> Device {
        let hardware = Self.hardwareAddress(section.id, family)
        if let index = left.firstIndex(where: { $0.parent == parent.index && $0.hardwareAddress == hardware }) {
            let link = left.remove(at: index)
            let memory = VirtualMACSettings.memories(of: link)
            if !memory.isEmpty { memories[parent.index] = memory }
            return Device(index: link.index, name: link.name, parent: parent.index, isUp: link.isUp)
        }
        let plain = (family == .ipv4 ? "vrrp." : "vrrp6.") + "\(section.id)"
        // The id is another router's on another interface.
        let name = names.contains(plain) ? plain + "-\(parent.index)" : plain
        names.insert(name)
        let code = try client.addMacvlan(name: name, parent: parent.index, hardwareAddress: hardware)
        guard code == 0, let made = NetworkInterface.index(name) else {
            throw AddressPlan.Problem(
                description:
                    "vrrp section '\(section.name)': the device \(name) on \(section.interface) for vmac = yes "
                    + "cannot be made: error \(code)" + (code == 95 ? ", the kernel has no macvlan" : ""))
        }
        let applied = VirtualMACSettings.apply(to: name, parent: section.interface, family, links)
        let changed = applied.isEmpty ? memories[parent.index] ?? "" : applied
        if !changed.isEmpty { memories[parent.index] = changed }
        _ = try client.setAlias("\(Self.note) \(section.name)\(changed)", of: made)
        return Device(index: made, name: name, parent: parent.index, isUp: false)
    }

    private func warn(_ configuration: Configuration) {
        guard !devices.isEmpty,
            configuration.routers.contains(where: { $0.usesVirtualMAC && $0.families.contains(.ipv4) })
        else { return }
        let all = SettingsFolder("/proc/sys/net/ipv4/conf/all")
        if all.read("arp_filter") == "1" {
            log.warning(
                "vmac = yes: net.ipv4.conf.all.arp_filter is 1, so that no virtual MAC address is answered with: set it to 0"
            )
        }
    }

    // MARK: What others ask

    /// Where the addresses of a section belong; nil without a virtual MAC address.
    func index(_ section: RouterConfiguration, _ family: IPAddress.Family) -> UInt32? {
        devices[Key(section: section.name, family: family)]?.index
    }

    /// The name of the device that advertisements leave by, by the place of the router in its group.
    func names(_ section: RouterConfiguration) -> [String?] {
        section.families.map { devices[Key(section: section.name, family: $0)]?.name }
    }

    var indices: Set<UInt32> { Set(devices.values.map(\.index)) }

    /// One that somebody took away; nil while all are there, or are gone with the interface below.
    var missing: String? {
        devices.values.first {
            NetworkInterface.index($0.name) != $0.index && NetworkInterface.name($0.parent) != nil
        }?.name
    }

    /// Those of the groups that should be up, and that somebody has set down.
    func down(_ groups: Set<Int>) -> Set<UInt32> {
        let keys = groups.flatMap { self.groups[$0] }.filter { devices[$0]?.isUp == true }
        guard !keys.isEmpty, let present = try? client.list() else { return [] }
        return Set(present.lazy.filter { !$0.isUp }.map(\.index)).intersection(keys.compactMap { devices[$0]?.index })
    }

    // MARK: Coming and going

    /// Before the first advertisement, which leaves by the device.
    func raise(_ group: Int) {
        let keys = groups[group]
        if !lowering.isEmpty { lowering.removeAll(where: keys.contains) }
        for key in keys { set(key, up: true) }
    }

    func raise(again group: Int, among down: Set<UInt32>) {
        for key in groups[group] {
            guard let device = devices[key], down.contains(device.index) else { continue }
            log.warning("\(device.name) had been set down by somebody else: it is set up again")
            devices[key]?.isUp = false
            set(key, up: true)
        }
    }

    /// Soon: the kernel takes some milliseconds for each, which no advertisement and no address that has to go is to
    /// wait for. Nothing is sent by a device without addresses meanwhile.
    func lower(_ group: Int) {
        let keys = groups[group].filter { devices[$0]?.isUp == true && !lowering.contains($0) }
        guard !keys.isEmpty else { return }
        lowering += keys
        lowerNext()
    }

    private func lowerNext() {
        guard timer == nil, !lowering.isEmpty else { return }
        timer = EventLoop.main.schedule(after: .zero) { [weak self] in
            guard let self else { return }
            timer = nil
            guard !lowering.isEmpty else { return }
            set(lowering.removeFirst(), up: false)
            lowerNext()
        }
    }

    private func set(_ key: Key, up: Bool) {
        guard let device = devices[key], device.isUp != up else { return }
        devices[key]?.isUp = up
        do {
            let code = try client.set(device.index, up: up)
            // One that is gone is down, and `missing`.
            if code != 0, up || code != ENODEV {
                log.error("\(device.name) cannot be set \(up ? "up" : "down"): error \(code)")
            }
        } catch {
            log.error("\(device.name): \(error)")
        }
    }

    func removeAll() {
        remove(indices.union(left))
        devices = [:]
        left = []
        made = []
        lowering = []
        groups = groups.map { _ in [] }
    }

    /// The last device of a parent gives the parent back what was changed.
    private func remove(_ doomed: Set<UInt32>) {
        guard !doomed.isEmpty else { return }
        do {
            let links = try client.list()
            var memories: [UInt32: String] = [:]
            let there = links.filter { doomed.contains($0.index) }
            let code = try client.remove(there.map(\.index), among: links)
            if code != 0 { log.error("a device of vmac = yes is left behind: error \(code)") }
            for link in there {
                let memory = VirtualMACSettings.memories(of: link)
                if let parent = link.parent, !memory.isEmpty { memories[parent] = memory }
            }
            for (parent, memory) in memories {
                let sibling = links.first {
                    $0.parent == parent && Self.isOurs($0) && !doomed.contains($0.index)
                }
                if let sibling {
                    guard VirtualMACSettings.memories(of: sibling).isEmpty else { continue }
                    // It remembers instead.
                    _ = try client.setAlias((sibling.alias ?? Self.note) + memory, of: sibling.index)
                } else if let parent = links.first(where: { $0.index == parent }) {
                    VirtualMACSettings.restore(parent.name, from: memory)
                }
            }
        } catch {
            log.error("a device of vmac = yes is left behind: \(error)")
        }
    }
}
