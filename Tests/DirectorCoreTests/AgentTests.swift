import DirectorConfig
import DirectorCore
import HealthChecking
import NetworkTypes
import Testing
import TimeTypes
import VirtualServers

/// What a real server's agent does to its weight.
struct AgentTests {
    /// Two servers of weight 5 that are up; the first one's agent is spoken through.
    private func director(_ adjust: (inout VirtualConfiguration) -> Void = { _ in }) -> (Director, Farm) {
        let farm = Farm { virtual in
            virtual.agent = AgentSettings(port: 9707)
            adjust(&virtual)
        }
        var director = Director(farm.configuration, actual: .init(), at: Farm.now)
        director.check(1, passed: true)
        director.check(2, passed: true)
        _ = director.converge()
        for last in [1, 2] as [UInt32] { say("ready", to: &director, server: last) }
        return (director, farm)
    }

    private func say(_ line: String?, to director: inout Director, server: UInt32 = 1) {
        let agent = Endpoint(Farm.server(server, weight: 0).endpoint.address, 9707)
        for case .add(let id, let spec) in director.proberRequests where spec.target == agent {
            let result = CheckResult(passed: line != nil, reason: line ?? "connection refused", latency: .zero)
            _ = director.observe(id, result, at: Farm.now)
        }
        _ = director.converge()
    }

    @Test(arguments: [("50%", 2), ("1%", 1), ("200%", 10), ("0%", 0), ("drain", 0), ("drain,ready 20%", 1)])
    func theShareOfTheConfiguredWeightIsWhatTheKernelGets(line: String, weight: Int32) {
        var (director, farm) = director()
        say(line, to: &director)
        #expect(director.weight(1, in: farm.id) == weight)
        #expect(director.weight(2, in: farm.id) == 5)
    }

    /// A server that gets no connections yet may want none; one that does not answer is asked no longer.
    @Test(arguments: [("75%", 3), ("drain", 0), ("maint", -1), ("nonsense", 5), (nil, 5)] as [(String?, Int32)])
    func aNewServerWaitsForItsAgentsFirstAnswer(line: String?, weight: Int32) {
        var drill = Drill { $0.agent = AgentSettings(port: 9707) }
        #expect(drill.weights == [0, 0, 0])
        drill.say(1, line)
        #expect(drill.weights == [weight, 0, 0])
    }

