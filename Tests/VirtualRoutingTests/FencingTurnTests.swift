import NetworkTypes
import Testing
import TimeTypes

@testable import VirtualRouting

/// Of three directors one is lost: the better placed of the other two has it switched off, and the other one only when
/// that one cannot.
struct FencingTurnTests {
    private struct Trio {
        var node: Node
        var master = FencingTests.Peer("one", run: 2)
        var other = FencingTests.Peer("two", run: 3)
        var time = 0.0
        var steps: [String] = []

        /// Ours is 100.
        init(otherPriority priority: UInt8) throws {
            node = try Node(links: 1, fencing: true)
            node.start()
            try pass(3000, otherPriority: priority, masterLives: true)
        }

        mutating func pass(
            _ duration: Double, otherPriority: UInt8?, hasFailed: Bool = false, masterLives: Bool = false
        ) throws {
            let end = time + duration
            while time < end {
                time += 100
                node.run(until: time)
                steps += node.steps
                if masterLives {
                    if time.truncatingRemainder(dividingBy: 1000) == 0 { try node.hear(priority: 150, at: time) }
                    try master.says(.master, to: &node, at: time)
                }
                guard let otherPriority else { continue }
                other.heartbeat.sequence += 1
                other.heartbeat.groups = [
                    GroupReport(
                        name: "web", role: .backup, priority: otherPriority, hasFailedToFence: hasFailed,
                        address: try address("10.0.0.8"))
                ]
                node.actions = try node.node.receive(other.heartbeat, link: 0, at: node.instant(time))
                steps += node.steps
            }
        }
    }

    @Test func theBetterPlacedOfTwoSurvivorsFences() throws {
        var trio = try Trio(otherPriority: 90)
        try trio.pass(10_000, otherPriority: 90)
        #expect(trio.steps == ["fence one"])
    }

    @Test func theOtherOneWaits() throws {
        var trio = try Trio(otherPriority: 120)
        try trio.pass(30_000, otherPriority: 120)
        #expect(trio.steps == [])
        // It says that its plugin has failed.
        try trio.pass(300, otherPriority: 120, hasFailed: true)
        #expect(trio.steps == ["fence one"])
    }

    @Test func itWaitsForNobodyWhoIsGone() throws {
        var trio = try Trio(otherPriority: 120)
        try trio.pass(10_000, otherPriority: 120)
        try trio.pass(3000, otherPriority: nil)
        #expect(trio.steps == ["fence one"])
    }

    @Test func itDoesNotWaitForEver() throws {
        var trio = try Trio(otherPriority: 120)
        try trio.pass(50_000, otherPriority: 120)
        #expect(trio.steps == [])
        try trio.pass(20_000, otherPriority: 120)
        #expect(trio.steps == ["fence one"])
    }
}
