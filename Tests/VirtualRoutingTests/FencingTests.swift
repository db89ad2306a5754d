import NetworkTypes
import Testing
import TimeTypes

@testable import VirtualRouting

/// Who is switched off before the addresses are taken, when there are several who might have them.
struct FencingTests {
    /// A peer's messages on the link, beside those of others.
    struct Peer {
        var heartbeat: Heartbeat

        init(_ name: String, run: UInt64) {
            heartbeat = Heartbeat(
                sender: name, boot: BootID(high: run, low: 1), link: 0, sequence: 0, interval: .milliseconds(200))
            heartbeat.hears = [BootID(high: 1, low: 1)]
        }

        mutating func says(_ role: Role, to node: inout Node, at: Double) throws {
            heartbeat.sequence += 1
            heartbeat.groups = [
                GroupReport(name: "web", role: role, priority: 150, address: try address("10.0.0.9"))
            ]
            node.actions = try node.node.receive(heartbeat, link: 0, at: node.instant(at))
        }

        mutating func leaves(_ node: inout Node, at: Double) throws {
            heartbeat.sequence += 1
            heartbeat.isLeaving = true
            heartbeat.groups = []
            node.actions = try node.node.receive(heartbeat, link: 0, at: node.instant(at))
        }
    }

    /// Both were heard until 3 s, the master by VRRP, too.
    private func both() throws -> (node: Node, master: Peer, backup: Peer) {
        var node = try Node(links: 1, fencing: true)
        var (master, backup) = (Peer("one", run: 2), Peer("two", run: 3))
        node.start()
        for instant in stride(from: 100.0, through: 3000, by: 100) {
            node.run(until: instant)
            if instant.truncatingRemainder(dividingBy: 1000) == 0 { try node.hear(priority: 150, at: instant) }
            try backup.says(.backup, to: &node, at: instant)
            try master.says(.master, to: &node, at: instant)
        }
        return (node, master, backup)
    }

    /// That its priority is lower is no reason to switch it off, nor to take the addresses that it may hold on.
    @Test func aLesserMasterThatVRRPAloneHearsIsLeftAlone() throws {
        var node = try Node(priority: 200, links: 1, fencing: true)
        node.start()
        for instant in stride(from: 1000.0, through: 20_000, by: 1000) {
            node.run(until: instant)
            #expect(node.steps.isEmpty)
            try node.hear(priority: 150, at: instant)
        }
        #expect(node.role == .backup)
        // Silent at last: three intervals and the skew.
        node.run(until: 23_218)
        #expect(node.steps.isEmpty)
        node.run(until: 23_219)
        #expect(node.steps == ["fence unknown"])
    }

    /// It had slept as master and had not said yet whether it still is: it may be.
    @Test func whoFellSilentWithoutAWordOfTheGroupIsFenced() throws {
        for hasLeft in [true, false] {
            var (node, peer) = (try Node(links: 1, fencing: true), Peer("one", run: 2))
            node.start()
            peer.heartbeat.sequence = 1
            node.actions = try node.node.receive(peer.heartbeat, link: 0, at: node.instant(100))
            if hasLeft { try peer.leaves(&node, at: 200) }
            node.run(until: 10_000)
            #expect(node.role == (hasLeft ? .master : .backup))
            #expect(node.steps.contains("fence one") == !hasLeft)
        }
    }

    /// It was switched off, has come back, and its link is broken still.
    @Test(arguments: [true, false])
    func whoIsMasterAgainWasNotFencedForEver(isKnown: Bool) throws {
        var (node, peer) = (try Node(links: 1, fencing: true), Peer("one", run: 2))
        node.start()
        if isKnown { try peer.says(.master, to: &node, at: 100) }
        let name = isKnown ? "one" : nil
        node.run(until: 10_000)
        #expect(node.steps == ["fence \(name ?? "unknown")"])
        node.actions = node.node.fenced(true, group: nil, peer: name, at: node.instant(10_000))
        node.actions = node.node.fenced(true, group: 0, peer: name, at: node.instant(10_000))
        #expect(node.role == .master)
        try node.hear(priority: 150, at: 15_000)
        #expect(node.role == .backup)
        node.run(until: 30_000)
        #expect(node.role == .backup && node.steps == ["fence \(name ?? "unknown")"])
    }