    @Test func itsEventSaysWhatItWaitsFor() {
        var drill = Drill(up: false) { $0.agent = AgentSettings(port: 9707) }
        drill.check(1, true)
        #expect(
            drill.director.history.records.last?.text.hasSuffix("is up, weight 0 until its agent has answered: fine")
                == true)
        drill.say(2, "maint")
        drill.check(2, true)
        #expect(drill.director.history.records.last?.text.hasSuffix("is up, out as its agent says maint: fine") == true)
    }

    @Test func aServerThatIsInUseNeedNotWait() {
        var drill = Drill()
        drill.load { $0.agent = AgentSettings(port: 9707) }
        #expect(drill.weights == [5, 5, 5])
    }

    @Test(arguments: [("drain", 0), ("maint", -1), ("stopped", -1), ("40%", 2)])
    func whatItSaidOutlastsARestart(line: String, weight: Int32) {
        var drill = Drill { $0.agent = AgentSettings(port: 9707) }
        for last in [2, 3] as [UInt32] { drill.say(last, "ready") }
        drill.say(1, line)
        #expect(drill.weights == [weight, 5, 5])
        drill.restart()
        // Before its check and after it.
        #expect(drill.weights == [weight, 5, 5])
        drill.check(1, true)
        #expect(drill.weights == [weight, 5, 5])
        drill.say(1, nil)
        #expect(drill.weights == [weight, 5, 5])
        drill.say(1, "up ready 100%")
        #expect(drill.weights == [5, 5, 5])
    }

    @Test func silenceTakesNobodyOut() {
        var (director, farm) = director()
        say(nil, to: &director)
        #expect(director.weight(1, in: farm.id) == 5)
        say("40%", to: &director)
        say(nil, to: &director)
        #expect(director.weight(1, in: farm.id) == 2)
    }

    @Test(arguments: [false, true])
    func downAndMaintAreAsAFailure(quiescent: Bool) {
        for line in ["down # disk", "fail", "stopped", "maint"] {
            var (director, farm) = director { $0.quiescent = quiescent }
            say(line, to: &director)
            #expect(director.weight(1, in: farm.id) == (quiescent ? 0 : nil), "\(line)")
            say("up ready", to: &director)
            #expect(director.weight(1, in: farm.id) == 5, "\(line)")
        }
    }

    @Test func theAgentNeverBringsInAServerThatFails() {
        var (director, farm) = director()
        director.check(1, passed: false)
        say("up ready 100%", to: &director)
        #expect(director.weight(1, in: farm.id) == nil)
    }

    @Test func withEveryServerDrainedTheFallbackStandsIn() {
        var (director, farm) = director { virtual in
            virtual.reals.removeLast()
            virtual.fallback = Farm.fallback
        }
        say("drain", to: &director)
        let servers = director.actual.entries[farm.id]?.servers
        #expect(servers?[Farm.fallback.endpoint]?.weight == 1)
        #expect(director.weight(1, in: farm.id) == 0)
    }

    @Test func whatItSaidOutlastsAReload() {
        var (director, farm) = director()
        say("40%", to: &director)
        var changed = farm.configuration
        changed.virtuals[0].reals[1].server.weight = 7
        _ = director.load(changed, at: Farm.now)
        _ = director.converge()
        #expect(director.weight(1, in: farm.id) == 2)
        #expect(director.weight(2, in: farm.id) == 7)
        changed.virtuals[0].agent = nil
        _ = director.load(changed, at: Farm.now)
        _ = director.converge()
        #expect(director.weight(1, in: farm.id) == 5)
    }

    @Test func onlyWhatTakesAServerOutOrBringsItBackIsTold() {
        var (director, _) = director()
        _ = director.takeReports()
        for line in ["90%", "80%", "drain", "drain 70%", "ready", "down # x", "up"] { say(line, to: &director) }
        let told = director.takeReports().filter { $0.kind == .agent }.map(\.text)
        let name = "real server 10.0.0.1:80 of TCP 192.0.2.1:80"
        #expect(
            told == [
                "\(name) takes no new connections, weight 0: its agent says drain",
                "\(name) takes connections again: its agent says ready", "\(name) is out: its agent says down # x",
                "\(name) takes connections again: its agent says up",
            ])
    }

    @Test func aSlowStartGrowsToTheAgentsShare() {
        var (director, farm) = director { $0.policy.slowStart = .seconds(10) }
        // Up a moment ago: the least; with the share of the agent as the aim in the end.
        say("40%", to: &director)
        #expect(director.weight(1, in: farm.id) == 1)
        let later = Moment(Farm.now.wall, MonotonicInstant(nanoseconds: 11_000_000_000))
        _ = director.advance(to: later)
        let plan = director.plan(at: later)
        _ = director.settle(plan.commands, refusals: [], at: later)
        #expect(director.weight(1, in: farm.id) == 2)
    }

    @Test func aServerIsUpOnlyWhenTheWayThroughItWorksToo() {
        let farm = Farm { virtual in
            let server = virtual.reals[0].server.endpoint
            let path = PathCheck(.directRouting, to: Endpoint(server.address, 80))
            let spec = CheckSpec(Endpoint(server.address, 0), .path(path), interval: .seconds(1), timeout: .seconds(1))
            virtual.reals[0].further = [ProbeSetting(name: "datapath", spec: spec)]
        }
        var director = Director(farm.configuration, actual: .init(), at: Farm.now)
        func path(passed: Bool) {
            for case .add(let id, let spec) in director.proberRequests where spec.isForEngine {
                let reason = passed ? "answers" : "no answer by way of it"
                _ = director.observe(id, CheckResult(passed: passed, reason: reason, latency: .zero), at: Farm.now)
            }
            _ = director.converge()
        }
        director.check(1, passed: true)
        path(passed: false)
        #expect(director.weight(1, in: farm.id) == nil)
        let snapshot = director.serviceFacts.snapshots(counters: [:], at: Farm.now)[0].servers[0]
        #expect(snapshot.reason == "check datapath: no answer by way of it")
        path(passed: true)
        #expect(director.weight(1, in: farm.id) == 5)
    }
}
