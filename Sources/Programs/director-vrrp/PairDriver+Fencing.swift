import DirectorConfig
import EventLoop
import VirtualRouting

/// Plugins that switch a peer off. A run may be older than this driver.
extension PairDriver {
    func fence(_ peer: String?, for group: Int) {
        let (name, sections) = configuration.routerGroups[group]
        guard let fence = sections.lazy.compactMap(\.fence).first else { return }
        fencing.fence(peer, by: fence, for: .group(name), log)
    }

    /// What a plugin came to is this driver's from now on.
    func followFencing() {
        fencing.onEnd = { [weak self] peer, clients, success in self?.endFencing(of: peer, for: clients, success) }
    }

    private func endFencing(of peer: String?, for clients: [FencingDesk.Client], _ success: Bool) {
        // Whoever has asked, nobody need switch it off again.
        perform(node.fenced(success, group: nil, peer: peer, at: EventLoop.now))
        for client in clients {
            switch client {
            case .group(let name):
                guard let group = node.groups.firstIndex(where: { $0.name == name }) else { continue }
                perform(node.fenced(success, group: group, peer: peer, at: EventLoop.now))
            case .policy(let group):
                guard !success else { continue }
                tellOfFencing(
                    .fencingFailed, .error, group,
                    "the fencing of \(peer ?? "the peer") that a policy asked for has failed: see the log of director-vrrp"
                )
            }
        }
    }
}
