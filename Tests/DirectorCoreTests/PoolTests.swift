import DirectorConfig
import DirectorCore
import HealthChecking
import NetworkTypes
import Testing
import TimeTypes
import VirtualServers

/// Slow start: weights in steps, and no more writes to the kernel than steps.
struct SlowStartTests {
    /// Full weight, seconds since it came up, the weight then; the whole time is 20 s.
    @Test(arguments: [
        (1, 0, 1), (2, 0, 1), (2, 19, 1), (2, 20, 2), (5, 0, 1), (5, 5, 2), (5, 10, 3), (5, 19, 4), (5, 20, 5),
        (100, 0, 1), (100, 2, 10), (100, 19, 90), (100, 20, 100), (100, -5, 1), (Int32.max, 10, 1_073_741_824),
    ])
    func theWeightGrowsInSteps(full: Int32, seconds: Int, weight: Int32) {
        #expect(SlowStart.weight(full, after: .seconds(seconds), of: .seconds(20)) == weight)
    }

    @Test(arguments: [2, 3, 7, 10, 11, 100, 65_535] as [Int32])
    func itTakesAtMostTenStepsAndEndsWithAllOfIt(full: Int32) {
        var elapsed = Duration.zero
        var weights = [SlowStart.weight(full, after: elapsed, of: .seconds(20))]
        while let next = SlowStart.nextStep(full, after: elapsed, of: .seconds(20)) {
            #expect(next > elapsed)
            elapsed = next
            weights.append(SlowStart.weight(full, after: elapsed, of: .seconds(20)))
        }
        #expect(elapsed == .seconds(20))
        #expect(weights.first == 1)
        #expect(weights.last == full)
        #expect(weights.count <= 11)
        #expect(zip(weights, weights.dropFirst()).allSatisfy { $0 < $1 })
    }

    private func drill() -> Drill {
        Drill {
            $0.policy.slowStart = .seconds(20)
            for index in $0.reals.indices { $0.reals[index].server.weight = 100 }
        }
    }

    @Test func aServerThatComesUpGetsItsWeightInSteps() {
        var drill = drill()
        drill.pass(.seconds(20))
        #expect(drill.weights == [100, 100, 100])
        drill.check(1, false)
        #expect(drill.weights == [-1, 100, 100])
        drill.check(1, true)
        #expect(drill.weights == [1, 100, 100])
        drill.pass(.seconds(11))
        #expect(drill.weights == [50, 100, 100])
        let told = drill.commands.count
        drill.pass(.seconds(9))
        #expect(drill.weights == [100, 100, 100])
        #expect(drill.commands.count - told == 5)
        #expect(drill.director.nextDeadline == nil)
    }

    /// Whoever served goes on with its whole weight, and only the server that was not there begins.
    @Test func aServerThatAReloadBringsGetsItsWeightInSteps() {
        var drill = drill()
        drill.pass(.seconds(20))
        var more = Farm(servers: 4) { $0.policy.slowStart = .seconds(20) }.configuration
        for index in more.virtuals[0].reals.indices { more.virtuals[0].reals[index].server.weight = 100 }
        _ = drill.director.load(more, at: drill.now)
        drill.converge()
        drill.check(4, true)
        #expect((1...4).map { drill.director.weight($0, in: drill.farm.id) } == [100, 100, 100, 1])
    }

    @Test func afterARestartWhatIsInUseHasItsWholeWeight() {
        var drill = drill()
        drill.pass(.seconds(60))
        drill.restart()
        #expect(drill.weights == [100, 100, 100])
        drill.check(1, true)
        #expect(drill.weights == [100, 100, 100])
    }

    /// Half an hour of slow start would be nothing but a crash away from the whole load at once.
    @Test func aRestartInTheMiddleGoesOnWhereItStood() {
        var drill = drill()
        drill.pass(.seconds(10))
        #expect(drill.weights == [50, 50, 50])
        drill.restart(after: .seconds(1))
        #expect(drill.weights == [50, 50, 50])
        drill.check(1, true)
        drill.pass(.seconds(3))
        #expect(drill.weights == [70, 70, 70])
        drill.pass(.seconds(6))
        #expect(drill.weights == [100, 100, 100])
        #expect(drill.director.memory.ramps.isEmpty && drill.director.nextDeadline == nil)
    }

