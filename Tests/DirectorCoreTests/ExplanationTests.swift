import DirectorConfig
import DirectorCore
import HealthChecking
import NetworkTypes
import Testing
import TimeTypes
import VirtualServers

struct ExplanationTests {
    private func explain(
        _ drill: Drill, _ server: String = "10.0.0.2:80", virtual: String? = nil
    ) throws -> [Explanation] {
        try drill.director.explain(
            virtual: virtual, server: server, proberConnected: true, at: drill.now, counting: { _ in [:] })
    }

    @Test func theKernelIsAskedForTheServicesAloneThatAreMeant() throws {
        let drill = Drill()
        var asked: [VirtualService.ID] = []
        let found = try drill.director.explain(
            virtual: nil, server: "10.0.0.2:80", proberConnected: true, at: drill.now,
            counting: {
                asked.append($0)
                return [:]
            })
        #expect(asked == found.map(\.service) && asked == [drill.farm.id])
        #expect(throws: OrderRefusal.self) {
            try drill.director.explain(
                virtual: nil, server: "10.0.0.99:80", proberConnected: true, at: drill.now,
                counting: {
                    asked.append($0)
                    return [:]
                })
        }
        #expect(asked.count == 1)
    }

    @Test func theWayFromTheCheckToTheKernelIsTold() throws {
        var drill = Drill()
        let start = drill.now.wall
        drill.pass(.seconds(5))
        drill.check(2, true)
        drill.pass(.seconds(5))
        drill.check(2, false, reason: "connection refused")
        let one = try #require(try explain(drill).first)
        #expect(one.server.state == .down && one.server.since == drill.now.wall)
        #expect(one.checks.count == 1)
        #expect(one.checks[0].runs.map(\.passed) == [true, false])
        #expect(one.checks[0].runs[0].count == 2 && one.checks[0].runs[0].first == start)
        #expect(one.checks[0].runs[1].reason == "connection refused")
        // The interval of the farm's checks is one second.
        #expect(one.checks[0].next == WallTime(milliseconds: drill.now.wall.milliseconds + 1000))
        #expect(one.wantedWeight == nil && one.server.kernelWeight == nil && one.serviceInKernel)
        #expect(one.events.map(\.kind) == [.realServerUp, .realServerDown])
    }

    @Test func wantedAndActualAreToldApart() throws {
        var drill = Drill()
        var table = drill.director.actual
        let id = drill.farm.id
        table.entries[id]?.servers[Drill.server(2)]?.weight = 1
        _ = drill.director.observe(table, at: drill.now)
        let one = try #require(try explain(drill).first)
        #expect(one.wantedWeight == 5 && one.server.kernelWeight == 1)
    }

    @Test func ordersAreAPartOfTheWay() throws {
        var drill = Drill()
        _ = try drill.director.carryOut(
            .disable, virtual: "192.0.2.1:80", server: "10.0.0.2", by: "alice", at: drill.now)
        drill.converge()
        let one = try #require(try explain(drill, "10.0.0.2").first)
        #expect(one.server.withdrawal?.by == "alice" && one.server.withdrawal?.cause == .disable)
        #expect(one.wantedWeight == nil)
        #expect(one.server.state == .up)
    }

    @Test func explainingChangesNothing() throws {
        let drill = Drill()
        let before = drill.director.serviceFacts.snapshots(counters: [:], at: drill.now)
        _ = try explain(drill)
        #expect(drill.director.serviceFacts.snapshots(counters: [:], at: drill.now) == before)
        var director = drill.director
        #expect(director.plan(at: drill.now).isEmpty)
    }

    @Test(arguments: [
        ("10.0.0.7:80", nil as String?, "10.0.0.2:80"), ("10.0.0.2:8080", nil, "did you mean"),
        ("nonsense", nil, "director status lists them"), ("192.0.2.1:80", nil, "name one of its real servers"),
        ("10.0.0.2", "192.0.2.9:80", "no virtual service"), ("10.0.0.9", "192.0.2.1:80", "has no real server"),
    ])
    func whoIsNotThereIsToldWhatIs(server: String, virtual: String?, words: String) {
        let refusal = #expect(throws: OrderRefusal.self) { try explain(Drill(), server, virtual: virtual) }
        #expect(refusal?.description.contains(words) == true, "\(refusal?.description ?? "")")
    }

    @Test func whatTheAgentIsAskedIsListedAndTheEnginesOwnChecksNeedNoProber() throws {
        let path = PathCheck(.directRouting, to: Endpoint(IPAddress(ipv4: 0xC000_0201), 80))
        var drill = Drill {
            $0.agent = AgentSettings(port: 9707)
            let target = Endpoint($0.reals[1].server.endpoint.address, 0)
            $0.reals[1].further = [
                ProbeSetting(
                    name: "datapath",
                    spec: CheckSpec(target, .path(path), interval: .seconds(1), timeout: .seconds(1)))
            ]
        }
        drill.say(2, "40%")
        let explained = try drill.director.explain(
            virtual: nil, server: "10.0.0.2:80", proberConnected: false, at: drill.now, counting: { _ in [:] })
        let one = try #require(explained.first)
        #expect(one.checks.map(\.isRun) == [false, true])
        #expect(one.agent?.runs.map(\.reason) == ["40%"])
        #expect(one.agent?.isRun == false)
    }
}
