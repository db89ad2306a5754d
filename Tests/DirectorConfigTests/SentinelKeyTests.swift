import DirectorConfig
import HealthChecking
import Testing

struct SentinelKeyTests {
    /// What each real server's check has, by the text of a section below `virtual=`.
    private func sentinels(_ text: String) throws -> [CheckSpec.Sentinel?] {
        let result = parse(text)
        let configuration = try #require(result.configuration, "\(rendered(result.diagnostics))")
        return configuration.virtuals.flatMap(\.reals).map { real in
            if case .probe(let spec) = real.check { spec.sentinel } else { nil }
        }
    }

    private let service = "virtual=192.0.2.1:80\n\treal=192.0.2.11:80 masq\n\tchecktype=connect\n"

    @Test func itIsOffUnlessItIsAskedFor() throws {
        #expect(try sentinels(service) == [nil])
        #expect(try sentinels("sentinel = no\n\(service)") == [nil])
        #expect(try sentinels("sentinel = yes\n\(service)") == [.init(rechecks: 1)])
        #expect(try sentinels("\(service)\tsentinel = yes\n") == [.init(rechecks: 1)])
        #expect(try sentinels("sentinel = yes\n\(service)\tsentinel = no\n") == [nil])
    }

    @Test func serversOfFallbackTiersAreWatchedToo() throws {
        let text = "sentinel = yes\n\(service)\tfallback-tier = 192.0.2.21:80 192.0.2.22:80 masq check http fall 2\n"
        let configuration = try #require(parse(text).configuration)
        let probes = configuration.virtuals.flatMap(\.tiers).flatMap(\.servers).flatMap(\.probes)
        #expect(probes.map(\.spec.sentinel) == [.init(rechecks: 2), .init(rechecks: 2)])
    }

    @Test func itChecksAsOftenAsTakesTheServerOut() throws {
        #expect(try sentinels("sentinel = yes\n\(service)\tfailurecount = 3\n") == [.init(rechecks: 3)])
        #expect(try sentinels("sentinel = yes\nfall = 2\n\(service)") == [.init(rechecks: 2)])
    }

    @Test(arguments: ["checktype=ping", "checktype=on", "protocol=udp\n\tchecktype=connect", "service=radius"])
    func whatIsNotAskedOverTCPHasNone(line: String) throws {
        let text = "virtual=192.0.2.1:80\n\treal=192.0.2.11:80 masq\n\t\(line)\n\tsentinel = yes\n"
        #expect(try sentinels(text) == [nil])
        let warning = "sentinel has no effect here: the servers are not checked over a TCP connection"
        #expect(parse(text).diagnostics.contains { $0.text == warning && $0.severity == .warning })
    }

    @Test func eachPortThatIsCheckedHasOneConnection() throws {
        let text =
            service
            + "\tcheck = connect port 443 fall 4\n\tcheck = http request \"/\"\n\tcheck = ping\n\tsentinel = yes\n"
        let result = parse(text)
        let real = try #require(result.configuration?.virtuals.first?.reals.first, "\(rendered(result.diagnostics))")
        #expect(
            real.probes.map { "\($0.spec.target.port) \($0.spec.sentinel?.rechecks ?? 0)" } == [
                "80 1", "443 4", "80 0", "0 0",
            ])
    }
}
