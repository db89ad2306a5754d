package import TimeTypes

/// The pair as the engine knows it: what director-vrrp said last, and whether that still holds.
package struct PairSnapshot: Hashable, Sendable {
    /// Why what follows is not current; nil when it is.
    package var problem: String?
    /// When director-vrrp said anything last; nil before it did.
    package var heardAt: WallTime?
    /// Roles are `unknown` while it is not current.
    package var state: PairState

    package init(problem: String?, heardAt: WallTime?, state: PairState) {
        self.problem = problem
        self.heardAt = heardAt
        self.state = state
        guard let problem else { return }
        for index in self.state.routers.indices { self.state.routers[index].forget(problem) }
        // Nobody knows how the peers and the links are.
        self.state.peers = []
        for index in self.state.links.indices { self.state.links[index].peers = [] }
    }

    package var isCurrent: Bool { problem == nil }
}

extension PairRouter {
    /// Nobody tells what it is now. What it was is said, and not as if it still were so.
    fileprivate mutating func forget(_ problem: String) {
        if role != .unknown {
            let before = role == .stopped ? "" : ", it was \(role.rawValue) before"
            reason = "\(problem)\(before)"
        }
        role = .unknown
        master = nil
        isReady = false
    }
}
