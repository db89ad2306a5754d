import DirectorConfig
import DirectorCore
import NetworkTypes
import Testing
import TimeTypes
import VirtualServers

/// Servers that are taken out wait for their connections, whatever happens meanwhile.
struct DrainTests {
    @Test func aDrainedServerGoesWhenItsConnectionsHaveEnded() throws {
        var drill = Drill { $0.policy.drain = .seconds(30) }
        let outcome = try drill.order(.drain, 1)
        #expect(outcome.isChange)
        #expect(
            outcome.text
                == "real server 10.0.0.1:80 of TCP 192.0.2.1:80 is draining: weight 0 until its connections have ended, 30s at most"
        )
        #expect(drill.weights == [0, 5, 5])
        drill.count(1, active: 2)
        drill.pass(.seconds(5))
        #expect(drill.weights == [0, 5, 5])
        drill.count(1, active: 0)
        #expect(drill.weights == [-1, 5, 5])
        #expect(drill.events == [.serverDraining, .serverDrained])
        // It stays out though its checks pass.
        drill.check(1, false)
        drill.check(1, true)
        #expect(drill.weights == [-1, 5, 5])
    }

    @Test func theDeadlineEndsTheWaiting() throws {
        var drill = Drill { $0.policy.drain = .seconds(30) }
        try drill.order(.drain, 1)
        drill.count(1, active: 2)
        drill.pass(.seconds(29))
        #expect(drill.weights == [0, 5, 5])
        drill.pass(.seconds(2))
        #expect(drill.weights == [-1, 5, 5])
        #expect(
            drill.director.takeReports().last?.text
                == "real server 10.0.0.1:80 of TCP 192.0.2.1:80 is drained and removed: its time is over, 2 connections were left"
        )
    }

    @Test func withoutADrainTimeTheOperatorsDrainHasNoLimit() throws {
        var drill = Drill()
        try drill.order(.drain, 1)
        drill.count(1, active: 1)
        drill.pass(.seconds(100_000))
        #expect(drill.weights == [0, 5, 5])
        drill.count(1, active: 0)
        #expect(drill.weights == [-1, 5, 5])
    }

    /// Closed TCP connections stay in the kernel's table for two minutes; as long as packets pass they are not closed.
    @Test func closedConnectionsThatAreSilentHaveEnded() throws {
        var drill = Drill { $0.policy.drain = .seconds(300) }
        try drill.order(.drain, 1)
        for second in 0..<10 {
            drill.count(1, active: 0, inactive: 3, packets: UInt64(100 + second))
            drill.pass(.seconds(1))
        }
        #expect(drill.weights == [0, 5, 5])
        for _ in 0..<4 {
            drill.count(1, active: 0, inactive: 3, packets: 109)
            drill.pass(.seconds(1))
        }
        #expect(drill.weights == [0, 5, 5])
        drill.count(1, active: 0, inactive: 3, packets: 109)
        #expect(drill.weights == [-1, 5, 5])
    }

    @Test func silentConnectionsOfADatagramServiceAreWaitedFor() {
        var watch = ConnectionWatch()
        var counts = ConnectionCounts()
        counts.inactive = 1
        for second in 0..<60 as Range<Int64> {
            let instant = MonotonicInstant(nanoseconds: second * 1_000_000_000)
            let hasEnded = watch.hasEnded(ServerActivity(counts, packets: 7), transport: .udp, at: instant)
            #expect(!hasEnded)
        }
        counts.inactive = 0
        let hasEnded = watch.hasEnded(ServerActivity(counts, packets: 7), transport: .udp, at: .zero)
        #expect(hasEnded)
    }

    @Test func aServerThatLeavesTheFileDrains() {
        var drill = Drill { $0.policy.drain = .seconds(30) }
        drill.load { $0.reals.removeFirst() }
        #expect(drill.weightOf(Drill.server(1)) == 0)
        #expect(drill.events == [.serverDraining])
        drill.count(1, active: 1)
        // A second reload does not prolong it.
        drill.pass(.seconds(20))
        drill.load { $0.reals[0].server.weight = 7 }
        #expect(drill.weightOf(Drill.server(1)) == 0)
        drill.pass(.seconds(11))
        #expect(drill.weightOf(Drill.server(1)) == -1)
        #expect(drill.director.memory.items.isEmpty)
        #expect(drill.weights == [7, 5])
    }

    @Test func withoutADrainTimeItGoesAtOnce() {
        var drill = Drill()
        drill.load { $0.reals.removeFirst() }
        #expect(drill.weightOf(Drill.server(1)) == -1)
    }

    @Test func aServerThatIsNamedAgainWhileItDrainsIsCheckedAndUsedAgain() {
        var drill = Drill { $0.policy.drain = .seconds(30) }
        let first = drill.farm.configuration.virtuals[0].reals[0]
        drill.load { $0.reals.removeFirst() }
        drill.pass(.seconds(10))
        drill.load { $0.reals.insert(first, at: 0) }
        #expect(drill.weights == [0, 5, 5])
        drill.check(1, true)
        #expect(drill.weights == [5, 5, 5])
        drill.pass(.seconds(60))
        #expect(drill.weights == [5, 5, 5])
        // And out once more: the time begins anew.
        drill.load { $0.reals.removeFirst() }
        drill.count(1, active: 1)
        drill.pass(.seconds(29))
        #expect(drill.weightOf(Drill.server(1)) == 0)
    }

    @Test func weightZeroInTheFileDrainsAndThenRemoves() {
        var drill = Drill { $0.policy.drain = .seconds(30) }
        drill.load { $0.reals[0].server.weight = 0 }
        #expect(drill.weights == [0, 5, 5])
        drill.count(1, active: 1)
        drill.pass(.seconds(31))
        #expect(drill.weights == [-1, 5, 5])
        drill.load { $0.reals[0].server.weight = 3 }
        #expect(drill.weights == [3, 5, 5])
        // Without a drain time a weight of 0 is as ldirectord has it.
        drill.load {
            $0.policy.drain = nil
            $0.reals[0].server.weight = 0
        }
        drill.pass(.seconds(100))
        #expect(drill.weights == [0, 5, 5])
    }

    /// What the next run is given back, and when it takes the server out.
    @Test(arguments: [false, true])
    func aDrainGoesOnAfterARestart(removed: Bool) throws {
        var drill = Drill { $0.policy.drain = .seconds(30) }
        if removed { drill.load { $0.reals.removeFirst() } } else { try drill.order(.drain, 1) }
        drill.pass(.seconds(10))
        drill.restart(after: .seconds(5))
        #expect(drill.weightOf(Drill.server(1)) == 0)
        drill.count(1, active: 1)
        drill.pass(.seconds(14))
        #expect(drill.weightOf(Drill.server(1)) == 0)
        drill.pass(.seconds(2))
        #expect(drill.weightOf(Drill.server(1)) == -1)
        // Out for good, over a second restart too.
        drill.restart()
        drill.check(1, true)
        #expect(drill.weightOf(Drill.server(1)) == -1)
        #expect(drill.director.memory.items.count == (removed ? 0 : 1))
    }

    @Test func aServerThatLeftTheFileWhileNoEngineRanDrains() {
        var drill = Drill { $0.policy.drain = .seconds(30) }
        var smaller = drill.farm.configuration
        smaller.virtuals[0].reals.removeFirst()
        drill.restart(smaller)
        #expect(drill.weightOf(Drill.server(1)) == 0)
        drill.count(1, active: 1)
        drill.pass(.seconds(31))
        #expect(drill.weightOf(Drill.server(1)) == -1)
    }

    /// The wall clock is for people: setting it moves no deadline of a running engine.
    @Test(arguments: [-3600, 3600])
    func aClockThatIsSetChangesNothing(ahead: Int) throws {
        var drill = Drill { $0.policy.drain = .seconds(30) }
        try drill.order(.drain, 1)
        drill.count(1, active: 1)
        drill.setClock(ahead: .seconds(ahead))
        drill.pass(.seconds(29))
        #expect(drill.weights == [0, 5, 5])
        drill.pass(.seconds(2))
        #expect(drill.weights == [-1, 5, 5])
    }

    /// Over a restart only the wall clock is left: set back, the waiting begins anew; set ahead, it is over. Never longer
    /// than once more.
    @Test(arguments: [(-3600, 29), (3600, 0)])
    func aClockThatIsSetWhileNoEngineRuns(ahead: Int, waits: Int) throws {
        var drill = Drill { $0.policy.drain = .seconds(30) }
        try drill.order(.drain, 1)
        drill.count(1, active: 1)
        drill.setClock(ahead: .seconds(ahead))
        drill.restart()
        if waits > 0 {
            drill.pass(.seconds(waits))
            #expect(drill.weights == [0, 5, 5])
        }
        drill.pass(.seconds(2))
        #expect(drill.weights == [-1, 5, 5])
    }

    @Test func aReloadWhileDrainingMayChangeTheTime() throws {
        var drill = Drill { $0.policy.drain = .seconds(30) }
        try drill.order(.drain, 1)
        drill.count(1, active: 1)
        drill.load { $0.policy.drain = .seconds(60) }
        drill.pass(.seconds(40))
        #expect(drill.weights == [0, 5, 5])
        drill.load { $0.policy.drain = .seconds(30) }
        #expect(drill.weights == [-1, 5, 5])
    }

    @Test func whatAStrangerDoesToADrainingServerIsPutRight() throws {
        var drill = Drill { $0.policy.drain = .seconds(30) }
        try drill.order(.drain, 1)
        var table = drill.director.actual
        table.apply(.editServer(Farm.server(1, weight: 9), of: drill.farm.id))
        let differs = drill.director.observe(table, at: drill.now)
        #expect(differs)
        drill.converge()
        #expect(drill.weights == [0, 5, 5])
        table = drill.director.actual
        table.apply(.deleteServer(Drill.server(1), from: drill.farm.id))
        _ = drill.director.observe(table, at: drill.now)
        drill.converge()
        #expect(drill.weights == [0, 5, 5])
    }

    @Test func aRefusedReloadStartsNoDrainAndEndsNone() throws {
        var drill = Drill { $0.policy.drain = .seconds(30) }
        try drill.order(.drain, 2)
        let (before, memory) = (drill.director.actual, drill.director.memory)
        var bad = drill.farm.configuration
        bad.virtuals[0].reals.removeFirst()
        bad.virtuals[0].service.scheduler = Scheduler("nosuch")
        _ = drill.director.load(bad, at: drill.now)
        let plan = drill.director.plan(at: drill.now)
        let refused = plan.changes.filter { if case .editService = $0 { true } else { false } }
        let outcome = drill.director.settle(
            plan.changes, refusals: refused.map { .init($0, "no") }, at: drill.now)
        #expect(outcome != .settled)
        drill.converge()
        #expect(drill.director.actual == before)
        #expect(drill.director.memory == memory)
    }

    @Test func theFallbackStandsInWhenEveryServerIsTakenOut() throws {
        var drill = Drill(servers: 2) { $0.fallback = Farm.fallback }
        try drill.order(.drain, 1)
        #expect(drill.weightOf(Farm.fallback.endpoint) == -1)
        try drill.order(.disable, 2)
        #expect(drill.weightOf(Farm.fallback.endpoint) == 1)
        try drill.order(.enable, 2)
        #expect(drill.weightOf(Farm.fallback.endpoint) == -1)
    }
}
