package import NetworkTypes

/// What one virtual router is configured to be: one id of one family on one interface.
package struct RouterSettings: Hashable, Sendable {
    package var interface: String
    /// VRID, 1 to 255.
    package var routerID: UInt8
    package var version: Advertisement.Version
    /// 1 to 254, or 255 for the owner of the addresses.
    package var priority: UInt8
    /// The advertisement interval that we send as master, and assume of the master until it was heard.
    package var interval: Duration
    /// The virtual addresses that are advertised, all of one family, at least one.
    package var addresses: [IPAddress]
    package var authentication: Advertisement.Authentication = .none
    package var checksum: Advertisement.ChecksumForm = .standard
    /// Where advertisements go instead of the multicast group.
    package var unicastPeers: [IPAddress] = []
    /// Refuse advertisements whose addresses differ from ours.
    package var strictAddresses = false

    package init(
        interface: String, routerID: UInt8, version: Advertisement.Version = .v3, priority: UInt8 = 100,
        interval: Duration = .seconds(1), addresses: [IPAddress]
    ) {
        self.interface = interface
        self.routerID = routerID
        self.version = version
        self.priority = priority
        self.interval = interval
        self.addresses = addresses
    }

    package var family: IPAddress.Family { addresses.first?.family ?? .ipv4 }

    /// What makes it one router and no other: where this is the same, nobody on the network sees a new one.
    struct Identity: Hashable, Sendable {
        var interface: String
        var routerID: UInt8
        var family: IPAddress.Family
    }

    var identity: Identity { Identity(interface: interface, routerID: routerID, family: family) }

    /// The owner is always the master while it works.
    package var isOwner: Bool { priority == 255 }

    /// What a packet for this router must fit.
    package var expectation: Advertisement.Expectation {
        Advertisement.Expectation(
            version: version, interval: interval, checksum: checksum, authentication: authentication,
            addresses: strictAddresses ? Set(addresses) : nil, requiresHopLimit: unicastPeers.isEmpty)
    }
}

/// Whether a router of higher priority takes the addresses from a master that works (RFC 9568: Preempt_Mode).
package enum Preemption: Hashable, Sendable {
    case always
    case never
    /// Only after it could have done so for this long.
    case delayed(Duration)
}

/// Virtual routers that move as one: both families of a block, or several interfaces.
package struct GroupSettings: Hashable, Sendable {
    package var name: String
    /// At least one. The first decides ties, so the order must be the same on both sides.
    package var routers: [RouterSettings]
    package var preemption: Preemption = .always
    /// Silence of every link after which a peer is taken for dead.
    package var deadTime: Duration = .seconds(1)
    /// A master that vanished from all links is fenced before its addresses are taken.
    package var fencing = false
    /// How long another director must have had the better reach before we give way to it.
    package var reachSettling: Duration = .seconds(3)
    /// Announcements are repeated this long after a takeover.
    package var announcementDelay: Duration = .seconds(5)

    package init(name: String, routers: [RouterSettings]) {
        self.name = name
        self.routers = routers
    }

    /// The shortest advertisement interval among its routers.
    package var interval: Duration { routers.map(\.interval).min() ?? .seconds(1) }
}
