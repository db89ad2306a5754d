import Testing
import VirtualServers

@testable import DirectorConfig

/// Values that mean something else than what they are read as.
struct MistakenValueTests {
    /// ldirectord accepts such files, so they work; what it takes them for is said.
    @Test(arguments: [
        (
            "checkinterval=500 ms\n",
            "1:15: warning: checkinterval: '500 ms' is read as 500 seconds, as by ldirectord: write 500ms"
        ),
        ("checkinterval=2 m\n", "1:15: warning: checkinterval: '2 m' is read as 2 seconds, as by ldirectord: write 2m"),
        (
            "checktimeout=1m30s\n",
            "1:14: warning: checktimeout: '1m30s' is read as 1 second, as by ldirectord: write 90s"
        ),
        (
            "checkinterval=200msec # c\n",
            "1:15: warning: checkinterval: '200msec' is read as 200 seconds, as by ldirectord: write 200ms"
        ),
        ("checkinterval=7.5ms\n", "1:15: warning: checkinterval: '7.5ms' is read as 7"),
        (
            "emailalertfreq=1 day\n",
            "1:16: warning: emailalertfreq: '1 day' is read as 1 second, as by ldirectord: write 24h"
        ),
    ])
    func ldirectordsTimesAreReadAsItReadsThem(global: String, says: String) {
        #expect(said(global) == [says])
    }

    @Test(arguments: [
        ("agent-interval=500 ms\n", "1:16: error: agent-interval is a time, not '500 ms': write 500ms"),
        (
            "agent-interval=soon\n",
            "1:16: error: agent-interval is a time, not 'soon': write 200ms, 5s, 2m, 1h, or a number of seconds"
        ),
        ("agent-check=8080x\n", "1:13: error: agent-check is a number, not '8080x': write 8080"),
        (
            "sysctl=sync_threshold 20 3\n",
            "1:23: error: the first number of sync_threshold is below the second, not 20 3"
        ),
    ])
    func theRightFormIsNamed(global: String, says: String) {
        #expect(said(global).contains(says))
    }

