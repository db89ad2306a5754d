import Testing

@testable import director_prober

struct ProberOptionsTests {
    @Test func `the supervisor's words are understood`() throws {
        let words = [
            "--config", "/x", "--runtime-dir", "/run/d2", "--user", "u", "--log-level", "debug", "--log-format", "json",
            "--notify-fd", "4", "--supervisor-fd", "5",
        ]
        let options = try #require(try ProberOptions(words))
        #expect(options.runtimeDirectory == "/run/d2")
        #expect(options.user == "u")
        #expect(options.logLevel == "debug" && options.logFormat == "json")
        #expect(options.supervisorDescriptor == 5)
    }

    @Test func `help is asked for`() throws {
        #expect(try ProberOptions(["--help"]) == nil)
    }

    @Test(arguments: [
        (["--colour", "red"], "unknown option --colour, see director-prober --help"),
        (["--user"], "--user: a value is missing"),
        (["--supervisor-fd", "x"], "--supervisor-fd: 'x' is not the number of an inherited descriptor"),
        (["--supervisor-fd", "1"], "--supervisor-fd: '1' is not the number of an inherited descriptor"),
    ])
    func `a wrong command line is explained`(words: [String], text: String) {
        #expect { try ProberOptions(words) } throws: { ($0 as? UsageError)?.text == text }
    }
}
