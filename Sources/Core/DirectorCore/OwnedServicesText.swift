import NetworkTypes
package import VirtualServers

/// The services that a director answers for, as lines of a file: `tcp 192.0.2.1:80`, `fwm 7 ipv6`.
package enum OwnedServicesText {
    package static func write(_ services: Set<VirtualService.ID>) -> String {
        services.sorted().map { id in
            switch id {
            case .address(let transport, let endpoint): "\(transport.name) \(endpoint)\n"
            case .firewallMark(let mark, let family): "fwm \(mark) \(family == .ipv4 ? "ipv4" : "ipv6")\n"
            }
        }.joined()
    }

    /// Lines that say nothing of this kind are passed over: the file is a memory, not a configuration.
    package static func read(_ text: String) -> Set<VirtualService.ID> {
        Set(text.split(separator: "\n").compactMap(service))
    }

    private static func service(_ line: Substring) -> VirtualService.ID? {
        let words = line.split(separator: " ").map(String.init)
        if let transport = TransportProtocol.allCases.first(where: { $0.name == words.first }) {
            guard words.count == 2, let endpoint = Endpoint(words[1]) else { return nil }
            return .address(transport, endpoint)
        }
        guard words.count == 3, words[0] == "fwm", let mark = UInt32(words[1]), mark > 0 else { return nil }
        switch words[2] {
        case "ipv4": return .firewallMark(mark, .ipv4)
        case "ipv6": return .firewallMark(mark, .ipv6)
        default: return nil
        }
    }
}
