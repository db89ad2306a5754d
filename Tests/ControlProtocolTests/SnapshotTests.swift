import ControlProtocol
import DirectorCore
import HealthChecking
import NetworkTypes
import Testing
import TimeTypes
import VirtualServers

struct SnapshotTests {
    @Test func aSnapshotGoesThroughJSONUnchanged() throws {
        let now = WallTime(milliseconds: 1_769_848_200_250)
        let web = VirtualService.ID.address(.tcp, try #require(Endpoint("[2001:db8::1]:80")))
        var health = HealthTracker(.unverified, reason: "not checked yet", at: now)
        _ = health.observe(
            CheckResult(passed: false, reason: "connection refused", latency: .microseconds(250)),
            limits: HealthLimits(),
            at: now)
        var server = ServerSnapshot(
            endpoint: try #require(Endpoint("[2001:db8::2]:80")), method: "gate", health: health, failureCount: 1,
            check: "connect", weight: 3, kernelWeight: nil, connections: .init())
        server.successes = 1
        server.rise = 3
        server.withdrawal = WithdrawalSnapshot(
            cause: .drain, by: "anna", since: now, isDraining: true, deadline: WallTime(milliseconds: 1_769_848_230_250)
        )
        server.heldUntil = now
        server.isKept = true
        server.checks = [
            CheckSnapshot(name: "", state: .up, reason: "connected"),
            CheckSnapshot(
                name: "ping", state: .down, reason: "no answer", failures: 2, lastCheck: now, latency: .microseconds(3)),
        ]
        var web80 = ServiceSnapshot(

            id: web, scheduler: "wrr", persistenceTimeout: 300, inKernel: true, problem: "refused",
            fallback: Endpoint("[::1]:80"), fallbackActive: true, servers: [server])
        web80.tiers = [[server], [server, server]]
        web80.activeTier = 1
        let services = [
            web80,
            ServiceSnapshot(
                id: .firewallMark(7, .ipv6), scheduler: "sh", persistenceTimeout: nil, inKernel: false, problem: nil,
                fallback: nil, fallbackActive: false, servers: []),
        ]
        var engine = EngineSnapshot(
            pid: 42, startedAt: now, configurationFile: "/etc/director/ldirectord.cf", configurationLoadedAt: now,
            configurationProblem: nil, proberConnected: true, checkCount: 1)
        engine.journalProblem = "no space left"
        engine.shortage = "too many open files"
        let snapshot = Snapshot(
            time: now, engine: engine, services: services,
            events: [EventRecord(.realServerDown, .warning, at: now, service: web, server: server.endpoint, "down")])
        let text = snapshot.json.line
        #expect(try Snapshot(json: JSON(parsing: text)) == snapshot)
    }

    @Test func requestsGoThroughJSONUnchanged() throws {
        var query = EventQuery(limit: 5)
        query.since = WallTime(milliseconds: 7)
        query.severity = .warning
        query.kind = "drift"
        query.service = "TCP 192.0.2.1:80"
        query.server = "10.0.0.1"
        for request in [
            ControlRequest.hello, .status, .events(EventQuery(limit: 7, after: 3)), .follow(query), .subscribe, .reload,
            .explain(virtual: nil, server: "10.0.0.1"), .explain(virtual: "FWM 7", server: "10.0.0.1:80"),
            .order(.drain, virtual: "FWM 7", server: "10.0.0.1:80"), .order(.enable, virtual: "a", server: "b"),
        ] {
            #expect(try ControlRequest(json: request.json) == request)
        }
    }

    @Test(arguments: [
        (#"{"request":"status"}"#, "version"), (#"{"version":2,"request":"status"}"#, "version"),
        (#"{"version":1}"#, "request"), (#"{"version":1,"request":"fly"}"#, "request"), ("[]", "version"),
    ])
    func otherRequestsAreRefused(text: String, member: String) throws {
        let json = try JSON(parsing: Array(text.utf8))
        #expect(throws: DecodingFailure(member)) { try ControlRequest(json: json) }
    }

    @Test func responsesGoThroughJSONUnchanged() throws {
        for response in [ControlResponse.done(["a": 1]), .refused("no such service")] {
            #expect(try ControlResponse(json: response.json) == response)
        }
    }

    @Test func ordersGoThroughTheirFileUnchanged() throws {
        let since = WallTime(milliseconds: 1_769_848_200_250)
        let web = VirtualService.ID.address(.tcp, try #require(Endpoint("[2001:db8::1]:80")))
        let memory = OperatorMemory(items: [
            .init(
                service: web, server: try #require(Endpoint("[2001:db8::2]:80")), cause: .drain, by: "anna \"root\"",
                since: since, hasEnded: true),
            .init(
                service: .firewallMark(7, .ipv6), server: try #require(Endpoint("[2001:db8::2]:0")), cause: .removal,
                by: nil, since: since, hasEnded: false),
        ])
        #expect(try OperatorMemory(json: JSON(parsing: memory.json.line)) == memory)
    }

    @Test(arguments: [
        "{}", #"{"version":2,"orders":[]}"#, #"{"version":1}"#, #"{"version":1,"orders":[{"server":"x"}]}"#,
    ])
    func aFileOfAnotherShapeHoldsNoOrders(text: String) throws {
        let json = try JSON(parsing: Array(text.utf8))
        #expect(throws: DecodingFailure.self) { try OperatorMemory(json: json) }
    }
}
