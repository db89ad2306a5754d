import DirectorConfig
import DirectorCore
import HealthChecking
import NetworkTypes
import Testing
import TimeTypes
import VirtualServers

/// Several checks of a server: all must pass, each is counted by itself.
struct SeveralChecksTests {
    private static func further(_ real: inout RealConfiguration, port: UInt16, rise: Int? = nil, fall: Int? = nil) {
        let target = Endpoint(real.server.endpoint.address, port)
        real.further.append(
            ProbeSetting(name: "connect port \(port)", spec: Farm.check(target), rise: rise, fall: fall))
    }

    private func drill(up: Bool = true) -> Drill {
        var drill = Drill(servers: 2, up: false) {
            for index in $0.reals.indices { Self.further(&$0.reals[index], port: 22, rise: 2, fall: 2) }
        }
        guard up else { return drill }
        for last in [1, 2] as [UInt32] {
            drill.check(last, true)
            drill.check(last, true, index: 1)
        }
        return drill
    }

    private func reason(_ drill: Drill) -> String? {
        drill.director.services[drill.farm.id]?.health[Drill.server(1)]?.reason
    }

    @Test func aServerIsInWhenEveryCheckHasPassed() {
        var drill = drill(up: false)
        drill.check(1, true)
        #expect(drill.weights == [0, 0])
        drill.check(1, true, index: 1)
        #expect(drill.weights == [5, 0])
        #expect(reason(drill) == "fine, all 2 checks pass")
    }

    @Test func eachCheckHasItsOwnCounts() {
        var drill = drill()
        drill.check(1, false, index: 1, reason: "connection refused")
        #expect(drill.weights == [5, 5])
        #expect(drill.events.last == .softFailure)
        drill.check(1, true)
        drill.check(1, false, index: 1, reason: "connection refused")
        #expect(drill.weights == [-1, 5])
        #expect(reason(drill) == "check connect port 22: connection refused")
        drill.check(1, true)
        drill.check(1, true, index: 1)
        #expect(drill.weights == [-1, 5])
        drill.check(1, true, index: 1)
        #expect(drill.weights == [5, 5])
        drill.check(1, false, reason: "HTTP 503")
        #expect(drill.weights == [-1, 5])
        #expect(reason(drill) == "HTTP 503")
    }

    @Test func aServerComesBackWhenTheLastFailedCheckPasses() {
        var drill = drill()
        drill.check(1, false)
        for _ in 0..<2 { drill.check(1, false, index: 1) }
        #expect(drill.events.filter { $0 == .realServerDown }.count == 1)
        drill.check(1, true)
        #expect(drill.weights == [-1, 5])
        for _ in 0..<2 { drill.check(1, true, index: 1) }
        #expect(drill.weights == [5, 5])
    }

    @Test func aReloadThatAddsACheckTakesNoServerOutBeforeItFails() {
        var drill = drill()
        drill.load { for index in $0.reals.indices { Self.further(&$0.reals[index], port: 23) } }
        #expect(drill.weights == [5, 5])
        drill.check(1, false, index: 2)
        #expect(drill.weights == [-1, 5])
        drill.load { for index in $0.reals.indices { $0.reals[index].further.removeLast() } }
        #expect(drill.weights == [5, 5])
    }

    @Test func aReloadKeepsEachChecksState() {
        var drill = drill()
        drill.check(1, false)
        // The first check goes, the second stays: it has passed.
        drill.load { for index in $0.reals.indices { $0.reals[index].check = .alwaysUp } }
        #expect(drill.weights == [5, 5])
        drill.check(1, false)
        drill.check(1, false)
        #expect(drill.weights == [-1, 5])
    }

    @Test func theStatusTellsEachCheck() throws {
        var drill = drill()
        drill.check(1, false, index: 1, reason: "connection refused")
        let snapshot = drill.director.serviceFacts.snapshots(counters: [:], at: drill.now)[0].servers[0]
        #expect(snapshot.checks.map(\.name) == ["", "connect port 22"])
        #expect(snapshot.checks.map(\.failures) == [0, 1])
        #expect(snapshot.check.contains("; connect to 10.0.0.1:22"))
    }
}

/// Tiers of fallbacks that are checked themselves.
struct TierTests {
    private static func tier(_ numbers: [UInt32]) -> FallbackTier {
        FallbackTier(
            line: 9,
            servers: numbers.map { last in
                let server = Farm.server(last, weight: 1)
                return .init(server: server, probes: [ProbeSetting(spec: Farm.check(server.endpoint))])
            })
    }

    private func drill() -> Drill {
        Drill(servers: 2) {
            $0.tiers = [Self.tier([21, 22]), Self.tier([31])]
            $0.fallback = Farm.fallback
        }
    }

    /// Who of tiers and fallback is in the kernel.
    private func standIns(_ drill: Drill) -> [UInt32] {
        ([21, 22, 31] as [UInt32]).filter { drill.weightOf(Drill.server($0)) == 1 }
            + (drill.weightOf(Farm.fallback.endpoint) == 1 ? [0] : [])
    }

    @Test func theFirstTierWithAHealthyServerStandsIn() {
        var drill = drill()
        for last in [21, 22, 31] as [UInt32] { drill.check(last, true) }
        #expect(standIns(drill) == [])
        drill.check(1, false)
        #expect(standIns(drill) == [])
        drill.check(2, false)
        #expect(standIns(drill) == [21, 22])
        drill.check(21, false)
        #expect(standIns(drill) == [22])
        drill.check(22, false)
        #expect(standIns(drill) == [31])
        drill.check(31, false)
        #expect(standIns(drill) == [0])
        drill.check(22, true)
        #expect(standIns(drill) == [22])
        drill.check(1, true)
        #expect(standIns(drill) == [])
        #expect(
            drill.events.filter { [.tierOn, .tierOff, .fallbackOn, .fallbackOff].contains($0) } == [
                .tierOn, .tierOn, .tierOff, .fallbackOn, .tierOn, .fallbackOff, .tierOff,
            ])
    }

    @Test func theFallbackIsThereUntilATierIsVerified() {
        var drill = drill()
        drill.check(1, false)
        drill.check(2, false)
        #expect(standIns(drill) == [0])
        drill.check(31, true)
        #expect(standIns(drill) == [31])
        drill.check(21, true)
        #expect(standIns(drill) == [21])
    }

    @Test func aTierThatStandsInIsAdoptedByTheNextEngine() {
        var drill = drill()
        drill.check(21, true)
        drill.check(1, false)
        drill.check(2, false)
        #expect(standIns(drill) == [21])
        drill.restart()
        #expect(standIns(drill) == [21])
        drill.check(21, false)
        #expect(standIns(drill) == [0])
    }

    @Test func aTierThatLeavesTheFileGoes() {
        var drill = drill()
        drill.check(21, true)
        drill.check(31, true)
        drill.check(1, false)
        drill.check(2, false)
        drill.load { $0.tiers.removeFirst() }
        #expect(standIns(drill) == [31])
    }

    @Test func theOperatorsOrdersBringTheTiersIn() throws {
        var drill = drill()
        drill.check(21, true)
        try drill.order(.disable, 1)
        try drill.order(.drain, 2)
        #expect(standIns(drill) == [21])
        #expect(throws: OrderRefusal.self) {
            var copy = drill
            try copy.order(.drain, 21)
        }
    }
}
