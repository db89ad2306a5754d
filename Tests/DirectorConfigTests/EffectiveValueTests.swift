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

    /// Every service and type of check, with ldirectord's ports, times and texts.
    @Test(arguments: [
        ("192.0.2.1:25", "", "smtp tcp 192.0.2.11:25", 30),
        ("192.0.2.1:587", "", "submission tcp 192.0.2.11:587", 30),
        ("192.0.2.1:110", "\tlogin=\"u\"\n\tpasswd=\"p\"\n", "pop tcp 192.0.2.11:110 login u password p", 30),
        (
            "192.0.2.1:995", "\tvirtualhost=mail\n\ttls-verify=yes\n",
            "pops tcp 192.0.2.11:995 host mail verified", 30
        ),
        ("192.0.2.1:143", "\ttls-verify=yes\n", "imap tcp 192.0.2.11:143", 30),
        (
            "192.0.2.1:993", "\ttls-verify=yes\n\ttls-ca=/ca.pem\n",
            "imaps tcp 192.0.2.11:993 verified by /ca.pem", 30
        ),
        (
            "192.0.2.1:389", "\trequest=\"/dc=x\"\n\treceive=\"x\"\n", "ldap tcp 192.0.2.11:389 request dc=x receive x",
            5
        ),
        ("192.0.2.1:636", "", "ldaps tcp 192.0.2.11:636", 5),
        ("192.0.2.1:119", "", "nntp tcp 192.0.2.11:119", 30),
        ("192.0.2.1:21", "\trequest=\"/\"\n\treceive=\"x\"\n", "ftp tcp 192.0.2.11:21 receive x", 30),
        ("192.0.2.1:53", "\trequest=\"a.b\"\n\treceive=\"192\"\n", "dns udp 192.0.2.11:53 request a.b receive 192", 30),
        ("192.0.2.1:53", "\tprotocol=tcp\n\treceive=\"192\"\n", "dns tcp 192.0.2.11:53 receive 192", 30),
        ("1", "\tservice=dns\n\treceive=\"192\"\n", "dns udp 192.0.2.11:53 receive 192", 30),
        (
            "192.0.2.1:1812", "\tlogin=\"u\"\n\tpasswd=\"p\"\n\tsecret=\"s\"\n",
            "radius udp 192.0.2.11:1812 login u password p secret s", 5
        ),
        ("192.0.2.1:5060", "\tprotocol=udp\n", "sip udp 192.0.2.11:5060", 30),
        ("192.0.2.1:5060", "\tlogin=\"u@h\"\n", "sip tcp 192.0.2.11:5060 login u@h", 30),
        (
            "192.0.2.1:3306", "\tlogin=\"u\"\n\tdatabase=\"d\"\n\trequest=\"SELECT 1\"\n",
            "mysql tcp 192.0.2.11:3306 request SELECT 1 login u database d", 30
        ),
        (
            "192.0.2.1:7", "\tservice=simpletcp\n\trequest=\"hi\\n\"\n",
            "simpletcp tcp 192.0.2.11:7 request hi\\n", 30
        ),
        ("192.0.2.1:7", "\tservice=simpletcp\n\tprotocol=udp\n", "simpletcp udp 192.0.2.11:7", 30),
        // ldirectord connects to UDP, which proves nothing.
        ("192.0.2.1:53", "\tchecktype=3\n\treceive=\"1\"\n", "dns udp 192.0.2.11:53 receive 1", 30),
        ("192.0.2.1:80", "\tchecktype=3\n\tprotocol=udp\n", "http 192.0.2.11:80 GET /", 30),
        ("1", "\tchecktype=3\n\tservice=radius\n", "radius udp 192.0.2.11:1812", 5),
        (
            "192.0.2.1:3128", "\trequest=\"http://a.b/c\"\n\tvirtualhost=x\n",
            "http_proxy 192.0.2.11:3128 GET http://a.b/c", 30
        ),
        (
            "192.0.2.1:3128", "\trequest=\"/http://a.b/c\"\n", "http_proxy 192.0.2.11:3128 GET http://a.b/c", 30
        ),
        (
            "192.0.2.1:443", "\ttls-verify=yes\n\texpect-status=200, 301-399\n",
            "https 192.0.2.11:443 GET / expect 200,301-399 verified", 30
        ),
        ("192.0.2.1:80", "\tchecktype=4\n", "http 192.0.2.11:80 GET / after 4 connects", 30),
        ("192.0.2.1:21", "\treceive=\"a\"\n\tchecktype=x3\n", "ftp tcp 192.0.2.11:21 receive a after 3 connects", 30),
        ("192.0.2.1:80", "\tchecktype=0\n", "http 192.0.2.11:80 GET /", 30),
        ("192.0.2.1:7", "\tcheckport=7\n\tchecktype=3\n", "connect 192.0.2.11:7", 5),
        (
            "192.0.2.1:80", "\tchecktype=external\n\tcheckcommand=\"/bin/check it\"\n",
            "program /bin/check it 192.0.2.1 80 192.0.2.11 0", 5
        ),
        (
            "3", "\tchecktype=external-perl\n\tcheckcommand=/x.pl\n",
            "perl /x.pl 3 0 192.0.2.11 0", 5
        ),
        ("3", "\tchecktype=external\n", "program /bin/true 3 0 192.0.2.11 0", 5),
    ])
    func everyCheckIsMadeFromItsLines(head: String, lines: String, check: String, seconds: Int) throws {
        let spec = try spec("virtual=\(head)\n\treal=192.0.2.11 masq\n" + lines)
        #expect(rendered(spec) == check)
        #expect(spec.timeout == .seconds(seconds))
        if let connects = spec.connects { #expect(connects.timeout == .seconds(5)) }
    }

    @Test func aProgramIsToldTheServersPortAndIPv6InBrackets() throws {
        let spec = try spec(
            "virtual6=[2001:db8::1]:80\n\treal6=[2001:db8::11]:8080 gate\n\tchecktype=external\n\tcheckcommand=/c\n")
        #expect(rendered(spec) == "program /c [2001:db8::1] 80 [2001:db8::11] 8080")
    }

    @Test func theKeysOfCertificatesHoldForAllSectionsOrOne() throws {
        let file = """
            tls-verify=yes
            tls-ca=/all.pem
            virtual=192.0.2.1:443
            \treal=192.0.2.11:443 masq
            virtual=192.0.2.2:443
            \treal=192.0.2.11:443 masq
            \ttls-ca=/one.pem
            virtual=192.0.2.3:443
            \treal=192.0.2.11:443 masq
            \ttls-verify=no
            """
        let checks = try (0..<3).map { try rendered(virtual(file, $0).reals[0].check) }
        #expect(
            checks == [
                "https 192.0.2.11:443 GET / verified by /all.pem", "https 192.0.2.11:443 GET / verified by /one.pem",
                "https 192.0.2.11:443 GET /",
            ])
    }

    /// What is written and does not do what it looks like.
    @Test(arguments: [
        (
            "192.0.2.1:25", "\treceive=\"x\"\n",
            "3:10: warning: receive has no effect on service smtp, as in ldirectord: leave it out"
        ),
        (
            "192.0.2.1:25", "\tservice=nntp\n\tlogin=\"x\"\n",
            "3:10: warning: login has no effect on service nntp, as in ldirectord: leave it out"
        ),
        ("192.0.2.1:53", "", "1:1: warning: without receive ldirectord never takes a server of service dns as up"),
        ("192.0.2.1:21", "", "1:1: warning: without receive ldirectord always takes a server of service ftp as up"),
        ("192.0.2.1:5432", "", "1:1: warning: service pgsql needs login and request, else no server is ever up"),
        (
            "192.0.2.1:1812", "",
            "1:1: warning: service radius needs login, passwd and secret, else no server is ever up"
        ),
        (
            "192.0.2.1:3128", "",
            "1:1: warning: a proxy is asked for a whole URL, and without one never taken as up: request = \"http://...\""
        ),
        (
            "192.0.2.1:80", "\tchecktype=external\n",
            "3:12: warning: without checkcommand every server is up, as by ldirectord: add checkcommand = PROGRAM"
        ),
        ("192.0.2.1:443", "\ttls-ca=/x\n", "3:9: warning: tls-ca has no effect without tls-verify = yes"),
        (
            "192.0.2.1:7", "\tcheckport=7\n\tchecktype=3\n",
            "4:12: warning: there is no service to negotiate between the connects: every check connects"
        ),
        (
            "192.0.2.1:7", "\tprotocol=udp\n\tchecktype=3\n",
            "4:12: warning: there is no service to negotiate and nothing to connect to over UDP, so the servers of "
                + "UDP 192.0.2.1:7 are always taken as up, as by ldirectord: add service = NAME, or checktype = ping"
        ),
        (
            "192.0.2.1:53", "\treceive=\"1\"\n\tchecktype=3\n",
            "4:12: warning: a connection over UDP proves nothing, so every check negotiates: write checktype = negotiate"
        ),
    ])
    func whatHasNoEffectIsSaid(head: String, lines: String, warning: String) {
        let file = "virtual=\(head)\n\treal=192.0.2.11:7 masq\n" + lines
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

    /// Quotes within the texts: as ldirectord parts them.
    @Test(arguments: [
        (#""status", "{"status":"ok"}""#, "status", #"{"status":"ok"}"#),
        (#"2 "say "hi"" "<a href="x">" l:1 u:5"#, #"say "hi""#, #"<a href="x">"#),
        (#""a", "b", "c""#, #"a", "b"#, "c"),
        (#""a",   "" "u:5""#, "a", ""),
        (#""a" , "b""#, "a", "b"),
        (#""a""b""#, "a", "b"),
    ])
    func quotesWithinTheTextsAreKept(options: String, request: String, receive: String) throws {
        let real = try virtual("virtual=192.0.2.1:80\n\treal=192.0.2.11:80 masq \(options)\n").reals[0]
        #expect(real.dialogue?.request == request)
        #expect(real.dialogue?.receive == receive)
        #expect(real.server.upperThreshold == (options.contains("u:5") ? 5 : 0))
        #expect(real.server.weight == (options.hasPrefix("2") ? 2 : 1))
    }

    /// Only a URL of the service's own scheme is one for ldirectord; a proxy is asked for the path of the server itself.
    @Test(arguments: [
        ("80", "http://a/x", "GET http://a/x"), ("80", "https://a/x", "GET /https://a/x"),
        ("443", "https://a/x", "GET https://a/x"), ("443", "http://a/x", "GET /http://a/x"),
        ("3128", "http://a/x", "GET http://a/x"), ("3128", "health", "GET http://192.0.2.11:3128/health"),
    ])
    func aServersOwnURL(port: String, request: String, asked: String) throws {
        let real = "192.0.2.11:\(port) masq 1 \"\(request)\", \"ok\""
        let result = parse("virtual=192.0.2.1:\(port)\n\treal=\(real)\n")
        #expect(result.diagnostics.isEmpty)
        #expect(result.configuration.map(rendered)?.last?.contains(" 192.0.2.11:\(port) \(asked) receive ok") == true)
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
        // Of the keys of operation none is left undone; a quote of the password holds a '#'.
        let deferred = rendered(result.diagnostics)
        #expect(deferred.allSatisfy { $0.contains("warning") })
        #expect(Set(result.diagnostics.map(\.line)).isDisjoint(with: Set(1...13).union(26...33)))
    }

    @Test(arguments: [
        ("readers = adm", "adm", nil), ("readers = everybody", "*", nil), ("operators = wheel", nil, "wheel"),
        ("readers = \"adm\"\noperators = 27 # sudo", "adm", "27"), ("", nil, nil),
    ])
    func groupsMayUseTheControlSocket(text: String, readers: String?, operators: String?) throws {
        let result = parse(text + "\nvirtual=192.0.2.1:80\n\treal=192.0.2.11:80 masq\n")
        let access = try #require(result.configuration).access
        #expect(access.readers == readers.map { $0 == "*" ? .everybody : .group($0) })
        #expect(access.operators == operators)
        #expect(result.diagnostics.isEmpty)
    }

    @Test(arguments: [
        "readers = two words", "operators = -x", "operators =", "operators = everybody", "reporters = \"everybody\"",
    ])
    func whatIsNoGroupIsRefused(text: String) {
        let result = parse(text + "\n")
        #expect(result.configuration == nil)
    }
}
