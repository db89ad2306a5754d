import KernelNetlink
import KernelTuning
import NetworkTypes

/// The kernel's settings that make a virtual MAC address the only one that its addresses are reached by.
enum VirtualMACSettings {
    /// What a parent needs at least: it answers ARP for no address but its own, and asks with none but its own, or its
    /// neighbours would learn its own MAC address for the virtual one.
    private static let quiet = [(name: "arp_ignore", value: "1"), (name: "arp_announce", value: "2")]

    private static func ipv4(_ name: String) -> SettingsFolder { SettingsFolder("/proc/sys/net/ipv4/conf/\(name)") }
    private static func ipv6(_ name: String) -> SettingsFolder { SettingsFolder("/proc/sys/net/ipv6/conf/\(name)") }

    /// Returns what the device is to remember: a blank and what its parent had before.
    static func apply(
        to device: String, parent: String, _ family: IPAddress.Family, _ links: [LinkClient.Link]
    ) -> String {
        // Whoever forwards what comes by the parent forwards what comes by the virtual address, too.
        for folder in [ipv4, ipv6] {
            if let forwarding = folder(parent).read("forwarding") { _ = folder(device).write("forwarding", forwarding) }
        }
        switch family {
        case .ipv4:
            _ = ipv6(device).write("disable_ipv6", "1")
            _ = ipv4(device).write("arp_ignore", "1")
            _ = ipv4(device).write("arp_filter", "0")
            // The way back to the clients is by the parent, which strict filtering would take for a forgery. It counts
            // when it is set for all: then loose filtering is the least there can be.
            _ = ipv4(device).write("rp_filter", ipv4("all").read("rp_filter") == "0" ? "0" : "2")
            return quieten(parent, links)
        case .ipv6:
            // No address of its own, and nothing learnt from routers.
            for (name, value) in [("addr_gen_mode", "1"), ("accept_ra", "0"), ("autoconf", "0"), ("accept_dad", "0")] {
                _ = ipv6(device).write(name, value)
            }
            // IPv4's packets come here, too, and none of its addresses are.
            _ = ipv4(device).write("arp_ignore", "1")
            return ""
        }
    }

    /// What a sibling remembers was there first.
    private static func quieten(_ parent: String, _ links: [LinkClient.Link]) -> String {
        let index = links.first { $0.name == parent }?.index
        let siblings = links.filter { $0.parent == index && VirtualDevices.isOurs($0) }
        if let before = siblings.lazy.map(memories(of:)).first(where: { !$0.isEmpty }) { return before }
        var note = ""
        for setting in quiet {
            guard let before = ipv4(parent).read(setting.name), before < setting.value,
                ipv4(parent).write(setting.name, setting.value) == nil
            else { continue }
            note += " \(setting.name)=\(before)"
        }
        return note
    }

    static func restore(_ parent: String, from note: String) {
        for memory in memories(in: note) { _ = ipv4(parent).write(memory.name, memory.value) }
    }

    /// As they stand in the device's note, a blank before each.
    static func memories(of link: LinkClient.Link) -> String {
        memories(in: link.alias ?? "").map { " \($0.name)=\($0.value)" }.joined()
    }

    private static func memories(in note: String) -> [(name: String, value: String)] {
        note.split(separator: " ").compactMap { word in
            let parts = word.split(separator: "=")
            guard parts.count == 2, quiet.contains(where: { $0.name == parts[0] }) else { return nil }
            return (String(parts[0]), String(parts[1]))
        }
    }
}
