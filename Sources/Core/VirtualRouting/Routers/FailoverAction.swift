/// What is to be done after an event, in this order. Groups, routers and links are named by their index.
package enum FailoverAction: Hashable, Sendable {
    /// Send it from the router's primary address to its multicast group or its unicast peers.
    case advertise(group: Int, router: Int, Advertisement)
    /// Put the virtual addresses of the group on their interfaces.
    case acquire(group: Int)
    /// Take them away.
    case release(group: Int)
    /// Tell the neighbours where the addresses are: gratuitous ARP, unsolicited neighbour advertisements.
    case announce(group: Int, Announcement)
    case send(link: Int, Heartbeat)
    /// Have this peer fenced, nil for one that was never heard, and answer with `fenced`.
    case fence(group: Int, peer: String?)
    case report(FailoverEvent)
    /// A peer told of orders of operators that were not known here.
    case ordered([SharedOrder])
}

package enum Announcement: Hashable, Sendable {
    case takeover
    /// Some time later, for those who missed the first.
    case repeated
    /// Another director claimed the addresses: caches may point to it.
    case conflict
}

/// What the operator is told.
package enum FailoverEvent: Hashable, Sendable {
    case role(group: String, Role, Reason)
    /// Somebody else claimed to be master while we are.
    case conflict(group: String, claimant: String, priority: UInt8)
    /// No advertisement is heard any more, but a link says that the master lives.
    case heldByLink(group: String, peer: String)
    case fencing(group: String, peer: String?)
    case fencingFailed(group: String)
    /// An order of the operator could not be carried out.
    case refused(group: String, why: String)
    case peer(name: String, PeerChange)
    case link(index: Int, peer: String, isUp: Bool)
    /// A link that is up loses so many of so many messages; none: no more.
    case loss(index: Int, peer: String, lost: UInt64, of: UInt64)
    /// Something that is tracked broke, or works again.
    case tracked(item: String, works: Bool, why: String)
    /// Virtual addresses that we hold had been taken away by somebody else; they are back.
    case restored(group: String, count: Int)
    /// A link's socket or line, the watchdog or the way of the advertisements is in use, or cannot be.
    case device(name: String, isUsable: Bool, why: String)

    package enum PeerChange: String, Hashable, Sendable {
        case appeared, restarted, left, vanished
    }

    /// Why a role was taken.
    package enum Reason: Hashable, Sendable {
        case started
        case stopped
        /// The owner of the addresses takes them when it starts.
        case owner
        /// The process was restarted before anybody could miss it.
        case resumed
        case masterSilent
        case masterGaveUp
        case preempting
        case fenced
        /// The master asked for it.
        case handOver(from: String)
        case operatorTakeover
        case operatorStandby
        /// A better master is there.
        case outranked(by: String, priority: UInt8)
        /// The peer is better placed.
        case outreached
        case tracking
        case recovered
    }
}

/// What the events of one call lead to.
struct FailoverOutput {
    var actions: [FailoverAction] = []
    /// The peers are to be told at once.
    var tellsPeers = false

    mutating func report(_ event: FailoverEvent) { actions.append(.report(event)) }
}