    @Test func aRestartAfterTheTimeOfASlowStartFindsNoneAndAClockThatWasSetBackBeginsItAnew() {
        var drill = drill()
        drill.pass(.seconds(10))
        drill.restart(after: .seconds(10))
        #expect(drill.weights == [100, 100, 100])
        drill = self.drill()
        drill.pass(.seconds(10))
        drill.setClock(ahead: .seconds(-3600))
        drill.restart()
        #expect(drill.weights == [1, 1, 1])
        drill.pass(.seconds(20))
        #expect(drill.weights == [100, 100, 100])
    }

    @Test func aReloadInTheMiddleGoesOnWithTheNewWeight() {
        var drill = drill()
        drill.pass(.seconds(10))
        #expect(drill.weights == [50, 50, 50])
        drill.load { $0.reals[0].server.weight = 11 }
        #expect(drill.weights == [6, 50, 50])
        drill.load { $0.policy.slowStart = nil }
        #expect(drill.weights == [11, 100, 100])
        drill.load { $0.policy.slowStart = .seconds(20) }
        #expect(drill.weights == [11, 100, 100])
    }

    @Test func anEnabledServerStartsSlowlyAndOneThatWasDrainedToo() throws {
        for action in [OperatorAction.disable, .drain] {
            var drill = drill()
            drill.pass(.seconds(60))
            try drill.order(action, 1)
            try drill.order(.enable, 1)
            #expect(drill.weights == [1, 100, 100])
        }
    }

    @Test func aFailureInTheMiddleBeginsAnew() {
        var drill = drill()
        drill.pass(.seconds(15))
        drill.check(1, false)
        drill.pass(.seconds(1))
        drill.check(1, true)
        #expect(drill.weights == [1, 80, 80])
    }

    @Test func aStrangersChangeIsPutRightWithoutANewStart() {
        var drill = drill()
        drill.pass(.seconds(60))
        _ = drill.director.observe(VirtualServerTable(), at: drill.now)
        drill.converge()
        #expect(drill.weights == [100, 100, 100])
    }
}

/// Flap damping.
struct FlapTests {
    private let policy = FlapPolicy(changes: 4, window: .seconds(60), hold: .seconds(30), longest: .seconds(100))

    private func drill() -> Drill {
        Drill { [policy] in $0.policy.flap = policy }
    }

    /// Down, up, down, up: one change a second.
    private func flap(_ drill: inout Drill, changes: Int = 4) {
        for change in 0..<changes {
            drill.pass(.seconds(1))
            drill.check(1, change % 2 == 1)
        }
    }

    @Test func aServerThatChangesTooOftenIsHeldDownLongerEachTime() throws {
        var drill = drill()
        for hold in [30, 60, 100, 100] {
            flap(&drill)
            #expect(drill.weights == [-1, 5, 5])
            let until = try #require(drill.director.services[drill.farm.id]?.health[Drill.server(1)]?.damping.heldUntil)
            #expect(until - drill.now.instant == .seconds(hold))
            // Whatever its checks say.
            drill.pass(.seconds(hold) - .milliseconds(1))
            drill.check(1, true)
            #expect(drill.weights == [-1, 5, 5])
            drill.pass(.milliseconds(1))
            #expect(drill.weights == [5, 5, 5])
        }
        #expect(drill.events.filter { $0 == .serverHeld }.count == 4)
        #expect(drill.events.filter { $0 == .serverReleased }.count == 4)
    }

    @Test func itIsForgivenAfterQuietTime() throws {
        var drill = drill()
        flap(&drill)
        drill.pass(.seconds(30))
        drill.pass(.seconds(60))
        flap(&drill)
        let health = drill.director.services[drill.farm.id]?.health[Drill.server(1)]
        let until = try #require(health?.damping.heldUntil)
        #expect(until - drill.now.instant == .seconds(30))
        #expect(health?.reason == "flapping, 4 changes within 60s, held down; checks pass now: fine")
    }

    @Test func slowChangesAreNoFlapping() {
        var drill = drill()
        for change in 0..<20 {
            drill.pass(.seconds(21))
            drill.check(1, change % 2 == 1)
        }
        #expect(!drill.events.contains(.serverHeld))
    }

    @Test func aServerThatFailsWhenItsHoldEndsStaysDown() {
        var drill = drill()
        flap(&drill)
        drill.check(1, false)
        drill.pass(.seconds(31))
        #expect(drill.weights == [-1, 5, 5])
        drill.check(1, true)
        #expect(drill.weights == [5, 5, 5])
    }

    @Test func aReloadKeepsAHoldAndOneWithoutTheKeyEndsIt() {
        var drill = drill()
        flap(&drill)
        drill.load { $0.reals[1].server.weight = 6 }
        #expect(drill.weights == [-1, 6, 5])
        drill.load { $0.policy.flap = nil }
        #expect(drill.weights == [5, 6, 5])
    }

