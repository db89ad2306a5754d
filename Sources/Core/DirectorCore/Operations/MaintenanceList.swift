package import NetworkTypes

/// The files of a maintenancedir: each names a server that is taken out, as `ADDRESS:PORT`, `ADDRESS`, `NAME:PORT` or
/// `NAME`, where NAME is a full host name or its first part.
package struct MaintenanceList: Hashable, Sendable {
    private let files: Set<String>
    /// Some file names no address: the names of the servers have to be known.
    package let namesHosts: Bool

    package init(files: [String] = []) {
        self.files = Set(files.map { $0.lowercased() })
        namesHosts = self.files.contains { !Self.isAddress($0) }
    }

    package var isEmpty: Bool { files.isEmpty }

    /// The file that takes a server out, if any.
    /// - Parameters:
    ///   - port: the server's port as written in the configuration, 0 without one.
    ///   - hosts: the names of its address.
    package func file(for address: IPAddress, port: UInt16, hosts: [String]) -> String? {
        guard !files.isEmpty else { return nil }
        let literal = address.bracketed
        var candidates = ["\(literal):\(port)", literal]
        if address.family == .ipv6 { candidates.append(address.description) }
        for host in hosts {
            let name = host.lowercased()
            candidates += ["\(name):\(port)", name]
            if let dot = name.firstIndex(of: "."), dot > name.startIndex {
                candidates += ["\(name[..<dot]):\(port)", String(name[..<dot])]
            }
        }
        return candidates.first { files.contains($0) }
    }

    private static func isAddress(_ name: String) -> Bool {
        if IPAddress(name) != nil || Endpoint(name) != nil { return true }
        return name.hasPrefix("[") && name.hasSuffix("]") && IPAddress(name.dropFirst().dropLast()) != nil
    }
}
