import DirectorConfig
import HealthChecking
import NetworkTypes
import Testing

/// What holds for a service when little or much is written.
struct EffectiveValueTests {
    private func virtual(_ text: String, _ index: Int = 0) throws -> VirtualConfiguration {
        let result = parse(text)
        let configuration = try #require(result.configuration, "\(rendered(result.diagnostics))")
        try #require(configuration.virtuals.count > index)
        return configuration.virtuals[index]
    }

    private func spec(_ text: String) throws -> CheckSpec {
        guard case .probe(let spec) = try virtual(text).reals[0].check else {
            throw Missing()
        }
        return spec
    }

    private struct Missing: Error {}

    @Test func aUsualFileIsReadAsItIsMeant() {
        let result = parse(
            """
            # Two web servers by direct routing.
            checktimeout = 3
            quiescent = yes
            virtual = 192.0.2.1:80
            \treal = 192.0.2.11:80 gate 2
            \treal = 192.0.2.12:80 gate
            \tfallback = 127.0.0.1:80 gate
            \tservice = http
            \trequest = "alive.html"
            \treceive = "OK"
            \tvirtualhost = www.example.org
            \tscheduler = wlc
            """)
        #expect(result.diagnostics.isEmpty)
        #expect(
            result.configuration.map(rendered) == [
                "TCP 192.0.2.1:80 wlc",
                "  192.0.2.11:80 gate 2 | http 192.0.2.11:80 GET /alive.html host www.example.org receive OK",
                "  192.0.2.12:80 gate 1 | http 192.0.2.12:80 GET /alive.html host www.example.org receive OK",
                "  fallback 127.0.0.1:80 gate 1",
            ])
    }

    @Test func whatIsNotWrittenHasLdirectordsDefaults() throws {
        let virtual = try virtual("virtual=192.0.2.1:80\n\treal=192.0.2.11:80 masq\n")
        #expect(!virtual.quiescent)
        #expect(!virtual.readdQuiescent)
        #expect(virtual.cleanStop)
        #expect(virtual.failureCount == 1)
        #expect(virtual.service.scheduler.rawValue == "wrr")
        #expect(virtual.checks.service == .http)
        let spec = try spec("virtual=192.0.2.1:80\n\treal=192.0.2.11:80 masq\n")
        #expect(spec.interval == .seconds(10))
        #expect(spec.timeout == .seconds(30))
    }

    @Test func aSectionsValueGoesBeforeTheGlobalOne() throws {
        let virtual = try virtual(
            """
            quiescent=yes
            cleanstop=no
            failurecount=3
            virtual=192.0.2.1:80
            \treal=192.0.2.11:80 masq
            \tquiescent=no
            \tcleanstop=yes
            \tfailurecount=2
            """)
        #expect(!virtual.quiescent)
        #expect(virtual.cleanStop)
        #expect(virtual.failureCount == 2)
    }

    @Test func aGlobalLineBehindTheSectionsCountsToo() throws {
        let virtual = try virtual(
            "virtual=192.0.2.1:80\n\treal=192.0.2.11:80 masq\n\nquiescent=yes\nreaddquiescent=yes\n")
        #expect(virtual.quiescent)
        #expect(virtual.readdQuiescent)
    }

    /// The order in which the four keys stand in for each other.
    @Test(arguments: [
        ("", "", 5, 30),
        ("checktimeout=3\n", "", 3, 3),
        ("negotiatetimeout=4\n", "", 4, 4),
        ("checktimeout=3\nnegotiatetimeout=4\n", "", 3, 4),
        ("checktimeout=3\nnegotiatetimeout=4\n", "\tchecktimeout=1\n", 1, 1),
        ("checktimeout=3\nnegotiatetimeout=4\n", "\tnegotiatetimeout=2\n", 2, 2),
        ("checktimeout=3\n", "\tchecktimeout=1\n\tnegotiatetimeout=2\n", 1, 2),
    ])
    func timeoutsStandInForEachOther(global: String, section: String, connect: Int, negotiate: Int) throws {
        let head = global + "virtual=192.0.2.1:80\n\treal=192.0.2.11:80 masq\n" + section
        #expect(try spec(head + "\tchecktype=connect\n").timeout == .seconds(connect))
        #expect(try spec(head + "\tchecktype=negotiate\n").timeout == .seconds(negotiate))
    }

    @Test(arguments: [
        ("5", Duration.seconds(5)), ("5s", .seconds(5)), ("200ms", .milliseconds(200)), ("2m", .seconds(120)),
        ("1h", .seconds(3600)),
        ("7 # c", .seconds(7)), ("5s # c", .seconds(5)), ("7.5", .seconds(7)), ("-5", .seconds(5)),
        ("5 s", .seconds(5)),
    ])
    func durationsMayCarryAUnit(written: String, duration: Duration) throws {
        let file = "checkinterval=\(written)\nvirtual=192.0.2.1:80\n\treal=192.0.2.11:80 masq\n"
        #expect(try spec(file).interval == duration)
    }

    /// checkport, else the server's port, else the one of the service, else the one of the virtual service.
    @Test(arguments: [
        ("192.0.2.1:80", "192.0.2.11:8080 masq", "", "http 192.0.2.11:8080 GET /"),
        ("192.0.2.1:80", "192.0.2.11:8080 masq", "\tcheckport=81\n", "http 192.0.2.11:81 GET /"),
        ("192.0.2.1:80", "192.0.2.11 masq", "", "http 192.0.2.11:80 GET /"),
        ("192.0.2.1:8000", "192.0.2.11 masq", "\tservice=http\n", "http 192.0.2.11:80 GET /"),
        ("192.0.2.1:8000", "192.0.2.11 masq", "\tchecktype=connect\n", "connect 192.0.2.11:8000"),
        ("192.0.2.1:443", "192.0.2.11:443 gate", "", "https 192.0.2.11:443 GET /"),
        ("1", "192.0.2.11 gate", "\tservice=https\n", "https 192.0.2.11:443 GET /"),
        ("1", "192.0.2.11:8080 gate", "\tservice=http\n", "http 192.0.2.11:8080 GET /"),
        ("1", "192.0.2.11 gate", "\tchecktype=ping\n", "ping 192.0.2.11"),
        ("192.0.2.1:53", "192.0.2.11:53 gate", "\tchecktype=connect\n", "ping 192.0.2.11"),
        ("192.0.2.1:53", "192.0.2.11:53 gate", "\tprotocol=tcp\n\tchecktype=connect\n", "connect 192.0.2.11:53"),
        ("192.0.2.1:80", "192.0.2.11:80 masq", "\tchecktype=ping\n\tcheckcount=3\n", "ping 192.0.2.11 x3"),
    ])
    func theCheckGoesToTheRightPort(head: String, real: String, lines: String, check: String) throws {
        #expect(rendered(try spec("virtual=\(head)\n\treal=\(real)\n" + lines)) == check)
    }

    /// What cannot be asked yet is replaced by the nearest that can, and that is said.
    @Test(arguments: [
        (
            "192.0.2.1:25", "", "connect 192.0.2.11:7",
            "1:1: warning: the service smtp is not spoken yet: its servers are checked by a TCP connect to the check port"
        ),
        (
            "192.0.2.1:25", "\tservice=imap\n", "connect 192.0.2.11:7",
            "3:10: warning: the service imap is not spoken yet: its servers are checked by a TCP connect to the check port"
        ),
        (
            "192.0.2.1:53", "\treceive=\"192\"\n", "ping 192.0.2.11",
            "1:1: warning: the service dns is not spoken yet: its servers are pinged"
        ),
        (
            "192.0.2.1:1812", "", "ping 192.0.2.11",
            "1:1: warning: the service radius is not spoken yet: its servers are pinged"
        ),
        (
            "192.0.2.1:5060", "\tprotocol=udp\n", "ping 192.0.2.11",
            "1:1: warning: the service sip is not spoken yet: its servers are pinged"
        ),
        (
            "192.0.2.1:80", "\tchecktype=external\n", "connect 192.0.2.11:7",
            "3:12: warning: checktype external is not acted on yet: its servers are checked by a TCP connect to the check port"
        ),
        (
            "192.0.2.1:80", "\tchecktype=external-perl\n", "connect 192.0.2.11:7",
            "3:12: warning: checktype external-perl is not acted on yet: its servers are checked by a TCP connect to the check port"
        ),
        (
            "192.0.2.1:80", "\tchecktype=4\n", "http 192.0.2.11:7 GET /",
            "3:12: warning: 4 connects between negotiations are not acted on yet: every check negotiates"
        ),
        (
            "192.0.2.1:21", "\treceive=\"a\"\n\tchecktype=4\n", "connect 192.0.2.11:7",
            "1:1: warning: the service ftp is not spoken yet: its servers are checked by a TCP connect to the check port"
        ),
    ])
    func aCheckOfALaterDayIsStoodInFor(head: String, lines: String, check: String, warning: String) throws {
        let file = "virtual=\(head)\n\treal=192.0.2.11:7 masq\n" + lines
        #expect(rendered(try spec(file)) == check)
        #expect(rendered(parse(file).diagnostics).contains(warning))
    }

    @Test func aServersOwnRequestGoesBeforeTheSections() throws {
        let file = """
            virtual=192.0.2.1:80
            \treal=192.0.2.11:80 masq 1 "own.html", "mine"
            \treal=192.0.2.12:80 masq 1 "own.html", ""
            \treal=192.0.2.13:80 masq 1 "http://www.example.org/x", "mine"
            \treal=192.0.2.14:80 masq 1
            \trequest="all me.html"
            \treceive="ours"
            """
        let result = parse(file)
        #expect(
            result.configuration.map(rendered) == [
                "TCP 192.0.2.1:80 wrr",
                "  192.0.2.11:80 masq 1 | http 192.0.2.11:80 GET /own.html receive mine",
                "  192.0.2.12:80 masq 1 | http 192.0.2.12:80 GET /own.html",
                "  192.0.2.13:80 masq 1 | http 192.0.2.13:80 GET http://www.example.org/x receive mine",
                "  192.0.2.14:80 masq 1 | http 192.0.2.14:80 GET /all%20me.html receive ours",
            ])
        #expect(result.configuration?.virtuals[0].reals[0].dialogue?.request == "own.html")
    }

    /// The kernel keeps the service's port for direct routing and tunnels; marks have none to keep.
    @Test(arguments: [
        ("192.0.2.1:80", "192.0.2.11:8080 gate", "192.0.2.11:80"), ("192.0.2.1:80", "192.0.2.11 ipip", "192.0.2.11:80"),
        ("192.0.2.1:80", "192.0.2.11 masq", "192.0.2.11:0"),
        ("192.0.2.1:80", "192.0.2.11:8080 masq", "192.0.2.11:8080"),
        ("7", "192.0.2.11:8080 gate", "192.0.2.11:8080"), ("7", "192.0.2.11 masq", "192.0.2.11:0"),
    ])
    func theKernelsPortFollowsTheMethod(head: String, real: String, endpoint: String) throws {
        let virtual = try virtual("virtual=\(head)\n\treal=\(real)\n\tchecktype=on\n")
        #expect(virtual.reals[0].server.endpoint.description == endpoint)
    }

    @Test func everyKeyHasATypedValue() throws {
        let result = parse(
            """
            callback="/usr/local/bin/tell"
            fallbackcommand=/usr/local/bin/sorry now
            logfile="local0"
            emailalert=a@example.org, b@example.org
            emailalertfrom=director@example.org
            emailalertfreq=60
            emailalertstatus=running, stopping
            smtp=mail.example.org
            execute=other.cf
            execute=third.cf
            supervised=yes
            fork=yes
            maintenancedir=/var/lib/maintenance
            autoreload=yes
            exclusive=yes
            virtual=192.0.2.1:3306
            \treal=192.0.2.11:3306 masq
            \tlogin="director"
            \tpasswd="a#b"
            \tdatabase="shop"
            \tsecret="s"
            \tload="x"
            \tchecktype=external
            \tcheckcommand="/usr/local/bin/check"
            \trequest="SELECT 1"
            \tfallbackcommand="/usr/local/bin/sorry shop"
            \tmonitorfile="/var/log/shop"
            \tservicename=shop
            \tcomment=the old one
            \temailalert=c@example.org
            \temailalertfreq=0
            \temailalertstatus=none
            \tsmtp=192.0.2.25
            """)
        let configuration = try #require(result.configuration)
        let operations = configuration.operations
        #expect(operations.callback == "/usr/local/bin/tell")
        #expect(operations.fallbackCommand == "/usr/local/bin/sorry now")
        #expect(operations.logDestination == .facility("local0"))
        #expect(operations.alerts.recipients == ["a@example.org", "b@example.org"])
        #expect(operations.alerts.sender == "director@example.org")
        #expect(operations.alerts.frequency == .seconds(60))
        #expect(operations.alerts.states == [.running, .stopping])
        #expect(operations.alerts.server == "mail.example.org")
        #expect(operations.execute == ["other.cf", "third.cf"])
        #expect(operations.supervised && operations.fork)
        #expect(operations.maintenanceDirectory == "/var/lib/maintenance")
        #expect(configuration.autoreload && configuration.exclusive)
        let virtual = configuration.virtuals[0]
        #expect(virtual.checks.service == .mysql)
        #expect(virtual.checks.type == .external)
        #expect(virtual.checks.login == "director")
        #expect(virtual.checks.password == "a#b")
        #expect(virtual.checks.database == "shop")
        #expect(virtual.checks.secret == "s")
        #expect(virtual.checks.load == "x")
        #expect(virtual.checks.command == "/usr/local/bin/check")
        #expect(virtual.checks.request == "SELECT 1")
        #expect(virtual.fallbackCommand == "/usr/local/bin/sorry shop")
        #expect(virtual.monitorFile == "/var/log/shop")
        #expect(virtual.serviceName == "shop")
        #expect(virtual.comment == "the old one")
        #expect(virtual.alerts.recipients == ["c@example.org"])
        #expect(virtual.alerts.frequency == .zero)
        #expect(virtual.alerts.states == [])
        #expect(virtual.alerts.server == "192.0.2.25")
        // One warning for each place, no more: every line but those acted on, and one for the '#'.
        let deferred = rendered(result.diagnostics)
        #expect(deferred.allSatisfy { $0.contains("warning") })
        #expect(Set(result.diagnostics.map(\.line)) == Set(1...13).union([18, 19, 20, 21, 22, 23, 24]).union(26...33))
        #expect(result.diagnostics.count == 29)
    }
}
