import HealthChecking
import Testing
import TimeTypes

struct HealthTrackerTests {
    let start = WallTime(milliseconds: 1_000)

    func passed() -> CheckResult { CheckResult(passed: true, reason: "connected", latency: .milliseconds(1)) }
    func failed() -> CheckResult { CheckResult(passed: false, reason: "connection refused", latency: .milliseconds(1)) }

    @Test func oneSuccessBringsAServerIn() {
        var tracker = HealthTracker(.unverified, reason: "not checked yet", at: start)
        #expect(tracker.observe(passed(), limits: HealthLimits(fall: 3), at: WallTime(milliseconds: 1_500)) == .cameUp)
        #expect(tracker.state == .up)
        #expect(tracker.since == WallTime(milliseconds: 1_500))
        #expect(tracker.reason == "connected")
    }

    @Test func aServerNeverSeenUpIsOutAtItsFirstFailure() {
        var tracker = HealthTracker(.unverified, reason: "not checked yet", at: start)
        #expect(tracker.observe(failed(), limits: HealthLimits(fall: 3), at: start) == .wentDown)
        #expect(tracker.observe(failed(), limits: HealthLimits(fall: 3), at: start) == nil)
    }

    @Test func anUpServerTakesFailureCountFailuresInARow() {
        var tracker = HealthTracker(.up, reason: "connected", at: start)
        #expect(tracker.observe(failed(), limits: HealthLimits(fall: 3), at: start) == .softFailure(count: 1, limit: 3))
        #expect(tracker.observe(failed(), limits: HealthLimits(fall: 3), at: start) == .softFailure(count: 2, limit: 3))
        #expect(tracker.observe(passed(), limits: HealthLimits(fall: 3), at: start) == .softFailureCleared)
        #expect(tracker.observe(failed(), limits: HealthLimits(fall: 3), at: start) == .softFailure(count: 1, limit: 3))
        #expect(tracker.observe(failed(), limits: HealthLimits(fall: 3), at: start) == .softFailure(count: 2, limit: 3))
        #expect(
            tracker.observe(failed(), limits: HealthLimits(fall: 3), at: WallTime(milliseconds: 9_000)) == .wentDown)
        #expect(tracker.state == .down)
        #expect(tracker.since == WallTime(milliseconds: 9_000))
        #expect(tracker.failures == 0)
    }

    @Test func theStateKeepsItsBeginningWhileItHolds() {
        var tracker = HealthTracker(.up, reason: "connected", at: start)
        #expect(tracker.observe(passed(), limits: HealthLimits(fall: 1), at: WallTime(milliseconds: 2_000)) == nil)
        #expect(tracker.since == start)
        #expect(tracker.lastCheck == WallTime(milliseconds: 2_000))
    }

    /// Letters are results, `+` and `-`; what stands behind is the state after each of them.
    @Test(arguments: [
        (2, 1, HealthTracker.State.unverified, "+", "u"), (3, 1, .unverified, "-", "d"),
        (3, 1, .down, "+++", "ddu"), (3, 1, .down, "++-+++", "dddddu"), (1, 1, .down, "+-+", "udu"),
        (3, 2, .up, "--+++", "udddu"), (3, 2, .up, "-+-+--", "uuuuud"), (2, 3, .up, "---+-++", "uuddddu"),
    ])
    func riseAndFallCountResultsInARow(
        rise: Int, fall: Int, state: HealthTracker.State, results: String, states: String
    ) {
        var tracker = HealthTracker(state, reason: "x", at: start)
        var seen = ""
        for result in results {
            _ = tracker.observe(
                result == "+" ? passed() : failed(), limits: HealthLimits(rise: rise, fall: fall), at: start)
            seen += tracker.state.rawValue.prefix(1)
        }
        #expect(seen == states)
    }

    @Test func aServerOnItsWayBackKeepsTheReasonOfItsFailure() {
        var tracker = HealthTracker(.up, reason: "connected", at: start)
        let limits = HealthLimits(rise: 2, fall: 1)
        #expect(tracker.observe(failed(), limits: limits, at: start) == .wentDown)
        #expect(tracker.observe(passed(), limits: limits, at: start) == nil)
        #expect(tracker.successes == 1)
        #expect(tracker.reason == "connection refused")
        #expect(tracker.observe(passed(), limits: limits, at: start) == .cameUp)
        #expect(tracker.reason == "connected")
        #expect(tracker.successes == 0)
    }
}
