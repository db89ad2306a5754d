package import TimeTypes
package import VirtualServers

/// The pair as the engine knows it: what director-vrrp said last, and whether that still holds.
package struct PairSnapshot: Hashable, Sendable {
    /// Why what follows is not current; nil when it is.
    package var problem: String?
    /// When director-vrrp said anything last; nil before it did.
    package var heardAt: WallTime?
    /// Roles are `unknown` while it is not current.
    package var state: PairState
    /// Whether this director may take over from one that works; nil before it is known.
    package var readiness: PairReadiness?
    /// The kernel's sync daemons, as far as the configuration wants any.
    package var sync: [PairSync] = []

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

/// A sync daemon of the kernel.
package struct PairSync: Hashable, Sendable {
    package var daemon: SyncDaemon
    /// Since when it is known to run.
    package var since: WallTime?
    /// Somebody else's, or why the one that is wanted does not run; nil when all is well.
    package var problem: String?

    package init(daemon: SyncDaemon, since: WallTime? = nil, problem: String? = nil) {
        self.daemon = daemon
        self.since = since
        self.problem = problem
    }
}
