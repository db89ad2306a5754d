import HealthChecking
import Testing
import TimeTypes

struct HealthTrackerTests {
    let start = WallTime(milliseconds: 1_000)

    func passed() -> CheckResult { CheckResult(passed: true, reason: "connected", latency: .milliseconds(1)) }
    func failed() -> CheckResult { CheckResult(passed: false, reason: "connection refused", latency: .milliseconds(1)) }

    @Test func oneSuccessBringsAServerIn() {
        var tracker = HealthTracker(.unverified, reason: "not checked yet", at: start)
        #expect(tracker.observe(passed(), failureCount: 3, at: WallTime(milliseconds: 1_500)) == .cameUp)
        #expect(tracker.state == .up)
        #expect(tracker.since == WallTime(milliseconds: 1_500))
        #expect(tracker.reason == "connected")
    }

    @Test func aServerNeverSeenUpIsOutAtItsFirstFailure() {
        var tracker = HealthTracker(.unverified, reason: "not checked yet", at: start)
        #expect(tracker.observe(failed(), failureCount: 3, at: start) == .wentDown)
        #expect(tracker.observe(failed(), failureCount: 3, at: start) == nil)
    }

    @Test func anUpServerTakesFailureCountFailuresInARow() {
        var tracker = HealthTracker(.up, reason: "connected", at: start)
        #expect(tracker.observe(failed(), failureCount: 3, at: start) == .softFailure(count: 1, limit: 3))
        #expect(tracker.observe(failed(), failureCount: 3, at: start) == .softFailure(count: 2, limit: 3))
        #expect(tracker.observe(passed(), failureCount: 3, at: start) == .softFailureCleared)
        #expect(tracker.observe(failed(), failureCount: 3, at: start) == .softFailure(count: 1, limit: 3))
        #expect(tracker.observe(failed(), failureCount: 3, at: start) == .softFailure(count: 2, limit: 3))
        #expect(tracker.observe(failed(), failureCount: 3, at: WallTime(milliseconds: 9_000)) == .wentDown)
        #expect(tracker.state == .down)
        #expect(tracker.since == WallTime(milliseconds: 9_000))
        #expect(tracker.failures == 0)
    }

    @Test func theStateKeepsItsBeginningWhileItHolds() {
        var tracker = HealthTracker(.up, reason: "connected", at: start)
        #expect(tracker.observe(passed(), failureCount: 1, at: WallTime(milliseconds: 2_000)) == nil)
        #expect(tracker.since == start)
        #expect(tracker.lastCheck == WallTime(milliseconds: 2_000))
    }
}
