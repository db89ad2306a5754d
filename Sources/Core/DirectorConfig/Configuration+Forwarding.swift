package import NetworkTypes
internal import VirtualServers

extension Configuration {
    /// The families whose answers come back through this machine, which has to forward them: those of servers behind
    /// address translation. A server on this machine itself answers without that.
    package var forwardedFamilies: [IPAddress.Family] {
        [.ipv4, .ipv6].filter { family in virtuals.contains { $0.forwards(family) } }
    }
}

extension VirtualConfiguration {
    fileprivate func forwards(_ family: IPAddress.Family) -> Bool {
        func comesBack(_ server: RealServer) -> Bool {
            let address = server.endpoint.address
            return server.method == .masquerading && address.family == family && !address.isLoopback
        }
        return reals.contains { comesBack($0.server) } || fallback.map(comesBack) == true
            || tiers.contains { $0.servers.contains { comesBack($0.server) } }
    }
}
