internal import TimeTypes

/// Tells the operator of peers and links that come and go. It decides nothing.
struct PeerWatch: Sendable {
    private var boots: [BootID?] = []
    private var isUp: [[Bool]] = []
    private var losses: [[LossWatch]] = []
    private var hasLeft: [Bool] = []

    /// A message of this peer was taken up.
    mutating func hear(_ peers: PeerTable, _ index: Int, _ now: MonotonicInstant, _ output: inout FailoverOutput) {
        grow(peers)
        let peer = peers.peers[index]
        let known = boots[index]
        boots[index] = peer.boot
        // One thing once: who had left is back, whether in the same run or in another.
        if peer.hasLeft != hasLeft[index] {
            hasLeft[index] = peer.hasLeft
            output.report(.peer(name: peer.name, peer.hasLeft ? .left : .appeared))
        } else if known != peer.boot {
            output.report(.peer(name: peer.name, known == nil ? .appeared : .restarted))
        }
        look(at: peers, now, &output)
    }

    /// A link is down when nothing came over it for four of the peer's intervals. Those to a peer that has left are not
    /// up, and that is no news.
    mutating func look(at peers: PeerTable, _ now: MonotonicInstant, _ output: inout FailoverOutput) {
        grow(peers)
        for (index, peer) in peers.peers.enumerated() {
            let wasUp = isUp[index].contains(true)
            for link in peer.links.indices {
                let isHeard = peer.links[link].lastHeard.map { now - $0 < peer.interval * 4 } ?? false
                let up = isHeard && !peer.hasLeft
                guard up != isUp[index][link] else { continue }
                isUp[index][link] = up
                // What is missing since it was down has been told.
                losses[index][link].begin(at: peer.links[link])
                if up || !peer.hasLeft { output.report(.link(index: link, peer: peer.name, isUp: up)) }
            }
            reportLosses(of: peer, index, &output)
            if wasUp, !isUp[index].contains(true), !peer.hasLeft { output.report(.peer(name: peer.name, .vanished)) }
        }
    }

    private mutating func reportLosses(of peer: Peer, _ index: Int, _ output: inout FailoverOutput) {
        for link in peer.links.indices where isUp[index][link] {
            guard let (lost, all) = losses[index][link].news(peer.links[link]) else { continue }
            output.report(.loss(index: link, peer: peer.name, lost: lost, of: all))
        }
    }

    private mutating func grow(_ peers: PeerTable) {
        while boots.count < peers.peers.count {
            boots.append(nil)
            hasLeft.append(false)
            isUp.append(peers.detects.map { _ in false })
            losses.append(peers.detects.map { _ in LossWatch() })
        }
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
    private var isLossy = false

    mutating func begin(at reception: LinkReception) { (received, lost) = (reception.received, reception.lost) }

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