    @Test(arguments: [(0, 10), (-3600, 10), (3600, 0)])
    func aHoldOutlastsARestart(clock: Int, left: Int) {
        var drill = drill()
        flap(&drill)
        drill.pass(.seconds(20))
        let memory = drill.director.memory
        drill.pass(.milliseconds(1))
        #expect(drill.director.memory == memory)
        drill.setClock(ahead: .seconds(clock))
        drill.restart(after: .zero)
        drill.check(1, true)
        // The clock says when it began; set back, the whole hold begins anew, since nobody knows better.
        #expect(drill.weights == [left == 0 ? 5 : -1, 5, 5])
        drill.pass(.seconds(clock < 0 ? 30 : left))
        #expect(drill.weights == [5, 5, 5])
    }

    @Test func theHoldAfterARestartIsTheLongerOne() throws {
        var drill = drill()
        flap(&drill)
        drill.restart()
        drill.check(1, true)
        drill.pass(.seconds(30))
        #expect(drill.weights == [5, 5, 5])
        flap(&drill)
        let until = drill.director.services[drill.farm.id]?.health[Drill.server(1)]?.damping.heldUntil
        #expect(try #require(until) - drill.now.instant == .seconds(60))
    }

    @Test func aShorterHoldOnReloadCountsForTheOneUnderWay() {
        var drill = drill()
        flap(&drill)
        drill.load { $0.policy.flap?.hold = .seconds(40) }
        drill.load { $0.policy.flap?.hold = .seconds(10) }
        drill.pass(.seconds(9))
        #expect(drill.weights == [-1, 5, 5])
        drill.pass(.seconds(1))
        #expect(drill.weights == [5, 5, 5])
    }

    @Test func anOperatorEndsAHold() throws {
        var drill = drill()
        flap(&drill)
        let outcome = try drill.order(.enable, 1)
        #expect(outcome.isChange)
        #expect(outcome.text == "real server 10.0.0.1:80 of TCP 192.0.2.1:80 is enabled; it is not held down any more")
        #expect(drill.weights == [5, 5, 5])
        #expect(drill.events.suffix(2) == [.serverEnabled, .serverReleased])
        #expect(drill.director.memory == OperatorMemory())
        let again = try drill.order(.enable, 1)
        #expect(!again.isChange)
        flap(&drill, changes: 1)
        #expect(drill.weights == [-1, 5, 5])
    }

    @Test func aHoldThatFindsTheServerUpTakesItOutFirst() {
        var drill = Drill { [policy] in
            $0.policy.flap = policy
            $0.policy.flap?.changes = 3
        }
        flap(&drill, changes: 3)
        #expect(
            drill.events.filter { $0 != .softFailure } == [
                .realServerDown, .realServerUp, .realServerDown, .serverHeld,
            ])
    }

    @Test(arguments: [-100_000, 100_000])
    func settingTheClockMovesNoHold(ahead: Int) {
        var drill = drill()
        flap(&drill)
        drill.setClock(ahead: .seconds(ahead))
        drill.pass(.seconds(29))
        #expect(drill.weights == [-1, 5, 5])
        drill.pass(.seconds(1))
        #expect(drill.weights == [5, 5, 5])
    }
}

/// `minup`: a mass failure does not empty a pool.
struct MinimumUpTests {
    private func drill(_ minimum: MinimumUp, servers: Int = 4, up: Bool = true, fallback: Bool = false) -> Drill {
        Drill(servers: servers, up: up) {
            $0.policy.minimumUp = minimum
            if fallback { $0.fallback = Farm.fallback }
        }
    }

    @Test(arguments: [
        (MinimumUp.servers(2), 4, 2), (.servers(9), 4, 4), (.percent(50), 4, 2), (.percent(50), 3, 2),
        (.percent(1), 4, 1),
        (.percent(100), 3, 3), (.percent(10), 0, 0),
    ])
    func aShareIsRoundedUp(minimum: MinimumUp, count: Int, servers: Int) {
        #expect(minimum.servers(of: count) == servers)
    }

    @Test func theServersThatWereInOrderLastStayIn() {
        var drill = drill(.servers(2))
        for last in [2, 1, 4, 3] as [UInt32] {
            drill.pass(.seconds(1))
            drill.check(last, true)
            drill.check(last, false)
        }
        #expect(drill.weights == [-1, -1, 5, 5])
        #expect(drill.events.contains(.minimumUpReached))
        #expect(!drill.events.contains(.minimumUpLeft))
        drill.pass(.seconds(1))
        drill.check(1, true)
        #expect(drill.weights == [5, -1, 5, -1])
        #expect(!drill.events.contains(.minimumUpLeft))
        drill.check(2, true)
        #expect(drill.weights == [5, 5, -1, -1])
        #expect(drill.events.last == .minimumUpLeft)
    }