    @Test(arguments: ["supervised\n", "supervised  \n", "supervised # by runit\n"])
    func aBareSupervisedIsAYes(line: String) {
        let parsed = parse(line + "virtual=192.0.2.1:80\n\treal=192.0.2.11:80 masq\n")
        #expect(parsed.configuration?.operations.supervised == true)
        #expect(
            rendered(parsed.diagnostics) == [
                "1:1: warning: a bare supervised is read as supervised = yes: write it so"
            ])
    }

    @Test(arguments: ["checkinterval=5s\n", "checkinterval=7 # c\n", "checkinterval=5 s\n", "sentinel=yes # y\n"])
    func whatIsReadAsMeantIsNoError(global: String) {
        #expect(!said(global).contains { $0.contains(" error: ") || $0.contains("refuses") })
    }

    @Test(arguments: [
        ("sentinel=yes # y", nil),
        ("check=mysql port 3306", "3:8: warning: service mysql needs login and request, else no server is ever up"),
        ("check=radius", "3:8: warning: service radius needs login, passwd and secret, else no server is ever up"),
        (
            "check=http method HEAD receive a",
            "3:8: warning: the answer to HEAD has no body, so receive can never match: use GET"
        ),
        (
            "check=http_proxy",
            "3:8: warning: a proxy is asked for a whole URL, and without one never taken as up: request \"http://...\""
        ),
        (
            "check=oracle",
            "3:8: warning: there is no client for service oracle, so its servers are taken as down: write check = external command PROGRAM, a program that logs in and ends with status 0 for up"
        ),
        ("check=smtp receive a", "3:8: warning: receive has no effect on service smtp: leave it out"),
        ("check=http request \"http://a/\"", "3:22: warning: a path is asked for here, '/http://a/' and no URL"),
        ("check=dns request \"a..b\"", "3:21: warning: 'a..b' is no domain name: no server is ever up"),
        (
            "minup=3",
            "3:8: warning: minup 3 is more than the section has servers with a weight, 1: each that was ever up stays in"
        ),
        ("agent-send=\"a\"", "3:13: warning: agent-send has no effect without agent-check = PORT"),
        ("check=connect passwd x", "3:8: error: 'passwd' means nothing to a check of connect"),
        ("check=connect port 1 port 2", "3:23: warning: 'port' stands in this check twice: the last one counts"),
        (
            "fallback-tier=192.0.2.21:80 msq",
            "3:30: error: unknown forwarding method 'msq', did you mean masq?"
        ),
        (
            "fallback-tier=192.0.2.21:80 check mysql",
            "3:36: warning: service mysql needs login and request, else no server is ever up"
        ),
    ])
    func aSectionsLineIsLookedAtAsItsKeysAre(line: String, says: String?) {
        let found = said("", "\t" + line + "\n")
        if let says { #expect(found.contains(says)) } else { #expect(!found.contains { $0.contains("refuses") }) }
    }

    /// What ldirectord takes from a value, it takes from wherever in it.
    @Test(arguments: [
        ("scheduler=wlc,rr", "3:12: warning: 'wlc,rr' is read as wlc, as by ldirectord"),
        ("scheduler=wlc2", "3:12: warning: 'wlc2' is read as wlc, as by ldirectord"),
        ("scheduler=Wlc", "3:12: warning: 'Wlc' is read as lc, as by ldirectord: write wlc if that is meant"),
        ("scheduler=\"Wrr\"", "3:13: warning: 'Wrr' is read as rr, as by ldirectord: write wrr if that is meant"),
        ("scheduler=WLC rr", "3:12: warning: 'WLC rr' is read as rr, as by ldirectord"),
        ("scheduler=w2rr", "3:12: warning: 'w2rr' is read as w, as by ldirectord"),
        ("service=http;", "3:10: warning: 'http;' is read as http, as by ldirectord"),
        ("checktype=external-perl,", "3:12: warning: 'external-perl,' is read as external-perl, as by ldirectord"),
        ("protocol=(tcp)", "3:11: warning: '(tcp)' is read as tcp, as by ldirectord"),
        ("httpmethod=get.", "3:13: warning: 'get.' is read as get, as by ldirectord"),
    ])
    func wordsAreFoundAsByLdirectord(line: String, says: String) {
        let found = said("", "\t" + line + "\n")
        #expect(found.contains(says), "\(found)")
        #expect(!found.contains { $0.contains(" error: ") })
    }

    @Test(arguments: [
        ("wlc,rr", "wlc"), ("wlc2", "wlc"), ("Wlc", "lc"), ("Wrr", "rr"), ("WLC,rr", "rr"), ("\"sh\"", "sh"),
        ("w2rr", "w"),
    ])
    func theFirstSmallLettersAreTheScheduler(written: String, scheduler: String) {
        let parsed = parse("virtual=192.0.2.1:80\n\treal=192.0.2.11:80 masq\n\tscheduler=\(written)\n")
        #expect(parsed.configuration?.virtuals.first?.service.scheduler == Scheduler(scheduler))
        // Whatever is not the word itself is said.
        let isSaid = parsed.diagnostics.contains { $0.text.contains("is read as \(scheduler)") }
        #expect(isSaid == !written.contains("\(scheduler)\""))
    }

    /// A key of whole seconds, of which ldirectord takes the first digits.
    @Test(arguments: [
        ("600", 600, nil), ("600 # ten minutes", 600, nil), ("5s", 5, nil), ("1 sec # one", 1, nil),
        ("10m", 10, "3:13: warning: persistent: '10m' is read as 10 seconds, as by ldirectord: write 600"),
        ("1 h", 1, "3:13: warning: persistent: '1 h' is read as 1 second, as by ldirectord: write 3600"),
        ("500ms", 500, "3:13: warning: persistent: '500ms' is read as 500"),
        ("about 20", 20, "3:13: warning: persistent: 'about 20' is read as 20"),
    ])
    func persistenceIsTheFirstDigits(written: String, seconds: UInt32, says: String?) {
        let parsed = parse(
            "virtual=192.0.2.1:80\n\treal=192.0.2.11:80 masq\n\tpersistent=\(written)\n\tchecktype=connect\n")
        #expect(parsed.configuration?.virtuals.first?.service.persistenceTimeout == seconds)
        #expect(rendered(parsed.diagnostics) == (says.map { [$0] } ?? []))
    }

    /// ldirectord does not look at it either.
    @Test(arguments: [
        ("checktype=connect", true), ("service=pop", true), ("checktype=ping", true), ("checktype=external", true),
        ("service=http", false), ("service=ftp", false), ("checktype=3\n\tservice=simpletcp", false),
    ])
    func aPatternThatNobodyLooksForRefusesNoFile(keys: String, isTaken: Bool) throws {
        let said = "'OK (' is no Perl pattern: missing closing parenthesis at offset 4"
        for lines in [
            "\treal=192.0.2.11:80 masq\n\t\(keys)\n\treceive=\"OK (\"\n",
            "\treal=192.0.2.11:80 masq 1 \"a\", \"OK (\"\n\t\(keys)\n",
        ] {
            let parsed = parse("virtual=192.0.2.1:80\n\(lines)")
            #expect((parsed.configuration != nil) == isTaken)
            let found = try #require(parsed.diagnostics.first { $0.text.hasPrefix(said) })
            #expect(found.severity == (isTaken ? .warning : .error))
            #expect(found.text.hasSuffix("it has no effect on these checks: leave it out") == isTaken)
        }
    }

    @Test(arguments: [
        ("virtual=192.0.2.1:80;", "TCP 192.0.2.1:80", "1:21: warning: ';' at the end of the line is not read"),
        (
            "virtual=192.0.2.1:80,192.0.2.2:80", "TCP 192.0.2.1:80",
            "1:21: warning: ',192.0.2.2:80' at the end of the line is not read"
        ),
        ("virtual=192.0.2.1:80:443", "TCP 192.0.2.1:80", "1:21: warning: ':443' at the end of the line is not read"),
        ("virtual6=[2001:db8::1]:80;", "TCP [2001:db8::1]:80", "1:26: warning: ';' at the end of the line is not read"),
    ])
    func whatFollowsTheHeadIsNoPartOfIt(head: String, id: String, says: String) {
        let parsed = parse(head + "\n\tchecktype=on\n")
        #expect(parsed.configuration?.virtuals.map(\.service.id.description) == [id])
        #expect(rendered(parsed.diagnostics).contains(says), "\(rendered(parsed.diagnostics))")
    }

    private func said(_ global: String, _ lines: String = "") -> [String] {
        rendered(parse(global + "virtual=192.0.2.1:80\n\treal=192.0.2.11:80 masq\n" + lines).diagnostics)
    }
}
