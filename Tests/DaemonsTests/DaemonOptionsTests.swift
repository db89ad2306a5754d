import Daemons
import Testing

struct DaemonOptionsTests {
    @Test func everyOptionIsTaken() throws {
        let options = try DaemonOptions([
            "--config", "a.cf", "--runtime-dir", "/run/a", "--log-level", "debug", "--log-format", "json",
            "--user", "prober", "--notify-fd", "4", "--supervisor-fd", "3", "--farewell", "--ordered",
        ])
        var wanted = DaemonOptions()
        wanted.configurationFile = "a.cf"
        wanted.runtimeDirectory = "/run/a"
        wanted.logLevel = "debug"
        wanted.logFormat = "json"
        wanted.user = "prober"
        wanted.notifyDescriptor = 4
        wanted.supervisorDescriptor = 3
        wanted.isFarewell = true
        wanted.isOrdered = true
        #expect(options == wanted)
        #expect(try DaemonOptions(["--help"]) == nil)
    }

    @Test(arguments: [
        (["--bogus", "x"], "unknown option --bogus, see --help"), (["--config"], "--config: a value is missing"),
        (["--notify-fd", "2"], "--notify-fd: '2' is not the number of an inherited descriptor"),
        (["--supervisor-fd", "x"], "--supervisor-fd: 'x' is not the number of an inherited descriptor"),
    ])
    func wrongUsageIsNamed(arguments: [String], text: String) {
        #expect { try DaemonOptions(arguments) } throws: { ($0 as? DaemonOptions.UsageError)?.text == text }
    }
}
