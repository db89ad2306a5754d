import Testing

@testable import VirtualRouting

/// Whom a master that wants to give way is relieved by, and whether it is the one who has the addresses at all.
struct SuccessorTests {
    private func another(_ name: String, run: UInt64) -> PairTests.Other {
        var other = PairTests.Other()
        other.heartbeat.sender = name
        other.heartbeat.boot = BootID(high: run, low: 1)
        return other
    }

    /// Two are masters for a moment, both told to stand by. The owner goes on, and it yields to nobody.
    @Test func whoIsOutrankedByAnotherMasterHasNothingToHandOver() throws {
        var node = try Node(links: 1)
        var (lesser, owner) = (another("lesser", run: 2), another("owner", run: 3))
        func hear(_ heartbeat: Heartbeat, at: Double) throws {
            node.actions = try node.node.receive(heartbeat, link: 0, at: node.instant(at))
        }
        node.start()
        try hear(lesser.says(.backup, priority: 45), at: 100)
        try hear(owner.says(.master, priority: 255, isWilling: false), at: 110)
        try hear(lesser.says(.master, priority: 45, isWilling: false), at: 120)
        #expect(node.role == .backup)
        // It has given up in the end.
        try hear(owner.says(.backup, priority: 255, isWilling: false), at: 1100)
        #expect(node.role == .master && node.sent == [100])
    }

    @Test func ofTwoWhoWantToGiveWayTheBetterOneIsOutranked() throws {
        var node = try Node(links: 1)
        var (lesser, better) = (another("lesser", run: 2), another("better", run: 3))
        node.start()
        for (heartbeat, at) in [
            (try lesser.says(.backup, priority: 45), 100.0),
            (try better.says(.master, priority: 200, isWilling: true), 110),
            (try lesser.says(.master, priority: 45, isWilling: false), 120),
        ] {
            node.actions = try node.node.receive(heartbeat, link: 0, at: node.instant(at))
            #expect(node.role == .backup)
        }
        node.actions = try node.node.receive(
            better.says(.master, priority: 200, isWilling: false), link: 0, at: node.instant(200))
        #expect(node.role == .master && node.sent == [201])
    }

    /// A master that has yielded says that it is none any more, perhaps before its successor's word is there.
    @Test func whoYieldedHasNotGivenUp() throws {
        for isHeard in [true, false] {
            var (node, other) = try PairTests().backup()
            if isHeard { try node.hear(priority: 160, from: "10.0.0.7", at: 5005) }
            node.actions = try node.node.receive(other.says(.backup), link: 0, at: node.instant(5010))
            node.run(until: 5100)
            #expect(node.role == (isHeard ? .backup : .master))
        }
    }

    /// The network told of a third one before, which has said since that it has yielded, too: nobody is left.
    @Test func whoHadYieldedBeforeIsNoSuccessor() throws {
        for says in [Role.backup, .master] {
            var (node, other) = try PairTests().backup()
            try node.hear(priority: 160, from: "10.0.0.7", at: 5005)
            var third = another("third", run: 3)
            var word = try third.says(says, priority: 45)
            word.groups[0].address = try address("10.0.0.7")
            node.actions = try node.node.receive(word, link: 0, at: node.instant(5008))
            node.actions = try node.node.receive(other.says(.backup), link: 0, at: node.instant(5010))
            node.run(until: 5100)
            #expect(node.role == (says == .backup ? .master : .backup))
        }
    }

    /// One that the network alone tells of would not yield.
    @Test func aMasterThatNoLinkTellsOfIsNotDisturbed() throws {
        for (heard, from, takes) in [
            (UInt8(200), "10.0.0.7", false), (100, "10.0.0.7", false), (99, "10.0.0.7", true),
            // That is the one who wants to be relieved.
            (200, "10.0.0.9", true),
        ] {
            var (node, other) = (try Node(links: 1), PairTests.Other())
            node.start()
            node.actions = try node.node.receive(other.says(.backup, priority: 45), link: 0, at: node.instant(50))
            try node.hear(priority: heard, from: from, at: 100)
            let priority: UInt8 = from == "10.0.0.9" ? heard : 45
            node.actions = try node.node.receive(
                other.says(.master, priority: priority, isWilling: false), link: 0, at: node.instant(150))
            #expect(node.role == (takes ? .master : .backup), "\(heard) of \(from)")
        }
    }
}
