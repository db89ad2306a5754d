import ControlProtocol
import Dashboard
import DirectorCore
import NetworkTypes
import Testing
import TimeTypes
import VirtualServers

/// A thousand services with ten real servers each, all of them busy.
struct LargeFarmTests {
    static func snapshot() -> Snapshot {
        var snapshot = Snapshot(
            time: SmallFarm.now,
            engine: EngineSnapshot(
                pid: 1, startedAt: SmallFarm.now, configurationFile: "x", configurationLoadedAt: SmallFarm.now,
                proberConnected: true, checkCount: 10_000), services: [], events: [])
        for service in 0..<UInt32(1_000) {
            let servers = (0..<UInt32(10)).compactMap { server in
                try? SmallFarm.server("\(IPAddress(ipv4: 0x0A00_0000 + service * 16 + server)):80", rate: 5)
            }
            snapshot.services.append(
                SmallFarm.service(.address(.tcp, Endpoint(IPAddress(ipv4: 0xC633_0000 + service), 80)), servers))
        }
        return snapshot
    }

    @Test func onlyWhatChangedOnTheScreenIsSent() throws {
        var state = DashboardState()
        let first = Self.snapshot()
        var taken = state.take(.snapshot(first))
        #expect(taken)
        let size = Size(columns: 80, rows: 24)
        state.settle(size)
        var output = FrameOutput(.colours)
        _ = output.bytes(for: state.frame(size, at: SmallFarm.now))
        // Farms of that size are folded, but for trouble.
        #expect(state.screen(80, 24).contains("▸ TCP 198.51.0.0:80 wrr"))
        var update = SnapshotUpdate(time: WallTime(milliseconds: SmallFarm.now.milliseconds + 1000))
        for service in 0..<1_000 {
            for server in 0..<10 {
                var measures = first.services[service].servers[server].measures
                measures.activeConnections = UInt32(service + server)
                update.measures[.init(service, server)] = measures
            }
        }
        taken = state.take(.update(update))
        #expect(taken)
        state.settle(size)
        let bytes = output.bytes(for: state.frame(size, at: update.time))
        // Two columns of fourteen lines and the clock.
        #expect(bytes.count < 1_500, "\(bytes.count) bytes for one update")
    }

    @Test func aServerThatFailsOpensItsService() throws {
        var state = DashboardState()
        var snapshot = Self.snapshot()
        var taken = state.take(.snapshot(snapshot))
        #expect(taken)
        let before = snapshot
        snapshot.services[700].servers[3] = try SmallFarm.server("10.0.43.195:80", up: false, reason: "no answer")
        taken = state.take(.update(try #require(SnapshotUpdate(from: before, to: snapshot))))
        #expect(taken)
        _ = state.press("s")
        #expect(state.screen(80, 24).contains("▾ TCP 198.51.2.188:80"))
        #expect(state.screen(80, 24).contains("1 in trouble"))
    }
}
