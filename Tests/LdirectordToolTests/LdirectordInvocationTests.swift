import LdirectordTool
import Testing

struct LdirectordInvocationTests {
    @Test(arguments: LdirectordInvocation.Command.allCases)
    func everyCommandIsKnown(command: LdirectordInvocation.Command) {
        guard case .run(let invocation) = LdirectordInvocation.parse([command.rawValue]) else {
            Issue.record("\(command) is not understood")
            return
        }
        #expect(invocation.command == command)
        #expect(invocation.file == "ldirectord.cf")
        #expect(invocation.instance == "ldirectord")
        #expect(!invocation.debug)
    }

    @Test(arguments: [
        (["x.cf", "start"], "x.cf", "x.cf", false), (["/etc/lvs/web.cf", "start"], "/etc/lvs/web.cf", "web.cf", false),
        (["-d", "x.cf", "start"], "x.cf", "x.cf", true), (["--debug", "--", "x.cf", "start"], "x.cf", "x.cf", true),
        (["-dd", "start"], "ldirectord.cf", "ldirectord", true), (["--", "-x", "start"], "-x", "-x", false),
        (["x.cf", "start", "more"], "x.cf", "x.cf", false),
    ])
    func theFileNamesTheInstance(words: [String], file: String, instance: String, debug: Bool) {
        var wanted = LdirectordInvocation(command: .start)
        wanted.file = file
        wanted.instance = instance
        wanted.debug = debug
        #expect(LdirectordInvocation.parse(words) == .run(wanted))
    }

    @Test(
        arguments: [
            ([], nil), (["bogus"], nil), (["x.cf", "bogus"], nil), (["x.cf"], nil), (["-x", "start"], "x"),
            (["-dx", "start"], "x"), (["--deb", "start"], "deb"), (["start", "-d"], nil), (["-d"], nil),
        ] as [([String], String?)])
    func whatIsWrongGetsTheUsage(words: [String], unknown: String?) {
        #expect(LdirectordInvocation.parse(words) == .usage(unknownOption: unknown))
    }

    @Test(
        arguments: [
            ("0::/system.slice/directord.service\n", "directord.service"),
            ("12:pids:/x\n1:name=systemd:/system.slice/ldirectord.service\n", "ldirectord.service"),
            ("0::/user.slice/user-0.slice/session-3.scope\n", nil), ("0::/system.slice/cron.service\n", nil),
            ("0::/\n", nil), ("", nil),
        ] as [(String, String?)])
    func theUnitOfAServiceIsKnown(groups: String, unit: String?) {
        #expect(ServiceInstance.unit(of: groups) == unit)
    }

    @Test func helpAndVersionComeBeforeEverything() {
        for words in [["-h"], ["-?"], ["--help"], ["-dh", "start"]] {
            #expect(LdirectordInvocation.parse(words) == .help)
        }
        for words in [["-v"], ["--version"]] { #expect(LdirectordInvocation.parse(words) == .version) }
    }
}
