package import NetworkTypes

/// What one run of a director is told apart by: random, new at every start.
package struct BootID: Hashable, Sendable {
    package let high: UInt64
    package let low: UInt64

    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }
}

/// What a director says to its peers on every link, several times within the dead time: that it lives, whom it hears,
/// and what it holds.
package struct Heartbeat: Hashable, Sendable {
    /// The director, unique among the peers and the same after a restart.
    package var sender: String
    package var boot: BootID
    /// The sender's number of the link that this went out on.
    package var link: UInt8
    /// Counts the sender's messages on this link from 1: what is not greater than the last one is a replay.
    package var sequence: UInt64
    /// How often the sender sends.
    package var interval: Duration
    /// The sender wants an answer at once: it has just started.
    package var isQuery = false
    /// The sender's last words: it holds nothing any more and goes.
    package var isLeaving = false
    /// The runs that the sender hears. A receiver takes up what a run says when it finds its own in this list: nothing
    /// that was recorded before it started has that.
    package var hears: [BootID] = []
    package var groups: [GroupReport] = []
    /// What the sender knows of operators' orders, in short; nil from a release that does not tell.
    package var orderDigest: UInt64?
    /// Some of them, for a peer that knows others.
    package var orders: [SharedOrder] = []
    /// Counts what the sender has told, on whichever link: what is older says nothing new. 0 from a release without it.
    package var moment: UInt64 = 0

    package init(sender: String, boot: BootID, link: UInt8, sequence: UInt64, interval: Duration) {
        self.sender = sender
        self.boot = boot
        self.link = link
        self.sequence = sequence
        self.interval = interval
    }

    enum Limit {
        static let name = 64
        static let heard = 16
        /// With its tag a message fits into one packet of any link.
        static let message = 1400
        /// What the orders of one message may take up: a slow serial line has to carry it several times a second.
        static let orders = 240
    }
}

/// What a director says of one of its groups.
package struct GroupReport: Hashable, Sendable {
    package var name: String
    package var role: Role
    /// As it is advertised, or would be.
    package var priority: UInt8
    /// Nobody better is needed: neither the operator nor the tracking wants this director to give way.
    package var isWilling: Bool
    /// Table, checks and connections are there.
    package var isReady: Bool
    /// A backup that hears a master.
    package var hearsMaster: Bool
    /// It wanted the master switched off, and its plugin failed.
    package var hasFailedToFence: Bool
    /// The primary address of the group's first router.
    package var address: IPAddress
    package var reach: Reach?

    package init(
        name: String, role: Role, priority: UInt8, isWilling: Bool = true, isReady: Bool = true,
        hearsMaster: Bool = false, hasFailedToFence: Bool = false, address: IPAddress, reach: Reach? = nil
    ) {
        self.name = name
        self.role = role
        self.priority = priority
        self.isWilling = isWilling
        self.isReady = isReady
        self.hearsMaster = hearsMaster
        self.hasFailedToFence = hasFailedToFence
        self.address = address
        self.reach = reach
    }

    /// It would have the addresses at once if the master went.
    var canTakeOver: Bool { role == .backup && isReady && isWilling }
}

/// The state of a group (RFC 9568 section 6.4), and what tracking may make of it.
package enum Role: UInt8, Hashable, Sendable, CaseIterable {
    case initialize = 0
    case backup = 1
    case master = 2
    /// Something without which it could not serve is broken: it holds nothing and elects nobody.
    case fault = 3
}

/// How well placed a director is: greater serves better.
package struct Reach: Hashable, Comparable, Sendable {
    /// It reaches at least one real server.
    package var servesAnybody: Bool
    /// How many of the `track = ping` targets answer it.
    package var targets: UInt16

    package init(servesAnybody: Bool, targets: UInt16) {
        self.servesAnybody = servesAnybody
        self.targets = targets
    }

    package static func < (left: Self, right: Self) -> Bool {
        left.servesAnybody != right.servesAnybody ? right.servesAnybody : left.targets < right.targets
    }
}
