import ControlProtocol
import Dashboard
import DirectorCore
import HealthChecking
import NetworkTypes
import Testing
import TimeTypes
import VirtualServers

/// A farm of two services in the middle of trouble, as a dashboard knows it.
struct SmallFarm {
    /// 2026-01-31T08:30:00Z
    static let now = WallTime(milliseconds: 1_769_848_200_000)

    static func ago(_ seconds: Int64) -> WallTime { WallTime(milliseconds: now.milliseconds - seconds * 1000) }

    static func server(
        _ endpoint: String, up: Bool = true, since seconds: Int64 = 7500, reason: String = "HTTP 200",
        weight: Int32 = 1, active: UInt32 = 0, rate: UInt64 = 0
    ) throws -> ServerSnapshot {
        var server = ServerSnapshot(
            endpoint: try #require(Endpoint(endpoint)), method: "masq",
            health: HealthTracker(up ? .up : .down, reason: reason, at: ago(seconds)), failureCount: 2,
            check: "http GET /alive on \(endpoint), every 5s, timeout 2s", weight: weight,
            kernelWeight: up ? weight : nil, connections: .init())
        server.activeConnections = active
        server.inactiveConnections = active * 7
        server.rates.connections = rate
        server.rates.inBytes = rate * 700
        server.rates.outBytes = rate * 15_000
        server.lastCheck = ago(2)
        server.latency = .microseconds(up ? 1_234 : 2_000_000)
        return server
    }

    static func service(_ id: VirtualService.ID, _ servers: [ServerSnapshot]) -> ServiceSnapshot {
        ServiceSnapshot(
            id: id, scheduler: "wrr", persistenceTimeout: nil, inKernel: true, problem: nil, fallback: nil,
            fallbackActive: false, servers: servers)
    }

    static func snapshot() throws -> Snapshot {
        let web = VirtualService.ID.address(.tcp, try #require(Endpoint("192.0.2.100:80")))
        let six = VirtualService.ID.address(.tcp, try #require(Endpoint("[2001:db8::100]:443")))
        var events: [EventRecord] = []
        for (index, (kind, severity, seconds, text)) in [
            (EventRecord.Kind.started, EventRecord.Severity.info, Int64(7500), "director engine started"),
            (.softFailure, .warning, 17, "real server 10.0.0.102:8080 of TCP 192.0.2.100:80 failed 1 of 2"),
            (.realServerDown, .error, 12, "real server 10.0.0.102:8080 of TCP 192.0.2.100:80 is down, removed"),
        ].enumerated() {
            var record = EventRecord(kind, severity, at: ago(seconds), text)
            record.number = Int64(index + 1)
            events.append(record)
        }
        return Snapshot(
            time: now,
            engine: EngineSnapshot(
                pid: 725, startedAt: ago(7500), configurationFile: "/etc/director/ldirectord.cf",
                configurationLoadedAt: ago(7500), proberConnected: true, checkCount: 5),
            services: [
                service(
                    web,
                    [
                        try server("10.0.0.101:8080", weight: 2, active: 41, rate: 12),
                        try server(
                            "10.0.0.102:8080", up: false, since: 12, reason: "connection refused"),
                        try server("10.0.0.103:8080", active: 20, rate: 6),
                    ]),
                service(six, [try server("[2001:db8::11]:443"), try server("[2001:db8::12]:443", active: 123_456)]),
            ], events: events)
    }

    /// After a few seconds of rising rates.
    static func state() throws -> DashboardState {
        var state = DashboardState()
        var first = try snapshot()
        first.time = ago(8)
        var taken = state.take(.snapshot(first))
        #expect(taken)
        for second in (0..<8).reversed() {
            var update = SnapshotUpdate(time: ago(Int64(second)))
            var measures = first.services[0].servers[0].measures
            measures.rates.connections = UInt64(12 - second)
            update.measures[.init(0, 0)] = measures
            taken = state.take(.update(update))
            #expect(taken)
        }
        return state
    }
}

extension DashboardState {
    /// What a terminal of this size shows.
    mutating func screen(_ columns: Int, _ rows: Int, at now: WallTime = SmallFarm.now, ascii: Bool = false) -> String {
        let size = Size(columns: columns, rows: rows)
        settle(size)
        return frame(size, at: now, ascii: ascii).lines.joined(separator: "\n")
    }

    mutating func press(_ keys: String, _ columns: Int = 80, _ rows: Int = 24) -> Effect? {
        var decoder = KeyDecoder()
        var effect: Effect?
        let size = Size(columns: columns, rows: rows)
        for key in decoder.keys(from: Array(keys.utf8)) + decoder.flush() {
            guard let intent = Intent(key, in: view.mode) else { continue }
            settle(size)
            effect = apply(intent, size: size) ?? effect
        }
        settle(size)
        return effect
    }
}
