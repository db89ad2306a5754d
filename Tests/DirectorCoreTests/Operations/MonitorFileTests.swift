import DirectorConfig
import DirectorCore
import HealthChecking
import NetworkTypes
import Testing
import TimeTypes
import VirtualServers

struct MonitorFileTests {
    static let time = CalendarTime(year: 2026, month: 11, day: 7, hour: 2, minute: 5, second: 22, weekday: 6)

    static func line(
        passed: Bool = true, reason: String = "connected", inMaintenance: Bool = false,
        _ adjust: (inout VirtualConfiguration) -> Void = { $0.checks.type = .connect }
    ) -> String? {
        let virtual = Farm(servers: 1, adjust).configuration.virtuals[0]
        return MonitorFileText.line(
            CheckResult(passed: passed, reason: reason, latency: .zero), of: virtual.reals[0], in: virtual,
            inMaintenance: inMaintenance, pid: 1502, at: time)
    }

    @Test func aLineHasTimeProcessCheckStateAndText() {
        #expect(Self.line() == "[Sat Nov  7 02:05:22 2026] [1502] connect tcp 10.0.0.1 80 5 masq /  [up] -\n")
        #expect(
            Self.line(passed: false)
                == "[Sat Nov  7 02:05:22 2026] [1502] connect tcp 10.0.0.1 80 5 masq /  [down] -\n")
        #expect(
            Self.line(inMaintenance: true)?.hasSuffix(
                "connect tcp 10.0.0.1 80 5 masq /  [down] Server in maintenance\n")
                == true)
    }

    @Test func aNegotiationSaysWhatWasAskedAndAnswered() {
        let http: (inout VirtualConfiguration) -> Void = {
            $0.checks.service = .http
            $0.checks.request = "health"
            $0.checks.receive = "OK|fine"
            $0.checks.virtualHost = "www.example.org"
            $0.checks.port = 8080
        }
        #expect(
            Self.line(reason: "HTTP 200", http)?.hasSuffix(
                "negotiate http tcp 10.0.0.1 80 www.example.org 8080 5 masq /health OK|fine [up] 200 OK\n") == true)
        #expect(
            Self.line(passed: false, reason: "no match: 50% | x", http)?.hasSuffix("[down] no match: 50%25 %7c x\n")
                == true)
    }

    @Test func thePathOfAProgramNamesItsCheck() {
        let line = Self.line {
            $0.checks.type = .external
            $0.checks.command = "/run/ck.sh"
        }
        #expect(line?.hasSuffix("external /run/ck.sh tcp 10.0.0.1 80 5 masq /  [up] -\n") == true)
    }

    @Test func aFurtherCheckHasItsOwnNameAndSaysWhy() {
        var virtual = Farm(servers: 1) { $0.checks.type = .ping }.configuration.virtuals[0]
        virtual.reals[0].further = [ProbeSetting(name: "connect port 81", spec: Farm.check(Self.server))]
        let line = MonitorFileText.line(
            CheckResult(passed: false, reason: "connection refused", latency: .zero), of: virtual.reals[0], check: 1,
            in: virtual, inMaintenance: false, pid: 1502, at: Self.time)
        #expect(
            line
                == "[Sat Nov  7 02:05:22 2026] [1502] check connect port 81 tcp 10.0.0.1 80 [down] connection refused\n"
        )
    }

    private static let server = Farm.server(1, weight: 0).endpoint

    @Test func aStatusIsToldWhereverItCameFrom() {
        let line = Self.line(reason: "HTTP 200 (redirected to http://www.example.com:80)") { $0.checks.service = .http }
        #expect(line?.hasSuffix("[up] 200 OK\n") == true)
    }

    @Test func someChecksAreNotWritten() {
        #expect(Self.line(passed: false) { $0.checks.type = .ping } == nil)
        #expect(Self.line { $0.checks.type = .ping } != nil)
        #expect(Self.line { $0.checks.type = .externalPerl } == nil)
    }
}
