import Testing
import TimeTypes

@testable import VirtualRouting

/// A message of a run that is over may come after the first one of the run that followed, by a slower line.
struct LateRunTests {
    /// The first run's message was on its way while the second run began.
    private func node() throws -> (Node, PairTests.Other, late: Heartbeat) {
        var (node, other) = (try Node(links: 2), PairTests.Other())
        node.start()
        let late = try other.says(.backup, link: 1)
        other.restarts()
        node.actions = try node.node.receive(other.says(.master), link: 0, at: node.instant(100))
        return (node, other, late)
    }

    private func boot(_ node: Node) -> UInt64? { node.node.peers.peers.first?.boot?.low }

    @Test func theLivingRunComesBack() throws {
        var (node, other, late) = try node()
        _ = try node.node.receive(late, link: 1, at: node.instant(150))
        #expect(boot(node) == 1)
        // For two beats nobody can tell.
        for at in [300.0, 500] {
            let message = try other.says(.master)
            #expect(throws: HeartbeatRefusal.formerRun) {
                try node.node.receive(message, link: 0, at: node.instant(at))
            }
        }
        _ = try node.node.receive(other.says(.master), link: 0, at: node.instant(700))
        #expect(boot(node) == 2)
        // And the late one is known as what it is.
        late.sequence = 9
        #expect(throws: HeartbeatRefusal.formerRun) { try node.node.receive(late, link: 1, at: node.instant(800)) }
        node.run(until: 1600)
        #expect(node.role == .backup)
    }

    /// What was recorded and kept back does not come back once the new run has gone on speaking.
    @Test func anEndedRunStaysEnded() throws {
        var (node, other) = (try Node(links: 1), PairTests.Other())
        node.start()
        node.actions = try node.node.receive(other.says(.master), link: 0, at: node.instant(100))
        let recorded = try other.says(.master)
        other.restarts()
        for at in [200.0, 400] {
            node.actions = try node.node.receive(other.says(.backup), link: 0, at: node.instant(at))
        }
        for at in [450.0, 2000, 60_000] {
            #expect(throws: HeartbeatRefusal.formerRun) {
                try node.node.receive(recorded, link: 0, at: node.instant(at))
            }
        }
        #expect(boot(node) == 2)
    }

    /// What a run before has said counts for five beats, however often the program is started meanwhile.
    @Test func aRestartDoesNotRenewWhatHasRunOut() throws {
        var (node, other) = try PairTests().backup()
        other.restarts()
        for at in [5100.0, 5900, 6150] {
            // The third is another run's, and within five beats of the second.
            if at == 6150 { other.restarts() }
            other.heartbeat.sequence += 1
            other.heartbeat.groups = []
            node.actions = try node.node.receive(other.heartbeat, link: 0, at: node.instant(at))
            #expect((node.node.peers.peers[0].reports[0] == nil) == (at == 6150))
        }
    }

    /// Nor does one that comes while it counts.
    @Test func aRestartDoesNotRenewWhatIsInherited() throws {
        var (node, other) = try PairTests().backup()
        for at in [5100.0, 5600, 6050, 6150] {
            if at < 6050 { other.restarts() }
            other.heartbeat.sequence += 1
            other.heartbeat.groups = []
            node.actions = try node.node.receive(other.heartbeat, link: 0, at: node.instant(at))
            #expect((node.node.peers.peers[0].reports[0] == nil) == (at == 6150))
        }
    }

    /// The later run had been heard once only, and a recording of the one before was believed: it is heard again.
    @Test func theLaterRunComesBackInItsTurn() throws {
        var (node, other) = (try Node(links: 1), PairTests.Other())
        node.start()
        node.actions = try node.node.receive(other.says(.master), link: 0, at: node.instant(100))
        // Lost on its way, and recorded.
        let recorded = try other.says(.master)
        other.restarts()
        node.actions = try node.node.receive(other.says(.backup), link: 0, at: node.instant(200))
        node.actions = try node.node.receive(recorded, link: 0, at: node.instant(700))
        #expect(boot(node) == 1)
        let soon = try other.says(.backup)
        #expect(throws: HeartbeatRefusal.formerRun) {
            try node.node.receive(soon, link: 0, at: node.instant(1000))
        }
        _ = try node.node.receive(other.says(.backup), link: 0, at: node.instant(1100))
        #expect(boot(node) == 2)
        // And no recording brings the first one back once it has gone on.
        _ = try node.node.receive(other.says(.backup), link: 0, at: node.instant(1300))
        var another = recorded
        another.sequence += 1
        #expect(throws: HeartbeatRefusal.formerRun) {
            try node.node.receive(another, link: 0, at: node.instant(5000))
        }
    }

    /// Nor does it count again what was heard of the run that comes back.
    @Test func nothingIsTakenUpTwice() throws {
        var (node, seen, late) = try node()
        seen.heartbeat.sequence = 0
        let first = try seen.says(.master)
        late.isQuery = true
        _ = try node.node.receive(late, link: 1, at: node.instant(150))
        #expect(throws: HeartbeatRefusal.formerRun) { try node.node.receive(first, link: 0, at: node.instant(700)) }
    }
}
