package import DirectorConfig
import NetworkTypes
package import TimeTypes
import VirtualRouting

extension PairState {
    /// What a configuration asks for, before director-vrrp has said anything.
    package init(_ configuration: Configuration, at time: WallTime) {
        let routers = configuration.routerGroups.map { name, sections in
            PairRouter(
                name: name, role: .unknown, since: time, reason: "director-vrrp has said nothing yet",
                priority: sections.first?.priority ?? 0)
        }
        self.init(pid: 0, startedAt: time, name: "", routers: routers)
        links = configuration.links.map { PairLink(medium: $0.medium.description, detects: $0.detects) }
        describe(configuration)
    }

    /// Adds what the configuration knows: director-vrrp says it only once, and not for every router every second.
    package mutating func describe(_ configuration: Configuration) {
        let groups = Dictionary(
            configuration.routerGroups.map { ($0.name, $0.sections) }, uniquingKeysWith: { first, _ in first })
        for index in routers.indices {
            routers[index].members = (groups[routers[index].name] ?? []).flatMap(PairMember.members)
        }
    }
}

extension PairMember {
    fileprivate static func members(_ section: RouterConfiguration) -> [PairMember] {
        section.families.map { family in
            PairMember(
                interface: section.interface, id: section.id, version: section.version.rawValue,
                interval: section.interval,
                addresses: section.addresses.filter { $0.prefix.address.family == family }.map {
                    "\($0.prefix)\($0.device.map { " dev \($0)" } ?? "")"
                })
        }
    }
}
