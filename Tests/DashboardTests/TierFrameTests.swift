import ControlProtocol
import Dashboard
import DirectorCore
import HealthChecking
import NetworkTypes
import Testing
import TimeTypes
import VirtualServers

/// Fallback tiers: below their service, with what they are for.
struct TierFrameTests {
    static func snapshot(active: Int? = nil) throws -> Snapshot {
        var snapshot = try SmallFarm.snapshot()
        var standing = try SmallFarm.server("10.0.1.1:8080", active: 7, rate: 9)
        standing.kernelWeight = active == 0 ? 1 : nil
        var waiting = try SmallFarm.server("10.0.2.1:8080")
        waiting.kernelWeight = nil
        snapshot.services[0].tiers = [
            [standing, try SmallFarm.server("10.0.1.2:8080", up: false, reason: "timed out")], [waiting],
        ]
        snapshot.services[0].activeTier = active
        return snapshot
    }

    static func state(active: Int? = nil) throws -> DashboardState {
        var state = DashboardState()
        let taken = state.take(.snapshot(try snapshot(active: active)))
        #expect(taken)
        return state
    }

    @Test func tiersStandBelowTheRealServers() throws {
        var state = try Self.state(active: 0)
        let lines = state.screen(130, 30).split(separator: "\n", omittingEmptySubsequences: false)
        #expect(
            lines[2...10].joined(separator: "\n") == """
                ▾ TCP 192.0.2.100:80 wrr      2/3                          68    476     27 tier 1 stands in: 10.0.1.1:8080
                    10.0.0.101:8080 masq      up         2h05m     2/2     41    287     12            █   8400   180k  1.2ms HTTP 200
                    10.0.0.102:8080 masq      DOWN         12s     -/1      0      0      0                   0      0   2.0s connection refused
                    10.0.0.103:8080 masq      up         2h05m     1/1     20    140      6            █   4200  90.0k  1.2ms HTTP 200
                    fallback tier 1           1/2                                                                             stands in
                      10.0.1.1:8080 masq      up         2h05m     1/1      7     49      9            █   6300   135k  1.2ms HTTP 200
                      10.0.1.2:8080 masq      DOWN       2h05m     -/1      0      0      0                   0      0   2.0s timed out
                    fallback tier 2           1/1                                                                             waiting
                      10.0.2.1:8080 masq      up         2h05m     -/1      0      0      0                   0      0  1.2ms HTTP 200
                """)
    }

    @Test func aTiersLinesAreFoldedFoundAndExplained() throws {
        var state = try Self.state()
        _ = state.press("/timed\r", 120, 30)
        #expect(state.screen(120, 30).contains(" 10.0.1.2:8080 of fallback tier 1 of TCP 192.0.2.100:80: DOWN since"))
        _ = state.press("d", 120, 30)
        #expect(state.view.mode == .table)
        #expect(state.screen(120, 30).contains("a server of a fallback tier takes no orders"))
        _ = state.press("k", 120, 30)
        _ = state.press("k", 120, 30)
        #expect(state.screen(120, 30).contains("fallback tier 1 of TCP 192.0.2.100:80: waiting, 1 of 2 up"))
        _ = state.press("\u{1B}[D", 120, 30)
        #expect(!state.screen(120, 30).contains("10.0.1.2:8080"))
    }

    @Test func onlyTroubleShowsTheTierThatHasIt() throws {
        var state = try Self.state()
        _ = state.press("p", 120, 30)
        let screen = state.screen(120, 30)
        #expect(screen.contains("fallback tier 1") && screen.contains("10.0.1.2:8080 masq"))
        #expect(!screen.contains("fallback tier 2") && !screen.contains("10.0.1.1:8080 masq"))
    }

    @Test func whatTiersCountComesWithUpdatesAndOtherTiersWithASnapshot() throws {
        var state = try Self.state(active: 0)
        let before = try Self.snapshot(active: 0)
        var after = before
        after.services[0].tiers[0][0].activeConnections = 4_321
        after.time = WallTime(milliseconds: before.time.milliseconds + 1000)
        let taken = state.take(.update(try #require(SnapshotUpdate(from: before, to: after))))
        #expect(taken && state.screen(120, 30).contains("4321"))
        after.services[0].tiers[1] = []
        #expect(SnapshotUpdate(from: before, to: after) == nil)
    }
}
