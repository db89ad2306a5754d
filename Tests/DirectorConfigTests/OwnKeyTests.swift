import DirectorConfig
import HealthChecking
import Testing

/// Director's own keys: what counts where, and what is said of them.
struct OwnKeyTests {
    private func virtual(_ global: String, _ section: String) throws -> VirtualConfiguration {
        let lines = section.split(separator: ";").map { "\t\($0)\n" }.joined()
        let result = parse(global + "virtual=192.0.2.1:80\n\treal=192.0.2.11:80 masq\n" + lines)
        return try #require(result.configuration, "\(rendered(result.diagnostics))").virtuals[0]
    }

    /// `fall` goes before `failurecount`, a section before what stands globally.
    @Test(arguments: [
        ("", "", 1), ("failurecount=3\n", "", 3), ("fall=3\n", "", 3), ("fall=3\nfailurecount=4\n", "", 3),
        ("failurecount=4\nfall=3\n", "", 3), ("fall=3\n", "failurecount=5", 5), ("failurecount=3\n", "fall=5", 5),
        ("fall=2\n", "failurecount=5;fall=6", 6),
    ])
    func fallIsTheBetterNameOfFailurecount(global: String, section: String, count: Int) throws {
        #expect(try virtual(global, section).limits.fall == count)
    }

    @Test func aCommentBehindThemIsOne() {
        let keys = "drain=30s # a\nslowstart=2m # b\nflap=5 in 1m # c\nminup=50% # d\nrise=2 # e\nfall=3 # f\n"
        let file = keys + "virtual=192.0.2.1:80\n\treal=192.0.2.11:80 masq\n"
        #expect(rendered(parse(file).diagnostics) == [])
    }

    @Test(arguments: [
        (
            "checktype=connect\n\ttls-verify=yes",
            ["5:13: warning: tls-verify has no effect here: no server is checked over TLS from the first byte"]
        ),
        (
            "service=smtp\n\ttls-ca=/ca.pem\n\ttls-verify=yes",
            ["6:13: warning: tls-verify has no effect here: no server is checked over TLS from the first byte"]
        ),
        (
            "service=smtp\n\texpect-status=200",
            ["5:16: warning: expect-status has no effect here: the section's own check is none of HTTP"]
        ),
        ("service=smtp\n\ttls-verify=no", []), ("service=imaps\n\ttls-verify=yes", []),
        ("checktype=connect\n\ttls-verify=yes\n\tcheck=https", []),
        ("service=http\n\ttls-verify=yes\n\texpect-status=200", []),
    ])
    func aKeyWithoutEffectIsTold(lines: String, told: [String]) {
        let file = "virtual=192.0.2.1:80\n\treal=192.0.2.11:80 masq\n\tcheckport=80\n\t\(lines)\n"
        #expect(rendered(parse(file).diagnostics) == told)
        #expect(rendered(parse("tls-verify=yes\n" + file).diagnostics).count <= told.count)
    }

    @Test(arguments: [("", "", 1), ("rise=3\n", "", 3), ("rise=3\n", "rise=2", 2)])
    func riseCountsSuccesses(global: String, section: String, count: Int) throws {
        #expect(try virtual(global, section).limits.rise == count)
    }

