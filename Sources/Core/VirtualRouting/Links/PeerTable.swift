internal import TimeTypes

/// Everybody who is heard on the links, and what follows from their words and their silence.
package struct PeerTable: Sendable {
    package let name: String
    package let boot: BootID
    /// Whether the silence of a link is taken for the peer's death early (`detect = yes`), by our number of the link.
    package let detects: [Bool]
    package internal(set) var peers: [Peer] = []
    package private(set) var refusals: [HeartbeatRefusal: UInt64] = [:]
    /// The one host that the device controls was fenced before any peer was heard.
    var isUnknownFenced = false
    /// The links on which anybody was heard since we started.
    package private(set) var answered: [Bool]
    private let groups: [String: Int]

    static let mostPeers = 15

    package init(name: String, boot: BootID, detects: [Bool], groups: [String]) {
        self.name = name
        self.boot = boot
        self.detects = detects
        answered = detects.map { _ in false }
        self.groups = Dictionary(
            groups.enumerated().map { ($0.element, $0.offset) }, uniquingKeysWith: { first, _ in first })
    }

    package var hasLinks: Bool { !detects.isEmpty }
    package var allLinksAnswered: Bool { answered.allSatisfy { $0 } }
    /// The runs that our messages name.
    var heardBoots: [BootID] { Array(peers.flatMap(\.heardBoots).prefix(Heartbeat.Limit.heard)) }

    /// What a message that was taken up changed.
    struct Reception {
        var peer: Int
        /// Groups of which the sender said that it is the master, and says now that it is not.
        var ceased: [Int] = []
        /// Groups of which the sender is the master, and wants to be relieved since this message.
        var offered: [Int] = []
        /// Groups that it has not spoken of for so long that what an earlier run said does not count any more.
        var forgotten: [Int] = []
        /// Groups that it spoke of.
        var told: [Int] = []
    }

    mutating func receive(
        _ heartbeat: Heartbeat, on link: Int, at now: MonotonicInstant
    ) throws(HeartbeatRefusal) -> Reception {
        do throws(HeartbeatRefusal) {
            return try take(heartbeat, on: link, at: now)
        } catch {
            count(error)
            throw error
        }
    }

    package mutating func count(_ refusal: HeartbeatRefusal) { refusals[refusal, default: 0] &+= 1 }

    private mutating func take(
        _ heartbeat: Heartbeat, on link: Int, at now: MonotonicInstant
    ) throws(HeartbeatRefusal) -> Reception {
        guard heartbeat.boot != boot else { throw .ownMessage }
        guard heartbeat.sender != name else { throw .sameName }
        guard detects.indices.contains(link) else { throw .otherLink }
        let index: Int
        if let known = peers.firstIndex(where: { $0.name == heartbeat.sender }) {
            index = known
        } else {
            guard peers.count < Self.mostPeers else { throw .tooManyPeers }
            index = peers.count
            peers.append(Peer(name: heartbeat.sender, links: detects.count, groups: groups.count))
        }
        let before = peers[index].reports
        let isNews = try peers[index].receive(heartbeat, on: link, own: boot, at: now)
        answered[link] = true
        var reception = Reception(peer: index)
        guard isNews else { return reception }
        if heartbeat.isLeaving { peers[index].forgetReports() }
        for report in heartbeat.groups {
            guard let group = groups[report.name] else { continue }
            peers[index].take(report, forGroup: group)
            reception.told.append(group)
        }
        // One message has a part of the groups: only what it names, or that everything goes, ends a mastership.
        let spokenOf = heartbeat.isLeaving ? Array(before.indices) : reception.told
        reception.ceased = spokenOf.filter {
            before[$0]?.role == .master && peers[index].reports[$0]?.role != .master
        }
        reception.offered = reception.told.filter { group in
            guard let old = before[group], let new = peers[index].reports[group] else { return false }
            return old.role == .master && new.role == .master && old.isWilling && !new.isWilling
        }
        reception.forgotten = before.indices.filter {
            before[$0] != nil && peers[index].reports[$0] == nil && !heartbeat.isLeaving
        }
        return reception
    }

    /// Until when a peer is taken for alive, going by what was heard: the dead time after its last message on any link.
    /// Where a link is trusted as a detector and was heard until the end, three missing messages are enough.
    func deadline(of peer: Peer, deadTime: Duration) -> MonotonicInstant? {
        guard let last = peer.lastHeard else { return nil }
        return detectedEnd(of: peer, deadTime: deadTime) ?? last + deadTime
    }

    /// The same by the word of a trusted link alone; nil where none was heard until the end.
    func detectedEnd(of peer: Peer, deadTime: Duration) -> MonotonicInstant? {
        guard let last = peer.lastHeard else { return nil }
        let isDetected = zip(detects, peer.links).contains { detects, reception in
            guard detects, let heard = reception.lastHeard else { return false }
            return last - heard < peer.interval * 2
        }
        return isDetected ? last + min(deadTime, peer.interval * 3 + peer.interval / 2) : nil
    }

    func isAlive(_ peer: Peer, deadTime: Duration, at now: MonotonicInstant) -> Bool {
        guard !peer.hasLeft, let deadline = deadline(of: peer, deadTime: deadTime) else { return false }
        return now < deadline
    }

    /// The living peers' words about a group.
    func reports(onGroup group: Int, deadTime: Duration, at now: MonotonicInstant) -> [(
        peer: Peer, report: GroupReport
    )] {
        peers.compactMap { peer in
            guard let report = peer.reports[group], isAlive(peer, deadTime: deadTime, at: now) else { return nil }
            return (peer, report)
        }
    }
}
