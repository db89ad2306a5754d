import NetworkTypes
import Testing
import TimeTypes

@testable import VirtualRouting

/// What waited in one link, for an answer to ARP or in a serial line, is older than what another one has brought.
struct LateMessageTests {
    private struct Other {
        var heartbeats = (0...1).map { link in
            Heartbeat(
                sender: "other", boot: BootID(high: 2, low: 1), link: UInt8(link), sequence: 0,
                interval: .milliseconds(200))
        }
        var moment: UInt64 = 0

        /// Says it on both links.
        mutating func says(_ role: Role) throws -> [Heartbeat] {
            moment += 1
            for link in heartbeats.indices {
                heartbeats[link].hears = [BootID(high: 1, low: 1)]
                heartbeats[link].sequence += 1
                heartbeats[link].moment = moment
                heartbeats[link].groups = [
                    GroupReport(name: "web", role: role, priority: 150, address: try address("10.0.0.9"))
                ]
            }
            return heartbeats
        }

        mutating func leaves() throws -> [Heartbeat] {
            var last = try says(.initialize)
            for link in last.indices {
                last[link].isLeaving = true
                last[link].groups = []
            }
            return last
        }
    }

    private func backup() throws -> (Node, Other) {
        var (node, other) = (try Node(links: 2), Other())
        node.start()
        for instant in stride(from: 100.0, through: 5000, by: 100) {
            node.run(until: instant)
            if instant.truncatingRemainder(dividingBy: 1000) == 0 { try node.hear(priority: 150, at: instant) }
            for message in try other.says(.master) {
                _ = try node.node.receive(message, link: Int(message.link), at: node.instant(instant))
            }
        }
        #expect(node.role == .backup)
        return (node, other)
    }

    @Test func aMasterHasNotCeasedSinceAnOldMessageSaysSo() throws {
        var (node, other) = try backup()
        let late = try other.says(.backup)[1]
        let now = try other.says(.master)[0]
        node.actions = try node.node.receive(now, link: 0, at: node.instant(5010))
        node.actions = try node.node.receive(late, link: 1, at: node.instant(5020))
        #expect(node.role == .backup && node.steps.isEmpty && node.node.peers.peers[0].reports[0]?.role == .master)
        // In its order it counts.
        let next = try other.says(.backup)[1]
        node.actions = try node.node.receive(next, link: 1, at: node.instant(5030))
        #expect(node.node.peers.peers[0].reports[0]?.role == .backup)
    }

    @Test func oneWhoHasLeftIsNotBackByAnOldMessage() throws {
        var (node, other) = try backup()
        let late = try other.says(.master)[1]
        let leave = try other.leaves()[0]
        node.actions = try node.node.receive(leave, link: 0, at: node.instant(5010))
        node.actions = try node.node.receive(late, link: 1, at: node.instant(5020))
        #expect(node.node.peers.peers[0].hasLeft && node.node.peers.peers[0].reports[0] == nil)
        #expect(node.node.peers.peers[0].links[1].lastHeard == node.instant(5020))
    }

    @Test func theMomentTravels() throws {
        var heartbeat = Heartbeat(
            sender: "a", boot: BootID(high: 1, low: 2), link: 0, sequence: 9, interval: .seconds(1))
        heartbeat.orderDigest = 7
        heartbeat.moment = 0x0102_0304_0506_0708
        var bytes: [UInt8] = []
        heartbeat.encode(into: &bytes)
        #expect(bytes.suffix(8) == [1, 2, 3, 4, 5, 6, 7, 8])
        #expect(try Heartbeat(decoding: bytes[...]).moment == heartbeat.moment)
    }
}
