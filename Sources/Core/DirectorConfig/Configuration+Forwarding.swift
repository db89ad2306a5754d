package import NetworkTypes
internal import VirtualServers

extension Configuration {
    /// The families whose answers come back through this machine, which has to forward them: those of servers behind
    /// address translation. A server on this machine itself answers without that.
    package var forwardedFamilies: [IPAddress.Family] {
        let servers = virtuals.flatMap { virtual in
            virtual.reals.map(\.server) + virtual.tiers.flatMap { $0.servers.map(\.server) }
                + [virtual.fallback].compactMap(\.self)
        }
        let translated = servers.filter { $0.method == .masquerading && !$0.endpoint.address.isLoopback }
        let families = Set(translated.map(\.endpoint.address.family))
        return [.ipv4, .ipv6].filter(families.contains)
    }
}
