import ControlProtocol
import DirectorCore
import HealthChecking
import NetworkTypes
import Testing
import TimeTypes
import VirtualServers

struct SnapshotUpdateTests {
    static let now = WallTime(milliseconds: 1_769_848_200_250)

    static func snapshot(services: Int = 2, servers: Int = 3) throws -> Snapshot {
        let engine = EngineSnapshot(
            pid: 42, startedAt: now, configurationFile: "/etc/director/ldirectord.cf", configurationLoadedAt: now,
            proberConnected: true, checkCount: 6)
        let services = try (0..<services).map { service in
            let servers = try (0..<servers).map { server in
                ServerSnapshot(
                    endpoint: try #require(Endpoint("10.0.\(service).\(server + 1):80")), method: "masq",
                    health: HealthTracker(.up, reason: "HTTP 200", at: now), failureCount: 1, check: "connect",
                    weight: 1, kernelWeight: 1, connections: .init())
            }
            return ServiceSnapshot(
                id: .address(.tcp, try #require(Endpoint("192.0.2.\(service + 1):80"))), scheduler: "wrr",
                persistenceTimeout: nil, inKernel: true, problem: nil, fallback: nil, fallbackActive: false,
                servers: servers)
        }
        return Snapshot(time: now, engine: engine, services: services, events: [])
    }

    /// Each change of a snapshot, and whether it goes as a measure, a server, a service or the engine.
    static let changes: [(String, @Sendable (inout Snapshot) -> Void, [String])] = [
        ("nothing", { _ in }, []),
        ("a count", { $0.services[1].servers[2].activeConnections = 7 }, ["measures"]),
        ("a rate", { $0.services[0].servers[0].rates.inBytes = 12_345 }, ["measures"]),
        (
            "a check",
            {
                $0.services[0].servers[1].lastCheck = now; $0.services[0].servers[1].latency = .microseconds(5)
            },
            ["measures"]
        ),
        ("a state", { $0.services[0].servers[1].kernelWeight = nil }, ["servers"]),
        (
            "a state and a count",
            {
                $0.services[0].servers[1].kernelWeight = 0; $0.services[0].servers[1].activeConnections = 1
            }, ["servers"]
        ),
        ("a service", { $0.services[1].problem = "refused" }, ["services"]),
        ("the engine", { $0.engine.proberConnected = false }, ["engine"]),
        (
            "an event",
            { snapshot in
                var record = EventRecord(.proberLost, .warning, at: now, "gone")
                record.number = 1
                snapshot.events.append(record)
            }, ["events"]
        ),
    ]

    @Test(arguments: 0..<changes.count)
    func anUpdateCarriesWhatChangedAndNothingElse(index: Int) throws {
        let (name, change, members) = Self.changes[index]
        let old = try Self.snapshot()
        var new = old
        change(&new)
        let update = try #require(SnapshotUpdate(from: old, to: new), "\(name)")
        guard case .object(let found) = update.json else { throw DecodingFailure("update") }
        #expect(found.map(\.key) == ["time", "timeMs"] + members, "\(name)")
        #expect(update.isEmpty == members.isEmpty)
        let read = try SnapshotUpdate(json: JSON(parsing: update.json.line))
        #expect(read == update, "\(name)")
        var known = old
        let taken = known.apply(read)
        #expect(taken)
        #expect(known == new, "\(name)")
    }

    @Test func otherServicesOrServersNeedAWholeSnapshot() throws {
        let old = try Self.snapshot()
        var fewer = old
        fewer.services.removeLast()
        #expect(SnapshotUpdate(from: old, to: fewer) == nil)
        var moved = old
        moved.services[0].servers.swapAt(0, 1)
        #expect(SnapshotUpdate(from: old, to: moved) == nil)
        var more = old
        more.services[0].servers.append(old.services[1].servers[0])
        #expect(SnapshotUpdate(from: old, to: more) == nil)
    }

    @Test func anUpdateOfAnotherSnapshotIsNotTakenIn() throws {
        let large = try Self.snapshot(services: 3)
        var changed = large
        changed.services[2].servers[0].weight = 9
        let update = try #require(SnapshotUpdate(from: large, to: changed))
        var small = try Self.snapshot()
        let before = small
        let taken = small.apply(update)
        #expect(!taken)
        #expect(small == before)
    }

    @Test(arguments: [
        #"{"timeMs":1,"measures":[[0,1,2]]}"#, #"{"timeMs":1,"measures":[[0,0,-1,0,0,0,0,null,null]]}"#,
        #"{"timeMs":1,"servers":[{"at":[0]}]}"#, #"{"measures":[]}"#,
    ])
    func malformedUpdatesAreRefused(text: String) throws {
        let json = try JSON(parsing: Array(text.utf8))
        #expect(throws: DecodingFailure.self) { try SnapshotUpdate(json: json) }
    }

    @Test func theLinesOfASubscriptionAreTold() throws {
        let snapshot = try Self.snapshot()
        var changed = snapshot
        changed.engine.checkCount = 1
        let update = try #require(SnapshotUpdate(from: snapshot, to: changed))
        let event = EventRecord(.started, at: Self.now, "x")
        let lines: [(JSON, StreamMessage)] = [
            (ControlResponse.done(snapshot.json).json, .snapshot(snapshot)),
            (StreamMessage.line("snapshot", snapshot.json), .snapshot(snapshot)),
            (StreamMessage.line("update", update.json), .update(update)),
            (ControlResponse.done(["events": [event.json]]).json, .events([event])),
            (ControlResponse.done(["events": [], "last": 7]).json, .events([], last: 7)),
            (StreamMessage.line("events", [event.json]), .events([event])),
            (ControlResponse.refused("no").json, .refused("no")),
        ]
        for (json, message) in lines { #expect(try StreamMessage(json: json) == message) }
        #expect(throws: DecodingFailure.self) { try StreamMessage(json: ["version": 9, "ok": true]) }
    }
}
