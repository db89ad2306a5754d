import DirectorConfig
import DirectorCore
import Testing
import TimeTypes

/// Reports of monitors and heartbeats of applications.
struct OutsideMonitorsTests {
    private static func at(_ seconds: Int64) -> Moment {
        Moment(WallTime(milliseconds: seconds * 1000), MonotonicInstant(nanoseconds: seconds * 1_000_000_000))
    }

    private static let nut = OutsideMonitors.Reporter(user: 101, name: "nut", mayChange: false)
    private static let other = OutsideMonitors.Reporter(user: 102, name: "smartd", mayChange: false)
    private static let root = OutsideMonitors.Reporter(user: 0, name: "root", mayChange: true)
    private var monitors = OutsideMonitors(at: OutsideMonitorsTests.at(0).instant)

    @Test mutating func anEventIsRaisedAndCleared() throws {
        let raised = try monitors.report(
            "ups", isUp: false, source: nil, text: "on\nbattery", by: Self.nut, at: Self.at(0))
        #expect(raised.text == "event ups raised by nut: on battery")
        #expect(raised.events.map(\.kind) == [.eventRaised])
        #expect(raised.events.first?.name == "ups")
        #expect(raised.events.first?.source == "nut")
        #expect(monitors.memory.raised.map(\.name) == ["ups"])
        let again = try monitors.report("ups", isUp: false, source: nil, text: "", by: Self.nut, at: Self.at(1))
        #expect(again.text.contains("counted once more"))
        #expect(again.events.map(\.kind) == [.eventRaised])
        let cleared = try monitors.report("ups", isUp: true, source: nil, text: "", by: Self.nut, at: Self.at(90))
        #expect(cleared.events.map(\.text) == ["event ups cleared by nut after 90 s"])
        #expect(monitors.memory.raised.isEmpty)
        #expect(
            try monitors.report("ups", isUp: true, source: nil, text: "", by: Self.nut, at: Self.at(91)).events == [])
    }

    @Test mutating func noTextOfTheirsIsATerminalsCommand() throws {
        let raised = try monitors.report(
            "ups", isUp: false, source: nil, text: "on\u{9B}2J\u{1B}[2Jbattery", by: Self.nut, at: Self.at(0))
        #expect(raised.text == "event ups raised by nut: on 2J [2Jbattery")
    }

    @Test mutating func onlyWhoRaisedItMayClearIt() throws {
        _ = try monitors.report("ups", isUp: false, source: "ups1", text: "", by: Self.nut, at: Self.at(0))
        #expect(throws: OutsideMonitors.Refusal.self) {
            try monitors.report("ups", isUp: true, source: "ups1", text: "", by: Self.other, at: Self.at(1))
        }
        // The other's own event of that name is another one.
        #expect(
            try monitors.report("ups", isUp: true, source: nil, text: "", by: Self.other, at: Self.at(1)).events == [])
        #expect(
            try monitors.report("ups", isUp: true, source: "ups1", text: "", by: Self.root, at: Self.at(2)).events.count
                == 1)
    }

    @Test mutating func tooManyReportsOfOneUserAreRefused() throws {
        var taken = 0
        for _ in 0..<100
        where (try? monitors.report("a", isUp: false, source: nil, text: "", by: Self.nut, at: Self.at(0))) != nil {
            taken += 1
        }
        #expect(taken == 30)
        _ = try monitors.report("a", isUp: false, source: nil, text: "", by: Self.other, at: Self.at(0))
        _ = try monitors.report("a", isUp: false, source: nil, text: "", by: Self.nut, at: Self.at(1))
        #expect(throws: OutsideMonitors.Refusal.self) {
            try monitors.report("a", isUp: false, source: nil, text: "", by: Self.nut, at: Self.at(1))
        }
    }

    @Test(arguments: ["", "-x", "a b", "a/b", String(repeating: "x", count: 65), "a\n"])
    func namesHaveARule(name: String) {
        var monitors = monitors
        #expect(throws: OutsideMonitors.Refusal.self) {
            try monitors.report(name, isUp: false, source: nil, text: "", by: Self.root, at: Self.at(0))
        }
        #expect(throws: OutsideMonitors.Refusal.self) {
            try monitors.beat(name, every: .seconds(5), by: Self.root, at: Self.at(0))
        }
    }

    @Test mutating func namesAreLimited() throws {
        for number in 0..<OutsideMonitors.namesPerUser {
            _ = try monitors.beat("job-\(number)", every: .seconds(500), by: Self.nut, at: Self.at(Int64(number)))
        }
        #expect(throws: OutsideMonitors.Refusal.self) {
            try monitors.beat("one-more", every: .seconds(5), by: Self.nut, at: Self.at(300))
        }
        _ = try monitors.beat("job-0", every: .seconds(5), by: Self.nut, at: Self.at(300))
        _ = try monitors.end("job-0", by: Self.nut, at: Self.at(300))
        _ = try monitors.beat("one-more", every: .seconds(5), by: Self.nut, at: Self.at(300))
    }

    /// A program that fails and is started again in a loop fills no history; beats alone cost nothing.
    @Test mutating func heartbeatsThatBecomeEventsHaveABudget() throws {
        var told = 0
        for _ in 0..<100 {
            told += (try? monitors.beat("job", every: .seconds(5), by: Self.nut, at: Self.at(0)).events.count) ?? 0
            told += (try? monitors.fail("job", "x", by: Self.nut, at: Self.at(0)).events.count) ?? 0
        }
        #expect(told == 30)
        #expect(throws: OutsideMonitors.Refusal.self) { try monitors.end("job", by: Self.nut, at: Self.at(0)) }
        #expect(try monitors.end("job", by: Self.nut, at: Self.at(1)).events.map(\.kind) == [.aliveEnded])
        _ = try monitors.beat("steady", every: .seconds(5), by: Self.other, at: Self.at(0))
        for _ in 0..<100 {
            #expect(try monitors.beat("steady", every: .seconds(5), by: Self.other, at: Self.at(1)).events == [])
        }
    }

    @Test mutating func silenceIsToldOnceAndSoIsTheReturn() throws {
        let first = try monitors.beat("backup", every: .seconds(5), by: Self.nut, at: Self.at(0))
        #expect(first.events.map(\.kind) == [.aliveStarted])
        for second in [5, 10, 14] as [Int64] {
            #expect(try monitors.beat("backup", every: .seconds(5), by: Self.nut, at: Self.at(second)).events == [])
        }
        #expect(monitors.nextDeadline == Self.at(29).instant)
        #expect(monitors.advance(to: Self.at(28)) == [])
        let silent = monitors.advance(to: Self.at(29))
        #expect(silent.map(\.text) == ["alive backup silent for 15 s, expected every 5 s"])
        #expect(silent.map(\.kind) == [.aliveSilent])
        #expect(monitors.advance(to: Self.at(100)) == [])
        #expect(monitors.nextDeadline == nil)
        let back = try monitors.beat("backup", every: .seconds(5), by: Self.nut, at: Self.at(129))
        #expect(back.events.map(\.text) == ["alive backup is back after 100 s"])
        #expect(monitors.nextDeadline == Self.at(144).instant)
    }

    @Test mutating func aFailureNeedNotBeWaitedFor() throws {
        _ = try monitors.beat("backup", every: .seconds(5), by: Self.nut, at: Self.at(0))
        let failed = try monitors.fail("backup", "tar exited with status 2", by: Self.nut, at: Self.at(1))
        #expect(failed.events.map(\.text) == ["alive backup failed: tar exited with status 2"])
        #expect(try monitors.fail("backup", "again", by: Self.nut, at: Self.at(2)).events == [])
        #expect(monitors.memory.alive.map(\.reason) == ["again"])
        #expect(monitors.advance(to: Self.at(100)) == [])
        #expect(throws: OutsideMonitors.Refusal.self) {
            try monitors.fail("nothing", "x", by: Self.nut, at: Self.at(1))
        }
        _ = try monitors.beat("backup", every: .seconds(5), by: Self.nut, at: Self.at(101))
        let long = String(repeating: "x", count: OutsideMonitors.textLimit + 1)
        #expect(throws: OutsideMonitors.Refusal.self) {
            try monitors.fail("backup", long, by: Self.nut, at: Self.at(102))
        }
        #expect(try monitors.fail("backup", String(long.dropLast()), by: Self.nut, at: Self.at(102)).events.count == 1)
    }

    @Test mutating func aNameBelongsToItsUser() throws {
        _ = try monitors.beat("backup", every: .seconds(5), by: Self.nut, at: Self.at(0))
        #expect(throws: OutsideMonitors.Refusal.self) {
            try monitors.beat("backup", every: .seconds(500), by: Self.other, at: Self.at(1))
        }
        #expect(throws: OutsideMonitors.Refusal.self) { try monitors.end("backup", by: Self.other, at: Self.at(1)) }
        #expect(try monitors.end("backup", by: Self.root, at: Self.at(1)).events.map(\.kind) == [.aliveEnded])
        #expect(monitors.nextDeadline == nil)
    }

    @Test mutating func aRestartOfTheEngineWaitsAnew() throws {
        _ = try monitors.beat("backup", every: .seconds(5), by: Self.nut, at: Self.at(0))
        _ = try monitors.beat("fast", every: .milliseconds(500), by: Self.nut, at: Self.at(0))
        _ = try monitors.beat("gone", every: .seconds(1), by: Self.nut, at: Self.at(0))
        _ = monitors.advance(to: Self.at(3))
        _ = try monitors.report("disk", isUp: false, source: nil, text: "full", by: Self.nut, at: Self.at(3))
        var next = OutsideMonitors(monitors.memory, at: Self.at(1000).instant)
        #expect(next.memory == monitors.memory)
        // What was silent before stays so, and is not told again.
        #expect(next.advance(to: Self.at(1009)) == [])
        #expect(next.advance(to: Self.at(1015)).map(\.name) == ["backup"])
        #expect(
            try next.report("disk", isUp: true, source: nil, text: "", by: Self.nut, at: Self.at(1020)).events.count
                == 1)
    }
}
