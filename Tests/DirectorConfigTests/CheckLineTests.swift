import DirectorConfig
import HealthChecking
import Testing

/// `check` lines and tiers of fallbacks.
struct CheckLineTests {
    private func parsed(_ section: String, real: String = "192.0.2.11:80 masq") -> ParsedConfiguration {
        let lines = section.split(separator: ";").map { "\t\($0)\n" }.joined()
        return parse("virtual=192.0.2.1:80\n\treal=\(real)\n" + lines)
    }

    private func virtual(_ section: String, real: String = "192.0.2.11:80 masq") throws -> VirtualConfiguration {
        let result = parsed(section, real: real)
        return try #require(result.configuration, "\(rendered(result.diagnostics))").virtuals[0]
    }

    private func probes(_ section: String) throws -> [String] {
        try virtual(section).reals[0].probes.map { "[\($0.name)] \(rendered($0.spec))" }
    }

    /// The lines come beside the check that the other keys describe, and alone where none does.
    @Test(arguments: [
        ("check=connect port 22", ["[connect port 22] connect 192.0.2.11:22"]),
        ("check=ping;check=ping attempts 3", ["[ping] ping 192.0.2.11", "[ping] ping 192.0.2.11 x3"]),
        (
            "check = http port 8080 request \"/health\" receive \"o#k\" interval 2s timeout 1s",
            ["[http port 8080 /health] http 192.0.2.11:8080 GET /health receive o#k"]
        ),
        (
            "service=http;check=connect port 22",
            ["[] http 192.0.2.11:80 GET /", "[connect port 22] connect 192.0.2.11:22"]
        ),
        (
            "request=\"a\";check=https port 443",
            ["[] http 192.0.2.11:80 GET /a", "[https port 443] https 192.0.2.11:443 GET /"]
        ),
        (
            "checktype=connect;check=http method HEAD request x",
            ["[] connect 192.0.2.11:80", "[http x] http 192.0.2.11:80 HEAD /x"]
        ),
        ("checktype=on;check=ping", ["[ping] ping 192.0.2.11"]),
        ("virtualhost=www.example.org;check=http", ["[http] http 192.0.2.11:80 GET / host www.example.org"]),
    ])
    func linesAreChecksOfTheirOwn(section: String, checks: [String]) throws {
        #expect(try probes(section) == checks)
    }

    @Test func aLineHasItsOwnTimesAndCounts() throws {
        let virtual = try virtual(
            "checkinterval=10;rise=2;check=connect interval 500ms timeout 2 rise 3;check=ping fall 4")
        let probes = virtual.reals[0].probes
        #expect(probes[0].spec.interval == .milliseconds(500))
        #expect(probes[0].spec.timeout == .seconds(2))
        #expect(probes[0].limits(virtual.limits) == HealthLimits(rise: 3, fall: 1))
        #expect(probes[1].spec.interval == .seconds(10))
        #expect(probes[1].limits(virtual.limits) == HealthLimits(rise: 2, fall: 4))
    }

    @Test func aServersOwnRequestIsOfTheSectionsCheckOnly() throws {
        let real = "192.0.2.11:80 masq 1 \"own\", \"mine\""
        let probes = try virtual("service=http;check=http request \"/b\"", real: real).reals[0].probes
        #expect(
            probes.map { rendered($0.spec) } == [
                "http 192.0.2.11:80 GET /own receive mine", "http 192.0.2.11:80 GET /b",
            ])
    }

    @Test func nothingSecretIsInTheNameOfACheck() throws {
        let name = try virtual("check=imap port 143 login joe passwd \"hush\"").reals[0].probes[0].name
        #expect(name == "imap port 143")
    }

    @Test(arguments: [
        ("check=", "3:8: error: check is empty: check = http port 8080 request \"/health\" interval 2s"),
        ("check=htpp", "3:8: error: unknown check 'htpp', did you mean 'http'?"),
        ("check=http prot 80", "3:13: error: unknown option 'prot' of a check, did you mean 'port'?"),
        (
            "check=http port",
            "3:13: error: a value is missing behind 'port': check = http port 8080 request \"/health\" interval 2s"
        ),
        ("check=http port 0", "3:18: error: port is 1 to 65535, not '0'"),
        (
            "check=http interval soon",
            "3:22: error: interval is a time (200ms, 5s, 2m, 1h, or a number of seconds), not 'soon'"
        ),
        ("check=http request \"/a", "3:21: error: the closing quote is missing: \"/a"),
        ("check=http receive \"a(\"", "3:22: error: 'a(' is no Perl pattern: missing closing parenthesis at offset 2"),
        ("check=connect request \"/a\"", "3:8: error: 'request' means nothing to a check of connect"),
        ("check=ping port 7", "3:8: error: 'port' means nothing to a check of ping"),
        ("check=external", "3:8: error: the program is missing: check = external command \"/path\""),
        (
            "checktype=off;check=ping",
            "4:8: error: checktype = off asks nothing of the servers: leave it out, or the check lines"
        ),
        (
            "fallback-tier=",
            "3:16: error: fallback-tier names one server at least: fallback-tier = 192.0.2.21:80 192.0.2.22:80 masq"
        ),
        ("fallback-tier=192.0.2.21 nat", "3:27: error: 'nat' has no IPv4 address"),
        (
            "fallback-tier=192.0.2.21 masq 192.0.2.22",
            "3:32: error: '192.0.2.22' is not understood: check and what is asked may follow the forwarding method"
        ),
        ("fallback-tier=192.0.2.21 check pong", "3:33: error: unknown check 'pong', did you mean 'ping'?"),
        (
            "fallback-tier=192.0.2.11:80",
            "3:16: error: 192.0.2.11:80 is the real server of line 2 already: a server stands in one place of a section"
        ),
        (
            "checktype=on;fallback-tier=192.0.2.21",
            "4:16: warning: nothing is asked of the servers of this tier, so they count as up: add check WHAT"
        ),
    ])
    func whatIsWrongIsSaid(section: String, says: String) {
        let found = rendered(parsed(section).diagnostics)
        #expect(found.contains(says), "\(found)")
    }

    @Test func tiersHaveTheSectionsChecksOrTheirOwn() throws {
        let virtual = try virtual(
            "service=http;check=ping;fallback-tier=192.0.2.21:8080 192.0.2.22 masq;"
                + "fallback-tier=192.0.2.31 check connect port 81 rise 2;fallback=127.0.0.1:80")
        let tiers = virtual.tiers.map { tier in
            tier.servers.map { server in
                "\(server.server.endpoint) \(server.server.method == .masquerading ? "masq" : "gate"): "
                    + server.probes.map { rendered($0.spec) }.joined(separator: ", ")
            }
        }
        #expect(
            tiers == [
                [
                    "192.0.2.21:8080 masq: http 192.0.2.21:8080 GET /, ping 192.0.2.21",
                    "192.0.2.22:80 masq: http 192.0.2.22:80 GET /, ping 192.0.2.22",
                ],
                ["192.0.2.31:80 gate: connect 192.0.2.31:81"],
            ])
        #expect(virtual.tiers[1].servers[0].probes[0].rise == 2)
        #expect(virtual.fallback?.endpoint.description == "127.0.0.1:80")
    }
}
