package import TimeTypes
package import VirtualRouting

/// What director-vrrp knows at one moment: its virtual routers, its peers and the links to them.
package struct PairState: Hashable, Sendable {
    package var pid: Int64
    package var startedAt: WallTime
    /// This director's name among its peers.
    package var name: String
    /// Which version of the file it has read, in short; nil from a release that does not tell.
    package var fileDigest: String?
    package var routers: [PairRouter]
    package var peers: [PairPeer] = []
    package var links: [PairLink] = []
    package var counters = PairCounters()
    /// How late the timers of director-vrrp fired.
    package var lateness = LatenessHistogram()

    package init(pid: Int64, startedAt: WallTime, name: String, routers: [PairRouter]) {
        self.pid = pid
        self.startedAt = startedAt
        self.name = name
        self.routers = routers
    }
}

/// What a virtual router is: RFC 9568 section 6.4, in the words of this system.
package enum PairRole: String, Hashable, Sendable, CaseIterable {
    /// Initialize: it takes no part.
    case stopped
    case backup
    case master
    /// Something without which it could not serve is broken.
    case fault
    /// director-vrrp does not tell: whatever it was told before may not be true any more.
    case unknown

    package init(_ role: Role) {
        self =
            switch role {
            case .initialize: .stopped
            case .backup: .backup
            case .master: .master
            case .fault: .fault
            }
    }
}

/// Virtual routers that move as one: a `vrrp` section, or a group of them.
package struct PairRouter: Hashable, Sendable {
    package var name: String
    package var role: PairRole
    package var since: WallTime
    /// Why it took the role.
    package var reason: String
    /// As it is advertised, or would be: moved by tracking and by `director takeover`.
    package var priority: UInt8
    /// `director standby` is in force.
    package var isStandby = false
    /// It may preempt and relieve others.
    package var isReady = true
    /// The master that a backup hears; nil when it hears none, or is master itself.
    package var master: String?
    /// How often it took each role since director-vrrp started.
    package var transitions = PairTransitions()
    /// What it consists of, by the configuration.
    package var members: [PairMember] = []

    package init(name: String, role: PairRole, since: WallTime, reason: String, priority: UInt8) {
        self.name = name
        self.role = role
        self.since = since
        self.reason = reason
        self.priority = priority
    }
}

package struct PairTransitions: Hashable, Sendable {
    package var master: UInt64 = 0
    package var backup: UInt64 = 0
    package var fault: UInt64 = 0

    package init() {}
}

/// One id of one family on one interface.
package struct PairMember: Hashable, Sendable {
    package var interface: String
    package var id: UInt8
    /// 2 or 3.
    package var version: UInt8
    package var interval: Duration
    /// As `ip addr` shows them.
    package var addresses: [String]

    package init(interface: String, id: UInt8, version: UInt8, interval: Duration, addresses: [String]) {
        self.interface = interface
        self.id = id
        self.version = version
        self.interval = interval
        self.addresses = addresses
    }
}

/// Another director, as far as it was heard on the links.
package struct PairPeer: Hashable, Sendable {
    package enum State: String, Hashable, Sendable {
        case up
        /// It said that it goes.
        case left
        /// It was heard, and is not heard any more.
        case silent
    }

    package var name: String
    package var state: State
    package var since: WallTime
    package var heardAt: WallTime?
    /// What it said last of the routers that both have.
    package var routers: [Report] = []

    package struct Report: Hashable, Sendable {
        package var name: String
        package var role: PairRole
        package var priority: UInt8
        package var isReady: Bool

        package init(name: String, role: PairRole, priority: UInt8, isReady: Bool) {
            self.name = name
            self.role = role
            self.priority = priority
            self.isReady = isReady
        }
    }

    package init(name: String, state: State, since: WallTime) {
        self.name = name
        self.state = state
        self.since = since
    }
}

/// A `link =` line and what came over it.
package struct PairLink: Hashable, Sendable {
    /// As in the configuration: `udp 10.9.0.2:694 via eth1`.
    package var medium: String
    package var detects: Bool
    /// For each peer that was ever heard on it.
    package var peers: [Reception] = []

    package struct Reception: Hashable, Sendable {
        package var peer: String
        package var isUp: Bool
        package var since: WallTime
        package var heardAt: WallTime?
        package var received: UInt64
        /// Messages missing between those that were received.
        package var lost: UInt64

        package init(
            peer: String, isUp: Bool, since: WallTime, heardAt: WallTime?, received: UInt64, lost: UInt64
        ) {
            self.peer = peer
            self.isUp = isUp
            self.since = since
            self.heardAt = heardAt
            self.received = received
            self.lost = lost
        }
    }

    package init(medium: String, detects: Bool) {
        self.medium = medium
        self.detects = detects
    }

    /// Somebody is heard on it.
    package var isUp: Bool { peers.contains(where: \.isUp) }
    package var heardAt: WallTime? { peers.compactMap(\.heardAt).max() }
    package var received: UInt64 { peers.reduce(0) { $0 &+ $1.received } }
    package var lost: UInt64 { peers.reduce(0) { $0 &+ $1.lost } }
}

/// Counted since director-vrrp started.
package struct PairCounters: Hashable, Sendable {
    package struct Refusal: Hashable, Sendable {
        package var reason: String
        package var count: UInt64

        package init(reason: String, count: UInt64) {
            self.reason = reason
            self.count = count
        }
    }

    /// Advertisements.
    package var sent: UInt64 = 0
    package var received: UInt64 = 0
    /// By reason, those that occurred.
    package var refused: [Refusal] = []
    /// Messages of links, by reason.
    package var linkRefused: [Refusal] = []

    package init() {}
}
