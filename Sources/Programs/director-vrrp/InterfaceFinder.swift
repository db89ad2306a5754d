import DirectorConfig
import Failover
import KernelNetlink

/// Finds the interfaces of sections that name none, by the machine's own routes.
enum InterfaceFinder {
    static func complete(_ configuration: Configuration) throws -> Configuration {
        guard configuration.routers.contains(where: \.interface.isEmpty) else { return configuration }
        let links = try LinkClient().list()
        let names = Dictionary(links.map { ($0.index, $0.name) }, uniquingKeysWith: { first, _ in first })
        let own = Set(links.filter { VirtualDevices.isOurs($0) }.map(\.index))
        let routes = try RouteClient().directRoutes().compactMap { route -> DirectRoute? in
            guard let name = names[route.interface], !own.contains(route.interface) else { return nil }
            return DirectRoute(network: route.network, interface: name, metric: route.metric, source: route.source)
        }
        let choice = links.filter { $0.name != "lo" && !own.contains($0.index) && $0.isUp }.map(\.name).sorted()
        return try configuration.findingInterfaces(in: routes, interfaces: choice)
    }
}
