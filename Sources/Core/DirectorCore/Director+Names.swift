import DirectorConfig
import NetworkTypes
import VirtualServers

/// Which service and which server an operator means: what `ipvsadm -Ln` prints, marks, and the section's `servicename`;
/// what is left out may be left out as long as one thing only is meant.
extension Director {
    func find(virtual written: String) throws(OrderRefusal) -> VirtualService.ID {
        let words = written.split(whereSeparator: \.isWhitespace).map(String.init)
        let name = words.joined(separator: " ")
        let found = services.keys.filter { $0.isMeant(by: words) || services[$0]?.isCalled(name) == true }.sorted()
        if found.count == 1 { return found[0] }
        // `FWM 7` is the mark of IPv4 where both families have it.
        if let exact = found.first(where: { $0.description.lowercased() == name.lowercased() }) { return exact }
        guard found.isEmpty else {
            throw OrderRefusal("'\(name)' may be \(Self.list(found.map(\.description))): write one of them")
        }
        let names = services.sorted { $0.key < $1.key }.flatMap { id, service in
            [id.description, id.endpoint?.description, service.configuration.serviceName].compactMap { $0 }
                .map { (word: $0, meaning: id.description) }
        }
        throw OrderRefusal("no virtual service '\(name)' is configured\(Self.hint(name, names))")
    }

    func find(server written: String, of id: VirtualService.ID) throws(OrderRefusal) -> Endpoint {
        guard let service = services[id] else { throw OrderRefusal("no virtual service \(id) is configured") }
        let configured = service.configuration.reals.map(\.server.endpoint)
        let found = configured.filter { $0.isMeant(by: written) }
        if found.count == 1 { return found[0] }
        guard found.isEmpty else {
            throw OrderRefusal("'\(written)' may be \(Self.list(found.map(\.description))): write one of them")
        }
        if service.withdrawals.keys.contains(where: { $0.isMeant(by: written) }) {
            throw OrderRefusal(
                "\(written) is not in the configuration of \(id) any more and drains: name it there to have it back")
        }
        if service.configuration.fallback?.endpoint.isMeant(by: written) == true
            || service.standby.keys.contains(where: { $0.isMeant(by: written) })
        {
            throw OrderRefusal("\(written) is a fallback of \(id): only real servers are drained, disabled and enabled")
        }
        let others = services.filter { $0.value.health.keys.contains { $0.isMeant(by: written) } }.keys.sorted()
        guard others.isEmpty else {
            throw OrderRefusal(
                "\(written) is no real server of \(id), but of \(Self.list(others.map(\.description)))")
        }
        let names = configured.map { (word: $0.description, meaning: $0.description) }
        throw OrderRefusal("\(id) has no real server '\(written)'\(Self.hint(written, names))")
    }

    /// The nearest names, or all of a few.
    private static func hint(_ written: String, _ names: [(word: String, meaning: String)]) -> String {
        guard !names.isEmpty else { return ": there is none at all" }
        let near = Suggestion.near(to: written, among: unique(names.map(\.word)), limit: 3)
        let meanings = near.flatMap { word in names.filter { $0.word == word }.map(\.meaning) }
        guard meanings.isEmpty else { return ", did you mean \(list(unique(meanings)))?" }
        return ": configured \(names.count == 1 ? "is" : "are") \(list(unique(names.map(\.meaning).sorted())))"
    }

    private static func unique(_ names: [String]) -> [String] {
        var seen: Set<String> = []
        return names.filter { seen.insert($0).inserted }
    }

    private static func list(_ names: [String]) -> String {
        let limit = 5
        let shown = names.prefix(limit).joined(separator: ", ")
        return names.count > limit ? "\(shown) and \(names.count - limit) more" : shown
    }
}

extension ServiceState {
    fileprivate func isCalled(_ name: String) -> Bool {
        !name.isEmpty && configuration.serviceName == name
    }
}

extension Endpoint {
    /// `10.0.0.1:80`, `[2001:db8::1]:80`, or the address alone.
    func isMeant(by written: String) -> Bool {
        if let endpoint = Endpoint(written) { return endpoint == self }
        return IPAddress(bracketed: written) == address
    }
}

extension IPAddress {
    fileprivate init?(bracketed written: String) {
        let isBracketed = written.hasPrefix("[") && written.hasSuffix("]")
        self.init(isBracketed ? String(written.dropFirst().dropLast()) : written)
    }
}

extension VirtualService.ID {
    /// `TCP 192.0.2.1:80`, `192.0.2.1:80`, `192.0.2.1`, `FWM 7`, `FWM 7 IPv6`, `7`.
    func isMeant(by words: [String]) -> Bool {
        guard let first = words.first?.lowercased() else { return false }
        switch self {
        case .firewallMark(let mark, let family):
            let isNamed = ["fwm", "fwmark", "mark"].contains(first)
            let rest = isNamed ? Array(words.dropFirst()) : words
            guard let number = rest.first, UInt32(number) == mark, rest.count <= 2 else { return false }
            return rest.count == 1 || rest[1].lowercased() == (family == .ipv4 ? "ipv4" : "ipv6")
        case .address(let transport, let endpoint):
            let isNamed = TransportProtocol.allCases.contains { $0.name == first }
            guard words.count == (isNamed ? 2 : 1), !isNamed || transport.name == first else { return false }
            return endpoint.isMeant(by: words[words.count - 1])
        }
    }
}
