import Manual
import Testing

struct ParsedWordsTests {
    private func parse(_ command: Command, _ line: String) throws(ParsedWords.Problem) -> ParsedWords {
        try ParsedWords(command, line.split(separator: " ").map { $0 == "''" ? "" : String($0) })
    }

    @Test(arguments: [
        "--severity error --follow --service TCP --limit 5", "--service=TCP --limit=5 -f --severity=error",
        "--limit 9 --service x --limit 5 --service=TCP --severity error -f",
    ])
    func optionsStandInAnyOrderAndBothForms(line: String) throws {
        let parsed = try parse(.events, line)
        #expect(parsed["--severity"] == "error")
        #expect(parsed["--service"] == "TCP")
        #expect(parsed["--limit"] == "5")
        #expect(parsed.contains("--follow"))
        #expect(!parsed.contains("--json"))
        #expect(parsed["--since"] == nil)
        #expect(parsed.runtimeDirectory == "/run/director")
    }

    @Test func wordsStandBetweenOptions() throws {
        let parsed = try parse(.drain, "TCP --runtime-dir=/run/a=b 192.0.2.1:80 10.0.0.1:80")
        #expect(parsed.words == ["TCP", "192.0.2.1:80", "10.0.0.1:80"])
        #expect(parsed.runtimeDirectory == "/run/a=b")
        #expect(try parse(.event, "x --text --source").options == [.init(name: "--text", value: "--source")])
        #expect(try parse(.event, "x --text= up").options == [.init(name: "--text", value: "")])
        #expect(try parse(.check, "-- -odd.cf").words == ["-odd.cf"])
    }

    @Test func theCommandOfAHeartbeatKeepsItsOptions() throws {
        let parsed = try parse(.alive, "job --every 5s --while backup --help --every -- x")
        #expect(parsed.words == ["job"])
        #expect(parsed["--every"] == "5s")
        #expect(parsed.options.last?.rest == ["backup", "--help", "--every", "--", "x"])
        #expect(!parsed.asksForHelp)
    }

    @Test(arguments: ["--help", "-h", "a b c d e f g --help", "--json --help --bogus"])
    func helpGoesBeforeWhatIsWrongBehindIt(line: String) throws {
        #expect(try parse(.status, line).asksForHelp)
    }

    @Test(arguments: [
        (Command.status, "extra", "status: unexpected 'extra', usage: director status [--json] [--runtime-dir DIR]"),
        (.status, "--jsn", "status: unknown option '--jsn', see director status --help"),
        (.status, "--jsn=1", "status: unknown option '--jsn', see director status --help"),
        (.status, "--json=1", "status: --json takes no value"),
        (.status, "-", "status: unknown option '-', see director status --help"),
        (.status, "-f", "status: unknown option '-f', see director status --help"),
        (.status, "--runtime-dir", "status: --runtime-dir needs a value"),
        (.status, "--runtime-dir=", "status: --runtime-dir needs a value"),
        (.status, "--runtime-dir ''", "status: --runtime-dir needs a value"),
        (.check, "--foo x", "check: unknown option '--foo', see director check --help"),
        (.check, "x y", "check: unexpected 'y', usage: director check FILE"),
        (.alive, "x --while", "alive: --while needs a command"),
        (.takeover, "web mail", "takeover: unexpected 'mail', usage: director takeover [ROUTER] [--runtime-dir DIR]"),
    ])
    func whatIsWrongIsNamed(command: Command, line: String, problem: String) {
        #expect(throws: ParsedWords.Problem(text: problem)) { try parse(command, line) }
    }

    /// What the usage line has, the parser takes.
    @Test(arguments: Command.allCases.filter { ![.ipvs, .ldirectord].contains($0) })
    func everyOptionOfAUsageLineIsKnown(command: Command) {
        let words = command.entry.usage.split { " []|".contains($0) }.filter { $0.hasPrefix("--") }.map(String.init)
        #expect(Set(words).isSubset(of: command.entry.options.map(\.name)))
    }
}
