import ControlProtocol
import DirectorCore
import HealthChecking
import NetworkTypes
import Testing
import TimeTypes
import VirtualServers

struct StatusTextTests {
    @Test func aStatusReadsLikeAnIPVSListing() throws {
        let now = WallTime(milliseconds: 1_000_000_000)
        let refused = CheckResult(passed: false, reason: "connection refused", latency: .zero)
        var down = HealthTracker(.up, reason: "HTTP status 200", at: now)
        _ = down.observe(refused, limits: HealthLimits(), at: WallTime(milliseconds: 999_995_000))
        var soft = HealthTracker(.up, reason: "HTTP status 200", at: WallTime(milliseconds: 990_000_000))
        _ = soft.observe(refused, limits: HealthLimits(fall: 3), at: now)
        var counts = ConnectionCounts()
        counts.active = 12
        let servers = [
            ServerSnapshot(
                endpoint: try #require(Endpoint("10.0.0.11:80")), method: "masq", health: down, failureCount: 1,
                check: "", weight: 5, kernelWeight: nil, connections: .init()),
            ServerSnapshot(
                endpoint: try #require(Endpoint("10.0.0.9:80")), method: "masq", health: soft, failureCount: 3,
                check: "", weight: 5, kernelWeight: 5, connections: counts),
        ]
        let service = ServiceSnapshot(
            id: .address(.tcp, try #require(Endpoint("192.0.2.1:80"))), scheduler: "wrr", persistenceTimeout: 600,
            inKernel: true, problem: nil, fallback: nil, fallbackActive: false, servers: servers)
        let engine = EngineSnapshot(
            pid: 7, startedAt: WallTime(milliseconds: 0), configurationFile: "/etc/director/ldirectord.cf",
            configurationLoadedAt: now, proberConnected: true, checkCount: 2)
        let text = StatusText.render(Snapshot(time: now, engine: engine, services: [service], events: []))
        #expect(
            text == """
                director engine 7, up 11d13h, prober connected, 2 checks
                configuration /etc/director/ldirectord.cf, loaded 0s ago
                1 service, 1 of 2 real servers up

                TCP 192.0.2.1:80 wrr persistent 600  1 of 2 up
                  -> 10.0.0.11:80 masq DOWN       weight -/5     active 0     inactive 0     5s      connection refused
                  -> 10.0.0.9:80  masq up         weight 5/5     active 12    inactive 0     2h46m   HTTP status 200 (failed 1 of 3)

                """)
    }

    @Test func whatIsWrongWithTheDaemonComesFirst() throws {
        var snapshot = try SnapshotUpdateTests.snapshot()
        snapshot.engine.configurationProblem = "f:3:1: error: unknown key"
        snapshot.engine.shortage = "too many open files"
        snapshot.engine.journalProblem = "events: no space left on device"
        let lines = StatusText.render(snapshot).split(separator: "\n")
        #expect(
            lines[2...4] == [
                "  the file as it is now is NOT IN FORCE: f:3:1: error: unknown key",
                "  checks CANNOT BE RUN here (too many open files): their servers keep their state",
                "  events are NOT KEPT across restarts: events: no space left on device",
            ])
    }

    @Test(arguments: [(1, "1 event before this is missing"), (700, "700 events before this are missing")])
    func whatAFollowerMissedIsCountedInItsPlace(missed: Int64, text: String) {
        #expect(StatusText.render(missed: missed) == text + ": not kept any more\n")
    }

    @Test(arguments: [(0, "0s"), (59, "59s"), (60, "1m00s"), (3_661, "1h01m"), (90_061, "1d01h"), (-5, "0s")])
    func agesHaveTheirTwoLargestUnits(seconds: Int, text: String) {
        #expect(Duration.seconds(seconds).age == text)
    }
}
