import HealthChecking
import Testing
import TimeTypes

struct CheckLogTests {
    private func log(_ results: [(Bool, String, Int64)]) -> CheckLog {
        var log = CheckLog()
        for (index, (passed, reason, latency)) in results.enumerated() {
            log.append(
                CheckResult(passed: passed, reason: reason, latency: .milliseconds(latency)),
                at: WallTime(milliseconds: Int64(index) * 1000))
        }
        return log
    }

    @Test func equalResultsInARowAreOneEntry() {
        let runs = log([(true, "HTTP 200", 5), (true, "HTTP 200", 9), (true, "HTTP 200", 7), (false, "refused", 1)])
            .runs
        #expect(
            runs == [
                CheckLog.Run(
                    passed: true, reason: "HTTP 200", first: WallTime(milliseconds: 0),
                    last: WallTime(milliseconds: 2000), count: 3, latency: .milliseconds(7), longest: .milliseconds(9)),
                CheckLog.Run(
                    passed: false, reason: "refused", first: WallTime(milliseconds: 3000),
                    last: WallTime(milliseconds: 3000), count: 1, latency: .milliseconds(1), longest: .milliseconds(1)),
            ])
    }

    @Test func theSameWordsWithAnotherVerdictAreAnotherEntry() {
        #expect(log([(true, "HTTP 404", 1), (false, "HTTP 404", 1)]).runs.count == 2)
    }

    @Test func onlyTheLatestAreKept() {
        let runs = log((0..<50).map { ($0 % 2 == 0, "result \($0)", 1) }).runs
        #expect(runs.map(\.reason) == (46..<50).map { "result \($0)" })
    }
}