    /// Its last check may be older than that of a server that was taken out long ago.
    @Test func aServerThatCountedUntilNowStaysRatherThanOneThatWasTakenOut() {
        var drill = drill(.servers(1), servers: 2)
        drill.pass(.seconds(1))
        drill.check(1, true)
        drill.check(1, false)
        drill.pass(.seconds(9))
        drill.check(2, false)
        #expect(drill.weights == [-1, 5])
    }

    @Test func theAlarmNamesWhoIsKept() throws {
        var drill = drill(.percent(50), servers: 2)
        drill.check(1, false)
        drill.check(2, false)
        let texts = drill.director.takeReports().map(\.text)
        #expect(
            texts.contains(
                "TCP 192.0.2.1:80: only 0 of 2 real servers are up, less than minup 50%: "
                    + "kept in though their checks fail: 10.0.0.1:80"))
        #expect(texts.contains("real server 10.0.0.2:80 of TCP 192.0.2.1:80 is down, removed: refused"))
    }

    /// Whoever was never in order is not kept: then, and only then, the fallback stands in.
    @Test func theFallbackStandsInOnlyWhenNoServerWasEverInOrder() {
        var drill = drill(.servers(2), up: false, fallback: true)
        for last in 1...4 as ClosedRange<UInt32> { drill.check(last, false) }
        #expect(drill.weights == [-1, -1, -1, -1])
        #expect(drill.weightOf(Farm.fallback.endpoint) == 1)
        #expect(!drill.events.contains(.minimumUpReached))
        drill.check(1, true)
        #expect(drill.weightOf(Farm.fallback.endpoint) == -1)
        drill.check(1, false)
        #expect(drill.weights == [5, -1, -1, -1])
        #expect(drill.weightOf(Farm.fallback.endpoint) == -1)
    }

    @Test func theOperatorsOrdersGoBeforeIt() throws {
        var drill = drill(.servers(2), servers: 3, fallback: true)
        for last in 1...3 as ClosedRange<UInt32> { try drill.order(.disable, last) }
        #expect(drill.weights == [-1, -1, -1])
        #expect(drill.weightOf(Farm.fallback.endpoint) == 1)
        #expect(!drill.events.contains(.minimumUpReached))
        try drill.order(.enable, 1)
        drill.check(1, false)
        #expect(drill.weights == [5, -1, -1])
        #expect(drill.events.last == .minimumUpReached)
        try drill.order(.drain, 1)
        #expect(drill.weights == [0, -1, -1])
    }

    @Test func aReloadMayRaiseAndLowerIt() {
        var drill = drill(.servers(1))
        for last in 1...4 as ClosedRange<UInt32> { drill.check(last, false) }
        #expect(drill.weights.filter { $0 == 5 }.count == 1)
        drill.load { $0.policy.minimumUp = .servers(3) }
        #expect(drill.weights.filter { $0 == 5 }.count == 3)
        drill.load { $0.policy.minimumUp = nil }
        #expect(drill.weights == [-1, -1, -1, -1])
        #expect(drill.events.suffix(2) == [.minimumUpLeft, .serviceDown])
    }

    @Test func whatWasInUseAtTheStartCountsAsInOrder() {
        var drill = drill(.servers(2))
        drill.restart()
        for last in 1...4 as ClosedRange<UInt32> { drill.check(last, false) }
        #expect(drill.weights.filter { $0 == 5 }.count == 2)
    }

    @Test func aServerThatIsStillToProveItselfIsKeptBeforeOneThatFails() {
        var drill = Drill(servers: 2) {
            $0.policy.minimumUp = .servers(1)
            $0.rise = 3
        }
        drill.check(1, false)
        drill.check(2, false)
        drill.pass(.seconds(1))
        drill.check(1, true)
        #expect(drill.weights == [5, -1])
        #expect(drill.events.filter { $0 == .realServerUp }.isEmpty)
    }

    @Test func aHeldServerMayBeKept() {
        var drill = drill(.servers(1), servers: 1)
        drill.load {
            $0.policy.flap = FlapPolicy(changes: 2, window: .seconds(60), hold: .seconds(30), longest: .seconds(60))
        }
        drill.check(1, false)
        drill.check(1, true)
        #expect(drill.events.contains(.serverHeld))
        #expect(drill.weights == [5])
    }
}
