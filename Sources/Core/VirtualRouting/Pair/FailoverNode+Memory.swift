/// What outlives a node: of its director's other settings, and of its death.
extension FailoverNode {
    /// The peers as the former node knew them: who is silent since then is no stranger, who has left holds nothing.
    /// What was told of them and of the links that stay is known.
    mutating func inheritPeers(of old: FailoverNode, links: [Int?]) {
        guard peers.hasLinks else { return }
        let known = groups.map { group in
            old.groups.firstIndex { $0.name == group.name } ?? old.groups.firstIndex { $0.shares(routersOf: group) }
        }
        peers.isUnknownFenced = old.peers.isUnknownFenced
        peers.peers = old.peers.peers.map { Peer(knownAs: $0, links: links, groups: known) }
        watch = PeerWatch(after: old.watch, links: links)
    }

    /// Before `start`: what operators had ordered when the process died. A claim goes with the mastership.
    package mutating func restore(_ orders: HandOverOrders, resuming: Set<String>) {
        for index in groups.indices {
            let name = groups[index].name
            groups[index].isStandby = orders.standby.contains(name)
            if resuming.contains(name) { groups[index].claim = orders.claims[name] }
        }
    }
}

extension RouterGroup {
    /// An id on an interface that both have, by whatever name.
    fileprivate func shares(routersOf other: RouterGroup) -> Bool {
        routers.contains { own in
            other.routers.contains {
                own.settings.interface == $0.settings.interface && own.settings.routerID == $0.settings.routerID
                    && own.settings.family == $0.settings.family
            }
        }
    }
}
