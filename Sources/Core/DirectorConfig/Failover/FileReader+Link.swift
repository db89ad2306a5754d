internal import NetworkTypes

/// `link = udp ADDRESS[:PORT] via IFACE | mcast GROUP[:PORT] via IFACE | bcast IFACE[:PORT] | serial DEVICE [BAUD]`,
/// each with `detect = yes` behind it.
extension FileReader {
    mutating func readLink(_ kind: Placed<String>, _ words: inout RouterWords, _ section: Int) {
        let kinds = ["udp", "mcast", "bcast", "serial"]
        guard kinds.contains(kind.value) else {
            let near = Suggestion.nearest(to: kind.value, among: kinds).map { ", did you mean '\($0)'?" } ?? ""
            return problems.error(
                kind.place, "link is udp, mcast, bcast or serial, not '\(kind.value.utf8.shown)'\(near)")
        }
        guard let target = words.next() else {
            return problems.error(words.place, "link = \(kind.value) needs to know where")
        }
        guard let medium = medium(kind.value, target, &words) else { return }
        guard let detects = detection(&words) else { return }
        routers[section].links.append(Placed(LinkConfiguration(medium, detects: detects), kind.place))
    }

    private mutating func medium(
        _ kind: String, _ target: Placed<String>, _ words: inout RouterWords
    ) -> LinkConfiguration.Medium? {
        switch kind {
        case "udp", "mcast":
            guard let endpoint = endpoint(target, isGroup: kind == "mcast"), let interface = via(&words) else {
                return nil
            }
            return kind == "udp"
                ? .udp(peer: endpoint, interface: interface) : .multicast(group: endpoint, interface: interface)
        case "bcast":
            let parts = target.value.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            guard let interface = linkDevice(String(parts[0]), target.place) else { return nil }
            guard parts.count == 2 else {
                return .broadcast(interface: interface, port: LinkConfiguration.defaultPort)
            }
            guard let port = UInt16(parts[1]), port > 0 else {
                problems.error(target.place, "the port of a link is a number from 1 to 65535")
                return nil
            }
            return .broadcast(interface: interface, port: port)
        default: return serial(target, &words)
        }
    }

    private mutating func serial(_ target: Placed<String>, _ words: inout RouterWords) -> LinkConfiguration.Medium? {
        guard target.value.hasPrefix("/dev/") else {
            problems.error(
                target.place, "a serial link is a device such as /dev/ttyS0, not '\(target.value.utf8.shown)'")
            return nil
        }
        guard let word = words.peek, word.utf8.allSatisfy(\.isDigit) else {
            return .serial(device: target.value, baud: 19_200)
        }
        let rates = [9600, 19_200, 38_400, 57_600, 115_200, 230_400, 460_800, 921_600]
        let place = words.place
        guard let rate = words.next().flatMap({ Int($0.value) }), rates.contains(rate) else {
            let known = rates.map(String.init).joined(separator: ", ")
            problems.error(place, "a serial line has one of \(known) baud")
            return nil
        }
        return .serial(device: target.value, baud: rate)
    }

    private mutating func endpoint(_ word: Placed<String>, isGroup: Bool) -> Endpoint? {
        let endpoint =
            Endpoint(word.value) ?? IPAddress(word.value).map { Endpoint($0, LinkConfiguration.defaultPort) }
        guard let endpoint, endpoint.port > 0, !endpoint.address.isUnspecified, endpoint.address.isMulticast == isGroup
        else {
            let right =
                isGroup ? "a multicast group, such as 239.255.0.1:694" : "the peer's address, such as 10.0.0.2:694"
            problems.error(word.place, "this link needs \(right), not '\(word.value.utf8.shown)'")
            return nil
        }
        return endpoint
    }

    private mutating func via(_ words: inout RouterWords) -> String? {
        let place = words.place
        guard words.skip("via"), let name = words.next() else {
            problems.error(place, "the link's interface is missing: write via IFACE behind the address")
            return nil
        }
        return linkDevice(name.value, name.place)
    }

    private mutating func linkDevice(_ name: String, _ place: Place) -> String? {
        guard (1...15).contains(name.utf8.count), !name.contains("/") else {
            problems.error(place, "link: '\(name.utf8.shown)' is no interface's name, which has 1 to 15 characters")
            return nil
        }
        return name
    }

    /// `detect = yes`, however the blanks stand; nil after an error.
    private mutating func detection(_ words: inout RouterWords) -> Bool? {
        let rest = words.rest()
        guard let first = rest.first else { return false }
        switch rest.map(\.value).joined() {
        case "detect=yes": return true
        case "detect=no": return false
        default:
            problems.error(first.place, "behind a link may stand detect = yes, not '\(first.value.utf8.shown)'")
            return nil
        }
    }
}
