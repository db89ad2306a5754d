import ControlProtocol
import DirectorCore
import Foundation
import HealthChecking
import NetworkTypes
import Testing
import TimeTypes
import VirtualServers

struct ExplanationTextTests {
    static let now = WallTime(milliseconds: 1_769_848_200_000)

    private func ago(_ seconds: Int64) -> WallTime { WallTime(milliseconds: Self.now.milliseconds - seconds * 1000) }

    func explanation() throws -> Explanation {
        let id = VirtualService.ID.address(.tcp, try #require(Endpoint("192.0.2.1:80")))
        let server = ServerSnapshot(
            endpoint: try #require(Endpoint("10.0.0.2:80")), method: "masq",
            health: HealthTracker(.down, reason: "connection refused", at: ago(12)), failureCount: 2,
            check: "connect to 10.0.0.2:80, every 5s, timeout 2s", weight: 3, kernelWeight: nil, connections: .init())
        var event = EventRecord(
            .realServerDown, .warning, at: ago(12), service: id, server: server.endpoint, "it is down")
        event.number = 7
        return Explanation(
            time: Self.now, service: id, server: server,
            checks: [
                Explanation.Check(
                    words: server.check, limits: HealthLimits(rise: 1, fall: 2),
                    runs: [
                        CheckLog.Run(
                            passed: true, reason: "connected", first: ago(7_200), last: ago(22), count: 1_436,
                            latency: .microseconds(250), longest: .milliseconds(40)),
                        CheckLog.Run(
                            passed: false, reason: "connection refused", first: ago(17), last: ago(2), count: 4,
                            latency: .microseconds(90), longest: .microseconds(120)),
                    ], next: WallTime(milliseconds: Self.now.milliseconds + 3000))
            ], proberConnected: true, maintenanceFile: nil, quiescent: false, wantedWeight: nil, serviceInKernel: true,
            problem: nil, events: [event])
    }

    @Test func theAnswerComesFirstAndThenTheWayToIt() throws {
        #expect(
            ExplanationText.render([try explanation()]) == """
                10.0.0.2:80 of TCP 192.0.2.1:80 is DOWN since 2026-01-31T08:29:48.000Z (12s): connection refused
                It is OUT: the kernel's table does not have it.

                  check     connect to 10.0.0.2:80, every 5s, timeout 2s
                            FAILED 4 times, 2026-01-31T08:29:43.000Z to 2026-01-31T08:29:58.000Z: connection refused (took 90us, at most 120us)
                            passed 1436 times, 2026-01-31T06:30:00.000Z to 2026-01-31T08:29:38.000Z: connected (took 250us, at most 40ms)
                            next: at about 2026-01-31T08:30:03.000Z, in 3s
                  verdict   down: connection refused
                            2 failures in a row take it out, 1 success brings it back
                  orders    none
                  wanted    not in the table (quiescent = no)
                  kernel    not in the table, as wanted

                  events
                    2026-01-31T08:29:48.000Z it is down

                """)
    }

    @Test func whatStandsBetweenTheChecksAndTheKernelIsNamed() throws {
        var one = try explanation()
        one.server.withdrawal = WithdrawalSnapshot(
            cause: .drain, by: "alice", since: ago(60), isDraining: true, deadline: ago(-30))
        one.maintenanceFile = "web2"
        one.wantedWeight = 0
        one.server.kernelWeight = 3
        one.problem = "changing real server 10.0.0.2:80: no memory"
        one.proberConnected = false
        one.checks[0].next = nil
        one.checks[0].isRun = false
        one.agent = Explanation.Check(
            words: "agent at 10.0.0.2:9707", limits: HealthLimits(), runs: one.checks[0].runs, next: nil)
        one.server.heldUntil = ago(-20)
        one.server.isKept = true
        let text = ExplanationText.render([one])
        for words in [
            "drain by alice since 2026-01-31T08:29:00.000Z", "its connections may end until 2026-01-31T08:30:30.000Z",
            "in maintenance by the file web2", "weight 0 (configured: 3)", "weight 3, NOT AS WANTED",
            "the kernel refused changing real server 10.0.0.2:80: no memory", "NOBODY CHECKS NOW",
            "agent     agent at 10.0.0.2:9707", "silent 4 times",
            "held down until 2026-01-31T08:30:20.000Z", "fewer than minup would be left", "It is IN: weight 3",
        ] {
            #expect(text.contains(words), "\(words) is missing in\n\(text)")
        }
        one.serviceInKernel = false
        one.wantedWeight = 2
        #expect(ExplanationText.render([one]).contains("weight 2 of 3, on its way up (slowstart)"))
        #expect(ExplanationText.render([one]).contains("the kernel does not have the service TCP 192.0.2.1:80"))
    }

    @Test func eachCheckTellsItsOwnLimitsWhereTheyDiffer() throws {
        var one = try explanation()
        one.checks.append(one.checks[0])
        let both = ExplanationText.render([one])
        #expect(both.components(separatedBy: "in a row take it out").count == 2, "said once:\n\(both)")
        one.checks[1].limits = HealthLimits(rise: 2, fall: 5)
        let text = ExplanationText.render([one])
        let lines = text.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
        let (first, second) = (
            "2 failures in a row take it out, 1 success brings it back", "5 failures in a row take it out"
        )
        #expect(lines.filter { $0 == first }.count == 1 && lines.contains { $0.hasPrefix(second) }, "\(text)")
        let verdict = try #require(lines.firstIndex { $0.hasPrefix("verdict") })
        #expect(lines[verdict...].allSatisfy { !$0.contains("in a row take") }, "\(text)")
    }

    @Test func whyItShouldNotBeInTheTableIsNamed() throws {
        func wanted(_ change: (inout Explanation) -> Void) throws -> String? {
            var one = try explanation()
            change(&one)
            let text = ExplanationText.render([one])
            return text.split(separator: "\n").first { $0.hasPrefix("  wanted") }.map { String($0.dropFirst(12)) }
        }
        func withdrawal(_ cause: Withdrawal.Cause) -> WithdrawalSnapshot {
            WithdrawalSnapshot(cause: cause, by: "alice", since: ago(60), isDraining: false)
        }
        #expect(try wanted { _ in } == "not in the table (quiescent = no)")
        #expect(try wanted { $0.quiescent = true } == "not in the table")
        #expect(try wanted { $0.server.withdrawal = withdrawal(.drain) } == "not in the table (drained)")
        #expect(
            try wanted { $0.server.withdrawal = withdrawal(.removal) } == "not in the table (not in the file any more)")
        #expect(
            try wanted { $0.server.withdrawal = withdrawal(.disable) }
                == "not in the table (disabled, and quiescent = no)")
        #expect(
            try wanted {
                $0.tier = 0
                $0.server.state = .up
            } == "not in the table (fallback tier 1: it stands in while nothing before it is up)")
    }

    @Test func anExplanationGoesThroughJSONUnchanged() throws {
        var one = try explanation()
        one.agent = one.checks.first
        one.checks[0].isRun = false
        one.tier = 1
        #expect(try Explanation(json: JSON(parsing: one.json.line)) == one)
    }
}
