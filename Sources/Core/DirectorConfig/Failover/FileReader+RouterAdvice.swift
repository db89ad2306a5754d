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

    /// A message with its frame takes about as many bytes as it says here, and a byte ten bits of the line.
    mutating func checkSerialLines(_ router: RouterConfiguration, _ section: RouterSection) {
        let message = 130 + 48
        let beat = max(min(router.deadTime / 5, .seconds(1)), .milliseconds(10)).shownMilliseconds
        for link in section.links {
            guard case .serial(_, let baud) = link.value.medium, message * 10 * 1000 > Int64(baud) * beat else {
                continue
            }
            problems.warning(
                link.place,
                "at \(baud) baud a message takes \(message * 10_000 / baud)ms, and dead asks for one every \(beat)ms: "
                    + "take a faster line, or a longer dead")
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
