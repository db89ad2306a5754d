import Testing

@testable import directord

struct SupervisorOptionsTests {
    private func parse(_ line: String) -> SupervisorOptions.Parsed {
        SupervisorOptions.parse(line.split(separator: " ").map(String.init))
    }

    @Test func defaultsAreThoseOfAnInstalledDirector() throws {
        guard case .run(let options) = parse("") else {
            Issue.record("an empty command line is refused")
            return
        }
        #expect(options.configurationFile == "/etc/director/ldirectord.cf")
        #expect(options.runtimeDirectory == "/run/director")
        #expect(options.logLevel == "info")
        #expect(options.logFormat == "text")
        #expect(options.without.isEmpty)
    }

    @Test(arguments: [
        "--config a.cf --runtime-dir run --log-level debug --log-format json --no-daemons prober,vrrp",
        "--no-daemons=prober --no-daemons=vrrp --log-format=json --log-level=debug --runtime-dir=run --config=a.cf",
    ])
    func everyOptionIsTakenInBothSpellings(line: String) {
        guard case .run(let options) = parse(line) else {
            Issue.record("refused: \(line)")
            return
        }
        #expect(options.configurationFile == "a.cf")
        #expect(options.runtimeDirectory == "run")
        #expect(options.logLevel == "debug")
        #expect(options.logFormat == "json")
        #expect(options.without == [.prober, .vrrp])
    }

    @Test(arguments: [
        ("--config", "--config needs a value"),
        ("--config=", "--config needs a value"),
        ("--conf x", "unknown option '--conf', see directord --help"),
        ("start", "unexpected 'start', see directord --help"),
        ("--version=2", "--version takes no value"),
        (
            "--log-level loud",
            "--log-level takes one of trace, debug, info, notice, warning, error, critical, not 'loud'"
        ),
        ("--log-format xml", "--log-format takes text or json, not 'xml'"),
        ("--no-daemons engine,probe", "--no-daemons takes engine, prober, vrrp, not 'probe'"),
        ("--no-daemons engine,", "--no-daemons takes engine, prober, vrrp, not ''"),
    ])
    func whatIsWrongIsNamed(line: String, problem: String) {
        guard case .wrong(let told) = parse(line) else {
            Issue.record("taken: \(line)")
            return
        }
        #expect(told == problem)
    }

    @Test func helpAndVersionAreTold() {
        guard case .tell(let help) = parse("--help"), case .tell(let version) = parse("--version") else {
            Issue.record("not told")
            return
        }
        for option in ["--config", "--runtime-dir", "--log-level", "--log-format", "--no-daemons", "--version"] {
            #expect(help.contains(option))
        }
        #expect(version.hasPrefix("directord "))
    }
}