    @Test func oneFencingCountsForOnePeer() throws {
        var (node, _, _) = try both()
        node.run(until: 10_000)
        #expect(node.steps == ["fence one"])
        node.actions = node.node.fenced(true, group: 0, peer: "one", at: node.instant(10_000))
        // The other may have become master unheard.
        #expect(node.role == .backup && node.steps == ["fence two"])
        node.run(until: 11_000)
        node.actions = node.node.fenced(true, group: 0, peer: "two", at: node.instant(11_000))
        #expect(node.role == .master && node.events.contains(.role(group: "web", .master, .fenced)))
    }

    @Test func theUnknownPeerIsFencedOnce() throws {
        var node = try Node(links: 1, fencing: true)
        node.start()
        node.run(until: 10_000)
        #expect(node.role == .backup && node.steps == ["fence unknown"])
        node.actions = node.node.fenced(true, group: 0, peer: nil, at: node.instant(10_000))
        #expect(node.role == .master && node.steps == ["advertise 100", "acquire", "announce takeover"])
    }

    @Test func thePeerThatIsMeantIsTheSilentOne() throws {
        var (node, master, backup) = try both()
        func target(_ at: Double) -> PeerTable.FencingTarget {
            node.node.peers.fencingTarget(deadTime: .seconds(1), at: node.instant(at))
        }
        #expect(target(3100) == .ambiguous(["two", "one"]), "nobody is silent")
        try master.says(.master, to: &node, at: 4500)
        #expect(target(4600) == .peer("two"))
        #expect(target(9000) == .ambiguous(["two", "one"]), "both are silent")
        try backup.leaves(&node, at: 9000)
        #expect(target(9100) == .peer("one"), "who has left is not meant")
        let alone = try Node(links: 1).node.peers
        #expect(alone.fencingTarget(deadTime: .seconds(1), at: node.instant(0)) == .unknown)
        var (pair, other) = (try Node(links: 1), Peer("other", run: 2))
        pair.start()
        try other.says(.backup, to: &pair, at: 10)
        #expect(pair.node.peers.fencingTarget(deadTime: .seconds(1), at: pair.instant(20)) == .peer("other"))
    }

    // MARK: Across other settings

    private func successor(of node: inout Node, at: Double) throws {
        var next = try Node(links: 2, fencing: true)
        _ = node.node.leave(to: next.node, at: node.instant(at))
        next.actions = next.node.succeed(node.node, at: node.instant(at))
        node = next
    }

    @Test func aReloadDoesNotForgetWhomToFence() throws {
        var (node, _, _) = try both()
        node.run(until: 10_000)
        node.actions = node.node.fenced(false, group: 0, peer: "one", at: node.instant(10_000))
        try successor(of: &node, at: 10_000)
        node.run(until: 11_100)
        #expect(node.steps == ["fence one"], "not an unknown one")
        // The plugin runs, and answers to whoever is there then.
        try successor(of: &node, at: 11_150)
        node.run(until: 12_200)
        #expect(node.steps == [] && node.events == [])
        node.actions = node.node.fenced(true, group: 0, peer: "one", at: node.instant(12_200))
        #expect(node.steps == ["fence two"])
        // Who was fenced before is not fenced again.
        node.actions = node.node.fenced(false, group: 0, peer: "two", at: node.instant(12_250))
        try successor(of: &node, at: 12_300)
        node.run(until: 20_000)
        #expect(node.steps == ["fence two"])
    }

    @Test func whoLeftBeforeAReloadNeedsNoFencingAfterIt() throws {
        var (node, master, backup) = try both()
        try master.leaves(&node, at: 3010)
        try backup.leaves(&node, at: 3020)
        try successor(of: &node, at: 3025)
        node.run(until: 20_000)
        #expect(node.role == .master && !node.steps.contains { $0.hasPrefix("fence") })
    }

    @Test func theSameRunOfAPeerIsTakenUpAgain() throws {
        var (node, master, _) = try both()
        try successor(of: &node, at: 3010)
        #expect(node.heartbeats.first?.hears.contains(master.heartbeat.boot) == true, "it need not be introduced")
        try master.says(.master, to: &node, at: 3100)
        node.run(until: 3900)
        #expect(node.role == .backup && node.node.peers.peers.count == 2)
    }
}
