import Dashboard
import DirectorCore
import Testing
import TimeTypes

struct PairFrameTests {
    static func state(problem: String? = nil, role: PairRole = .master) throws -> DashboardState {
        var router = PairRouter(
            name: "web", role: role, since: SmallFarm.ago(125), reason: "no advertisement for 3.1 s", priority: 150)
        router.members = [
            PairMember(interface: "eth0", id: 51, version: 3, interval: .seconds(1), addresses: ["192.0.2.10/24"])
        ]
        var pair = PairState(pid: 9, startedAt: SmallFarm.ago(500), name: "one", routers: [router])
        pair.peers = [PairPeer(name: "two", state: .silent, since: SmallFarm.ago(3))]
        var link = PairLink(medium: "udp 10.9.0.2:694 via eth1", detects: false)
        link.peers = [
            .init(peer: "two", isUp: true, since: SmallFarm.ago(9), heardAt: SmallFarm.now, received: 5, lost: 0)
        ]
        pair.links = [link]
        var snapshot = try SmallFarm.snapshot()
        snapshot.pair = PairSnapshot(problem: problem, heardAt: SmallFarm.now, state: pair)
        var state = DashboardState()
        _ = state.take(.snapshot(snapshot))
        return state
    }

    @Test func theLinesOfThePairStandAboveTheTable() throws {
        var state = try Self.state()
        let lines = state.screen(120, 24).split(separator: "\n", omittingEmptySubsequences: false)
        let expected = " pair web MASTER 2m05s  priority 150  192.0.2.10/24  (no advertisement for 3.1 s)"
        #expect(lines[1].hasPrefix(expected), "\(lines[1])")
        #expect(lines[2].hasPrefix(" peer two SILENT; link udp 10.9.0.2:694 via eth1 up"), "\(lines[2])")
        let frame = state.frame(Size(columns: 120, rows: 24), at: SmallFarm.now)
        #expect(frame[1, 2].style == .good)
        #expect(frame[2, 2].style == .warning)
    }

    @Test func whatIsNotKnownOfThePairIsSaid() throws {
        var state = try Self.state(problem: "director-vrrp does not answer")
        let screen = state.screen(120, 24)
        #expect(screen.contains(" pair web: NOT KNOWN: director-vrrp does not answer"))
        #expect(!screen.contains("MASTER"))
    }

    @Test func aDeadDaemonsPairIsInNoColour() throws {
        var state = try Self.state()
        state.feed = .lost(since: SmallFarm.ago(65), reason: "gone")
        #expect(state.screen(120, 24).contains(" pair web MASTER? "))
        let frame = state.frame(Size(columns: 120, rows: 24), at: SmallFarm.now)
        for row in 1..<24 {
            for cell in frame.row(row) { #expect(![.good, .warning, .bad].contains(cell.style)) }
        }
    }

    @Test func aPageHasAllOfThePair() throws {
        let page = try Self.state().page(columns: 100, at: SmallFarm.now)
        #expect(page.contains { $0.hasPrefix(" pair web MASTER") })
        #expect(page.contains { $0.contains("peer two SILENT") })
        #expect(page.contains { $0.contains("10.0.0.103") })
    }

    @Test func smallScreensStayWhole() throws {
        var state = try Self.state()
        for rows in [0, 1, 5, 9, 10, 11, 14, 24] {
            let frame = state.frame(Size(columns: 60, rows: rows), at: SmallFarm.now)
            #expect(frame.lines.count == rows)
            state.settle(Size(columns: 60, rows: rows))
        }
    }

    /// Three routers and two links on the smallest screen; a hundred routers there.
    @Test func whatIsInTroubleIsNeverTheLineThatHasNoRoom() throws {
        var snapshot = try #require(try Self.state().snapshot)
        var pair = try #require(snapshot.pair)
        pair.state.peers[0].state = .up
        var link = PairLink(medium: "serial /dev/ttyS0 115200", detects: false)
        link.peers = [.init(peer: "two", isUp: false, since: SmallFarm.now, heardAt: nil, received: 5, lost: 0)]
        pair.state.links.append(link)
        let router = pair.state.routers[0]
        func with(_ name: String, _ role: PairRole) -> PairRouter {
            var new = router
            (new.name, new.role) = (name, role)
            return new
        }
        pair.state.routers = [router, with("mail", .backup), with("dns", .fault)]
        snapshot.pair = pair
        var state = DashboardState()
        _ = state.take(.snapshot(snapshot))
        var lines = state.screen(80, 24).split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines[1].hasPrefix(" pair web MASTER") && lines[2].hasPrefix(" pair mail backup"))
        #expect(lines[3].hasPrefix(" pair dns FAULT 2m05s  priority 150  (no advertisement for 3.1 s)  192.0.2.10/24"))
        #expect(lines[4].hasPrefix(" link serial /dev/ttyS0 115200 DOWN; peer two up; link udp"), "\(lines[4])")
        pair.state.routers = (0..<100).map { with("r\($0)", $0 == 77 ? .fault : $0 < 40 ? .master : .backup) }
        snapshot.pair = pair
        _ = state.take(.snapshot(snapshot))
        lines = state.screen(80, 24).split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines[1].hasPrefix(" pair r77 FAULT") && lines[2].hasPrefix(" pair r0 MASTER"))
        #expect(lines[3] == " pair: 98 more: 39 MASTER, 59 backup" && lines[4].contains("DOWN"), "\(lines[3])")
    }
}
