import Testing

@testable import VirtualRouting

/// What a process that stood still, for long or for a moment, may believe of what it finds when it runs again.
struct WakingTests {
    /// It listens once, from the moment on that it runs: what it reads one after the other is read in one go.
    @Test func aQueueIsReadByOneWhoIsAwake() throws {
        var (node, other) = try PairTests().backup()
        for message in [try other.says(.master), try other.says(.master), other.leaves()] {
            node.actions = try node.node.receive(message, link: 0, at: node.instant(20_000))
        }
        // Two beats later nobody has objected.
        node.run(until: 20_399)
        #expect(node.role == .backup)
        node.run(until: 20_400)
        #expect(node.role == .master)
    }

    /// Where no link can confirm it a priority 0 may be an old one: another may have taken over since.
    @Test func whoSleptListensBeforeItBelievesThatTheMasterGaveUp() throws {
        for isHeard in [true, false] {
            var node = try Node()
            node.start()
            try node.hear(priority: 150, at: 1000)
            try node.hear(priority: 0, at: 30_000)
            // The skew alone would be over at 30.61 s.
            node.run(until: 31_609)
            #expect(node.role == .backup)
            if isHeard { try node.hear(priority: 120, from: "10.0.0.7", at: 31_609) }
            node.run(until: 31_610)
            #expect(node.role == (isHeard ? .backup : .master))
        }
    }

    /// One who is awake does not.
    @Test func aPriorityZeroThatIsReadInTimeCountsAtOnce() throws {
        var node = try Node()
        node.start()
        try node.hear(priority: 150, at: 1000)
        try node.hear(priority: 0, at: 2000)
        node.run(until: 2610)
        #expect(node.role == .master)
    }

    /// A timer that is late by less than would be called sleep: somebody else may have been first, and have said so.
    @Test(arguments: [0, 1]) func whatWaitsIsReadBeforeALateElection(links: Int) throws {
        for isHeard in [true, false] {
            var node = try Node(links: links)
            node.start()
            try node.hear(priority: 150, at: 1000)
            node.run(until: 4600)
            node.tick(4650)
            #expect(node.role == .backup)
            if isHeard { try node.hear(priority: 120, from: "10.0.0.7", at: 4650) }
            // Late again, and once is enough.
            node.tick(4700)
            #expect(node.role == (isHeard ? .backup : .master))
        }
    }

    @Test func aTimerThatIsPunctualElectsAtOnce() throws {
        var node = try Node()
        node.start()
        node.tick(3609.5)
        #expect(node.role == .master)
    }

    /// A trusted link falls silent after 700 ms: who sleeps for 500 has missed too much to tell.
    @Test func aShortSleepIsSleepWhereALinkIsTrusted() throws {
        var (node, _) = try PairTests().backup(until: 5000, detects: true)
        node.run(until: 6200)
        node.tick(6700)
        // An advertisement would be overdue at 6.66 s; it gets another interval and the skew.
        node.run(until: 8309)
        #expect(node.role == .backup)
        node.run(until: 8310)
        #expect(node.role == .master)
    }
}
