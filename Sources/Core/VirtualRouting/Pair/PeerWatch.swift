internal import TimeTypes

/// Tells the operator of peers and links that come and go. It decides nothing.
struct PeerWatch: Sendable {
    private struct Known {
        var boot: BootID?
        var hasLeft = false
        /// Heard a moment ago, on whichever link.
        var isThere = false
        /// By our number of the link.
        var links: [Link]
    }

    private struct Link {
        var isUp = false
        var loss = LossWatch()
    }

    /// By the peers' places.
    private var known: [Known] = []

    init() {}

    /// Goes on with what was told before: what is not heard any more has to be told as gone. `links` has for each of
    /// ours the one there, where there is one.
    init(after old: PeerWatch, links: [Int?]) {
        known = old.known.map { former in
            var one = former
            one.links = links.map { $0.map { former.links[$0] } ?? Link() }
            return one
        }
    }

    /// A message of this peer was taken up.
    mutating func hear(_ peers: PeerTable, _ index: Int, _ now: MonotonicInstant, _ output: inout FailoverOutput) {
        grow(peers)
        let peer = peers.peers[index]
        let before = known[index]
        known[index].boot = peer.boot
        known[index].hasLeft = peer.hasLeft
        known[index].isThere = !peer.hasLeft
        // One thing once: who had left is back, whether in the same run or in another.
        if peer.hasLeft != before.hasLeft {
            output.report(.peer(name: peer.name, peer.hasLeft ? .left : .appeared))
        } else if before.boot != peer.boot {
            output.report(.peer(name: peer.name, before.boot == nil ? .appeared : .restarted))
        } else if !before.isThere, !peer.hasLeft {
            output.report(.peer(name: peer.name, .appeared))
        }
        look(at: peers, now, &output)
    }

    /// A link is down when nothing came over it for four of the peer's intervals, a peer has vanished when nothing
    /// came at all. Links to a peer that has left are not up, and that is no news.
    mutating func look(at peers: PeerTable, _ now: MonotonicInstant, _ output: inout FailoverOutput) {
        grow(peers)
        for (index, peer) in peers.peers.enumerated() {
            func isRecent(_ heard: MonotonicInstant?) -> Bool { heard.map { now - $0 < peer.interval * 4 } ?? false }
            for link in peer.links.indices {
                let up = isRecent(peer.links[link].lastHeard) && !peer.hasLeft
                guard up != known[index].links[link].isUp else { continue }
                known[index].links[link].isUp = up
                known[index].links[link].loss.note(isUp: up, peer.links[link])
                if up || !peer.hasLeft { output.report(.link(index: link, peer: peer.name, isUp: up)) }
            }
            reportLosses(of: peer, index, &output)
            let isThere = isRecent(peer.lastHeard) && !peer.hasLeft
            if known[index].isThere, !isThere, !peer.hasLeft { output.report(.peer(name: peer.name, .vanished)) }
            known[index].isThere = isThere
        }
    }

    private mutating func reportLosses(of peer: Peer, _ index: Int, _ output: inout FailoverOutput) {
        for link in peer.links.indices where known[index].links[link].isUp {
            guard let (lost, all) = known[index].links[link].loss.news(peer.links[link]) else { continue }
            output.report(.loss(index: link, peer: peer.name, lost: lost, of: all))
        }
    }

    private mutating func grow(_ peers: PeerTable) {
        while known.count < peers.peers.count { known.append(Known(links: peers.detects.map { _ in Link() })) }
    }
}

/// How much of what a peer sends over a link arrives, a hundred messages at a time. One that is lost now and then is
/// what links are made for; Linux-HA warns of each.
private struct LossWatch: Sendable {
    static let messages: UInt64 = 100
    static let many: UInt64 = 5
    static let few: UInt64 = 1

    private var received: UInt64 = 0
    private var lost: UInt64 = 0
    private var lostBeforeDown: UInt64 = 0
    private var isLossy = false

    /// What is missing of a time when the link was down has been told by that. The count goes on: a link that loses
    /// much is down for a moment again and again, and would never come to a hundred messages.
    mutating func note(isUp: Bool, _ reception: LinkReception) {
        guard isUp else { return lostBeforeDown = reception.lost }
        lost += reception.lost - min(lostBeforeDown, reception.lost)
    }

    private mutating func begin(at reception: LinkReception) {
        (received, lost) = (reception.received, reception.lost)
    }

    /// What there is to tell: it loses so many of so many, or none any more.
    mutating func news(_ reception: LinkReception) -> (lost: UInt64, all: UInt64)? {
        let missing = reception.lost - lost
        let all = reception.received - received + missing
        guard all >= Self.messages else { return nil }
        begin(at: reception)
        guard isLossy ? missing <= Self.few : missing >= Self.many else { return nil }
        isLossy.toggle()
        return (isLossy ? missing : 0, all)
    }
}