    @Test(arguments: [
        (
            "fall=2\nfailurecount=3\n",
            "2:14: warning: failurecount and fall of line 1 are two names of one number: fall counts"
        ),
        (
            "failurecount=3\nfall=2\n",
            "2:6: warning: fall and failurecount of line 1 are two names of one number: fall counts"
        ),
        ("rise=0\n", "1:6: error: rise is a number of 1 to 1000000, not '0'"),
        ("fall=never\n", "1:6: error: fall is a number of 1 to 1000000, not 'never'"),
        (
            "drain=soon\n",
            "1:7: error: drain is a time of at most 604800s, or no, not 'soon': 200ms, 5s, 2m, 1h, or a number of seconds"
        ),
        (
            "drain=8d\n",
            "1:7: error: drain is a time of at most 604800s, or no, not '8d': 200ms, 5s, 2m, 1h, or a number of seconds"
        ),
        (
            "slowstart=2h30\n",
            "1:11: error: slowstart is a time of at most 86400s, or no, not '2h30': 200ms, 5s, 2m, 1h, or a number of seconds"
        ),
        ("minup=101%\n", "1:7: error: minup is a number of servers, or a share of 1% to 100%, or no, not '101%'"),
        ("minup=half\n", "1:7: error: minup is a number of servers, or a share of 1% to 100%, or no, not 'half'"),
        (
            "flap=5\n",
            "1:6: error: flap is a number of changes, 2 to 1000, in a time, or no: flap = 5 in 1m hold 30s max 10m"
        ),
        (
            "flap=1 in 1m\n",
            "1:6: error: flap is a number of changes, 2 to 1000, in a time, or no: flap = 5 in 1m hold 30s max 10m"
        ),
        ("flap=5 in\n", "1:6: error: flap: a time follows 'in': in 30s"),
        ("flap=5 in soon\n", "1:11: error: flap: 'soon' is no time: 200ms, 5s, 2m, 1h, or a number of seconds"),
        ("flap=5 in 1m hold 30s max 10s\n", "1:6: error: flap: max 10s is shorter than hold 30s"),
        (
            "flap=5 in 1m held 30s\n",
            "1:14: error: 'held' is not understood: hold or max, and a time: flap = 5 in 1m hold 30s max 10m"
        ),
        ("flap=5 in 1m hold\n", "1:14: error: flap: a time follows 'hold': hold 30s"),
        ("rize=2\n", "1:1: error: unknown key 'rize', did you mean 'rise'?"),
    ])
    func whatIsWrongIsSaid(global: String, says: String) {
        let file = global + "virtual=192.0.2.1:80\n\treal=192.0.2.11:80 masq\n"
        #expect(rendered(parse(file).diagnostics).contains(says))
    }

    @Test(arguments: [
        ("", "", nil), ("drain=30\n", "", Duration.seconds(30)), ("drain=30s\n", "drain=2m", .seconds(120)),
        ("drain=30s\n", "drain=no", nil), ("drain=30s\n", "drain=0", nil),
        ("", "drain=500ms # soon", .milliseconds(500)),
    ])
    func drainMayBeSwitchedOffForASection(global: String, section: String, drain: Duration?) throws {
        #expect(try virtual(global, section).policy.drain == drain)
    }

    @Test(arguments: [
        ("", nil), ("slowstart=20s", Duration.seconds(20)), ("slowstart=1m", .seconds(60)), ("slowstart=no", nil),
    ])
    func slowstartIsATime(section: String, span: Duration?) throws {
        #expect(try virtual("", section).policy.slowStart == span)
    }

    @Test(arguments: [
        ("minup=2", MinimumUp.servers(2)), ("minup=50%", .percent(50)), ("minup=no", nil), ("minup=0", nil),
        ("minup = 1 # at least", .servers(1)),
    ])
    func minupIsANumberOrAShare(section: String, minimum: MinimumUp?) throws {
        #expect(try virtual("", section).policy.minimumUp == minimum)
    }

    @Test(arguments: [
        ("flap=5 in 1m hold 30s max 10m", 5, 60, 30, 600), ("flap = 3 in 90", 3, 90, 30, 600),
        ("flap=3 in 10s max 1h hold 1m", 3, 10, 60, 3600), ("flap=3 in 10s hold 20m", 3, 10, 1200, 1200),
    ])
    func flapSaysHowManyChangesAndHowLong(section: String, changes: Int, window: Int, hold: Int, longest: Int) throws {
        let policy = FlapPolicy(
            changes: changes, window: .seconds(window), hold: .seconds(hold), longest: .seconds(longest))
        #expect(try virtual("", section).policy.flap == policy)
        #expect(try virtual("\(section)\n", "flap=no").policy.flap == nil)
    }
}
