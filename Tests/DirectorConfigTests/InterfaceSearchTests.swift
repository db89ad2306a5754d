import DirectorConfig
import NetworkTypes
import Testing

/// `vrrp` sections without `interface =`.
struct InterfaceSearchTests {
    private static func route(
        _ network: String, _ interface: String, metric: UInt32 = 0, source: String? = nil
    ) throws -> DirectRoute {
        DirectRoute(
            network: try #require(Prefix(network)), interface: interface, metric: metric,
            source: source.flatMap { IPAddress($0) })
    }

    private func find(
        _ addresses: [String], _ routes: [DirectRoute], more: String = ""
    ) throws -> [String] {
        let lines = addresses.map { "\taddress=\($0)\n" }.joined()
        let text = "vrrp=web\n\tid=51\n\(lines)\(more)" + RouterSectionTests.service
        let configuration = try #require(parse(text).configuration)
        return try configuration.findingInterfaces(in: routes, interfaces: ["eth0", "eth1"]).routers.map(\.interface)
    }

    @Test func theNearestNetworkDecides() throws {
        let routes = [
            try Self.route("10.0.0.0/8", "eth0"), try Self.route("10.1.0.0/16", "eth1"),
            try Self.route("fd00::/64", "eth0"),
        ]
        #expect(try find(["10.1.2.3/32"], routes) == ["eth1"])
        #expect(try find(["10.2.2.3/32"], routes) == ["eth0"])
        #expect(try find(["fd00::7/64"], routes) == ["eth0"])
        // The first address that has a network decides; link-local addresses are everywhere.
        #expect(try find(["fe80::1/64", "10.1.0.1/16", "10.2.0.1/32"], routes) == ["eth1"])
    }

    @Test func theSmallerMetricDecidesBetweenEqualNetworks() throws {
        let routes = [
            try Self.route("10.0.0.0/8", "eth0", metric: 200), try Self.route("10.0.0.0/8", "eth1", metric: 100),
        ]
        #expect(try find(["10.1.2.3/32"], routes) == ["eth1"])
    }

    @Test func aRouteThatAVirtualAddressBroughtSaysNothing() throws {
        let routes = [
            try Self.route("10.1.2.0/24", "eth1", source: "10.1.2.3"),
            try Self.route("10.0.0.0/8", "eth0", source: "10.9.9.9"),
        ]
        #expect(try find(["10.1.2.3/24"], routes) == ["eth0"])
    }

    @Test func aSectionThatNamesOneKeepsIt() throws {
        let routes = [try Self.route("10.0.0.0/8", "eth0")]
        #expect(try find(["10.1.2.3/32"], routes, more: "\tinterface=eth7\n") == ["eth7"])
    }

    @Test(
        arguments: [
            (
                ["10.1.2.3/24"], ["10.0.0.0/8 eth1", "10.0.0.0/8 eth0"], "",
                "vrrp section 'web': 10.1.2.3 is in the network of eth0 and of eth1: "
                    + "say which with interface = eth0 or interface = eth1"
            ),
            (
                ["10.1.2.3/24"], ["192.0.2.0/24 eth1"], "",
                "vrrp section 'web': no interface has a route to the network of 10.1.2.3: "
                    + "add interface = NAME, one of eth0, eth1"
            ),
            (
                ["10.1.2.3/24"], ["10.0.0.0/8 eth0"], "vrrp=b\n\tid=51\n\tinterface=eth0\n\taddress=10.1.2.4/24\n",
                "vrrp sections 'web' and 'b' both have id 51 on eth0: give one of them another id"
            ),
        ] as [([String], [String], String, String)])
    func whatCannotBeFoundIsSaid(addresses: [String], routes: [String], more: String, problem: String) throws {
        let routes = try routes.map { text in
            let words = text.split(separator: " ").map(String.init)
            return try Self.route(words[0], words[1])
        }
        let error = #expect(throws: InterfaceProblem.self) { try find(addresses, routes, more: more) }
        #expect(error?.description == problem)
    }
}
