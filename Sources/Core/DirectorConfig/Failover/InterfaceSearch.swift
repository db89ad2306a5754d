package import NetworkTypes

/// A route that leads straight to a network.
package struct DirectRoute: Hashable, Sendable {
    package var network: Prefix
    package var interface: String
    /// The smaller, the better.
    package var metric: UInt32
    /// The own address that it came with.
    package var source: IPAddress?

    package init(network: Prefix, interface: String, metric: UInt32, source: IPAddress?) {
        self.network = network
        self.interface = interface
        self.metric = metric
        self.source = source
    }
}

/// Where a `vrrp` section without `interface =` stands: where its addresses' network is.
package struct InterfaceProblem: Error, Hashable, CustomStringConvertible {
    package let description: String
}

extension Configuration {
    /// The same with an interface for each `vrrp` section. `interfaces` are those that an operator could name.
    package func findingInterfaces(
        in routes: [DirectRoute], interfaces: [String]
    ) throws(InterfaceProblem) -> Configuration {
        var found = self
        let virtual = Set(routers.flatMap { $0.addresses.map(\.prefix.address) })
        // A route that came with a virtual address, left behind on some interface, says nothing.
        let real = routes.filter { route in route.source.map { !virtual.contains($0) } ?? true }
        for (index, router) in routers.enumerated() where router.interface.isEmpty {
            found.routers[index].interface = try Self.interface(of: router, real, interfaces)
        }
        try found.checkIDs()
        return found
    }

    private static func interface(
        of router: RouterConfiguration, _ routes: [DirectRoute], _ interfaces: [String]
    ) throws(InterfaceProblem) -> String {
        let free = router.addresses.filter { $0.device == nil }.map(\.prefix.address)
        // Every interface has a route to link-local addresses.
        for address in free where !address.isLinkLocal {
            let leading = routes.filter { $0.network.contains(address) }
            let longest = leading.map(\.network.length).max()
            let nearest = leading.filter { $0.network.length == longest }
            let best = nearest.map(\.metric).min()
            let candidates = Set(nearest.filter { $0.metric == best }.map(\.interface)).sorted()
            if candidates.count == 1 { return candidates[0] }
            guard candidates.isEmpty else {
                throw InterfaceProblem(
                    description: "vrrp section '\(router.name)': \(address) is in the network of "
                        + "\(candidates.joined(separator: " and of ")): say which with "
                        + candidates.map { "interface = \($0)" }.joined(separator: " or "))
            }
        }
        let shown = free.first ?? router.addresses.first?.prefix.address
        let choice = interfaces.isEmpty ? "" : ", one of \(interfaces.joined(separator: ", "))"
        throw InterfaceProblem(
            description: "vrrp section '\(router.name)': no interface has a route to the network of "
                + "\(shown.map { "\($0)" } ?? "its addresses"): add interface = NAME\(choice)")
    }

    /// Two sections may turn out to stand on one interface.
    private func checkIDs() throws(InterfaceProblem) {
        var names: [String: String] = [:]
        for router in routers {
            for family in router.families {
                let key = "\(router.interface) \(router.id) \(family)"
                if let other = names.updateValue(router.name, forKey: key) {
                    throw InterfaceProblem(
                        description: "vrrp sections '\(other)' and '\(router.name)' both have id \(router.id) on "
                            + "\(router.interface): give one of them another id")
                }
            }
        }
    }
}
