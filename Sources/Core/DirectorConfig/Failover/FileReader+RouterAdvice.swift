internal import NetworkTypes
internal import VirtualRouting

/// What of a `vrrp` section works, though hardly as it was meant.
extension FileReader {
    mutating func checkTimes(_ router: RouterConfiguration, _ section: RouterSection) {
        guard section.deadTime != nil, !router.links.isEmpty, router.deadTime < router.interval * 3 else { return }
        problems.warning(
            section.place(of: .dead),
            "dead is shorter than three advertisement intervals (\((router.interval * 3).shownMilliseconds)ms): a takeover "
                + "waits for those in any case, and a link that falters for a moment counts as silent")
    }

    mutating func checkVirtualMAC(_ router: RouterConfiguration, _ section: RouterSection) {
        guard router.usesVirtualMAC, !router.unicast.isEmpty else { return }
        problems.warning(
            section.place(of: .vmac),
            "with unicast the advertisements come from the interface's own MAC address: switches learn the virtual one from "
                + "announcements only")
    }

    /// Every link tells of all groups, as often as the shortest `dead` of all sections asks for.
    mutating func checkSerialLines(_ built: [(section: RouterSection, router: RouterConfiguration)]) {
        var groups: [(name: String, address: IPAddress)] = []
        var names: Set<String> = []
        for router in built.map(\.router) where names.insert(router.group ?? router.name).inserted {
            guard let address = router.addresses.first?.prefix.address else { continue }
            groups.append((router.group ?? router.name, address))
        }
        let lengths = Heartbeat.lineLengths(of: groups)
        let routers = built.map(\.router)
        let beat = routers.heartbeatInterval.shownMilliseconds
        let dead = (routers.map(\.deadTime).min() ?? .seconds(1)).shownMilliseconds
        var said: Set<String> = []
        for link in built.flatMap(\.section.links) {
            guard case .serial(let device, let baud) = link.value.medium, said.insert(device).inserted else { continue }
            // A byte is ten bits of the line.
            let longest = Int64(lengths.max() ?? 0) * 10_000 / Int64(baud)
            let all = Int64(lengths.reduce(0, +)) * 10_000 / Int64(baud)
            if longest > beat {
                problems.warning(
                    link.place,
                    "at \(baud) baud a message takes \(longest)ms, and dead asks for one every \(beat)ms: "
                        + "take a faster line, or a longer dead")
            } else if all > dead {
                problems.warning(
                    link.place,
                    "at \(baud) baud it takes \(all)ms to tell of all \(groups.count) groups, longer than dead (\(dead)ms): "
                        + "take a faster line, or a longer dead")
            }
        }
    }

    /// The kernel hands a packet for one port to one socket.
    mutating func findSharedPorts(_ built: [(section: RouterSection, router: RouterConfiguration)]) {
        var peers: [String: (peer: Endpoint, line: Int)] = [:]
        for (section, _) in built {
            for link in section.links {
                guard case .udp(let peer, let interface) = link.value.medium else { continue }
                let key = "\(interface) \(peer.port) \(peer.family)"
                if let other = peers[key], other.peer != peer {
                    problems.error(
                        link.place,
                        "the link to \(other.peer.address) in line \(other.line) has port \(peer.port) on \(interface) "
                            + "already: give this one another, on both sides")
                }
                peers[key] = peers[key] ?? (peer, link.place.line)
            }
        }
    }
}
