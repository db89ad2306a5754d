import DirectorConfig
import DirectorCore
import Testing
import TimeTypes

struct ProgramQueueTests {
    @Test func oneKeyRunsInOrderAndOneAtATime() {
        var queue = ProgramQueue<Int>()
        for job in 1...3 { _ = queue.add(job, key: "a") }
        let found1 = queue.next()?.job
        #expect(found1 == 1)
        let found2 = queue.next()
        #expect(found2 == nil)
        queue.finished("a")
        let found3 = queue.next()?.job
        #expect(found3 == 2)
    }

    @Test func keysRunSideBySideUpToTheLimit() {
        var queue = ProgramQueue<Int>(runningLimit: 2)
        for job in 1...3 { _ = queue.add(job, key: "\(job)") }
        let found4 = queue.next()?.job
        #expect(found4 == 1)
        let found5 = queue.next()?.job
        #expect(found5 == 2)
        let found6 = queue.next()
        #expect(found6 == nil)
        queue.finished("1")
        let found7 = queue.next()?.job
        #expect(found7 == 3)
        #expect(!queue.isEmpty)
        queue.finished("2")
        queue.finished("3")
        #expect(queue.isEmpty)
    }

    @Test func theOldestMakesRoom() {
        var queue = ProgramQueue<Int>(waitingLimit: 3, waitingLimitPerKey: 2)
        let found8 = queue.add(1, key: "a")
        #expect(found8 == nil)
        let found9 = queue.add(2, key: "a")
        #expect(found9 == nil)
        let found10 = queue.add(3, key: "a")
        #expect(found10 == 1)
        let found11 = queue.add(4, key: "b")
        #expect(found11 == nil)
        let found12 = queue.add(5, key: "c")
        #expect(found12 == 2)
        #expect(queue.waitingCount == 3)
    }
}

struct DaemonPhaseTests {
    static func at(_ seconds: Int64) -> MonotonicInstant { .init(nanoseconds: seconds * 1_000_000_000) }

    static func moment(_ seconds: Int64) -> Moment {
        Moment(WallTime(milliseconds: seconds * 1000), at(seconds))
    }

    @Test func aReloadLastsUntilEveryServerWasCheckedSince() {
        let farm = Farm(servers: 2)
        var director = Director(farm.configuration, actual: .init(), at: Self.moment(0))
        director.check(1, passed: true, at: Self.moment(1))
        director.check(2, passed: true, at: Self.moment(1))
        var phase = DaemonPhase(.starting, until: Self.at(100))
        phase.update(at: Self.at(1)) { director.allChecked(since: $0) }
        #expect(phase.state == .running)
        phase.begin(.reloading, at: Self.moment(5), for: .seconds(100))
        for (second, id) in [(6, nil), (7, 1), (8, 2)] as [(Int64, UInt32?)] {
            #expect(phase.state == .reloading)
            if let id { director.check(id, passed: true, at: Self.moment(second)) }
            phase.update(at: Self.at(second)) { director.allChecked(since: $0) }
        }
        #expect(phase.state == .running)
    }

    @Test func theStartEndsWhenAllIsCheckedOrItsTimeIsOver() {
        var phase = DaemonPhase(.starting, until: Self.at(10))
        phase.update(at: Self.at(1)) { _ in false }
        #expect(phase.state == .starting)
        phase.update(at: Self.at(2)) { _ in true }
        #expect(phase.state == .running)
        phase.begin(.reloading, at: Self.moment(10), for: .seconds(10))
        #expect(phase.state == .reloading)
        phase.update(at: Self.at(20)) { _ in false }
        #expect(phase.state == .running)
    }

    @Test func aReloadInTheMiddleOfTheStartIsTheStart() {
        var phase = DaemonPhase(.starting, until: Self.at(10))
        phase.begin(.reloading, at: Self.moment(2), for: .seconds(10))
        #expect(phase.state == .starting)
        phase.update(at: Self.at(11)) { _ in false }
        #expect(phase.state == .starting)
    }

    @Test func stoppingStays() {
        var phase = DaemonPhase(.running, until: Self.at(0))
        phase.begin(.stopping, at: Self.moment(0), for: .zero)
        phase.update(at: Self.at(9)) { _ in true }
        #expect(phase.state == .stopping)
        phase.begin(.reloading, at: Self.moment(10), for: .seconds(10))
        #expect(phase.state == .stopping)
    }
}
