internal import TimeTypes

/// Tells the operator of peers and links that come and go. It decides nothing.
struct PeerWatch: Sendable {
    private var boots: [BootID?] = []
    private var isUp: [[Bool]] = []
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
                if up || !peer.hasLeft { output.report(.link(index: link, peer: peer.name, isUp: up)) }
            }
            if wasUp, !isUp[index].contains(true), !peer.hasLeft { output.report(.peer(name: peer.name, .vanished)) }
        }
    }

    private mutating func grow(_ peers: PeerTable) {
        while boots.count < peers.peers.count {
            boots.append(nil)
            hasLeft.append(false)
            isUp.append(peers.detects.map { _ in false })
        }
    }
}
