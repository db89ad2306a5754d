import DirectorConfig
import HealthChecking
import Testing

/// agent-check and datapath.
struct WatchingKeyTests {
    private func agent(_ text: String) throws -> CheckSpec? {
        let virtual = try #require(parse(text).configuration?.virtuals.first)
        return virtual.agent?.spec(of: virtual.reals[0].server.endpoint)
    }

    private func reals(_ text: String) throws -> [RealConfiguration] {
        let result = parse(text)
        return try #require(result.configuration, "\(rendered(result.diagnostics))").virtuals.flatMap(\.reals)
    }

    private func service(_ method: String, _ lines: String = "", head: String = "192.0.2.1:80") -> String {
        "virtual=\(head)\n\treal=192.0.2.11:80 \(method)\n\(lines)"
    }

    @Test func nothingIsAskedUnlessItIsWritten() throws {
        #expect(try agent(service("gate")) == nil)
        #expect(try reals(service("gate"))[0].path == nil)
    }

    @Test func anAgentIsAskedAtItsPortOfTheRealServer() throws {
        let asked = try agent(service("masq", "\tagent-check = 9707\n"))
        #expect(asked.map(rendered) == "agent 192.0.2.11:9707")
        #expect(asked?.interval == .seconds(2))
        let quick = try agent("agent-interval = 500ms\n" + service("masq", "\tagent-check = 9707\n"))
        #expect(quick?.interval == .milliseconds(500))
        #expect(try agent("agent-check = 9707\n" + service("masq", "\tagent-check = no\n")) == nil)
    }

    @Test func whatIsSentMayHoldEndsOfLines() throws {
        let text = service("masq", "\tagent-check = 9707\n\tagent-send = \"name a\\\\b\\t1\\r\\n\"\n")
        #expect(try agent(text)?.kind == .agent(AgentCheck(send: "name a\\b\t1\r\n")))
    }

    @Test(arguments: [
        ("\tagent-check = yes\n", "agent-check is a number, not 'yes'"),
        ("\tagent-check = 70000\n", "agent-check must be 1 to 65535, not 70000"),
        ("\tagent-check = 1\n\tagent-send = \"\\x\"\n", "agent-send knows \\n, \\r, \\t and \\\\ behind a backslash"),
        ("\tdatapath = maybe\n", "datapath is yes, no, or the virtual address as ADDRESS or ADDRESS:PORT, not 'maybe'"),
        ("\tdatapath = [2001:db8::1]:80\n", "datapath and the real servers have addresses of different families"),
    ])
    func whatIsWrongIsSaid(line: String, text: String) {
        let result = parse(service("gate", line))
        #expect(result.configuration == nil)
        #expect(result.diagnostics.contains { $0.severity == .error && $0.text == text }, "\(result.diagnostics)")
    }

    @Test(arguments: [
        ("gate", "", "192.0.2.1:80", "path to 192.0.2.1:80 by way of 192.0.2.11"),
        ("ipip", "", "192.0.2.1:80", "path to 192.0.2.1:80 by way of 192.0.2.11"),
        ("gate", "\tprotocol=udp\n", "192.0.2.1:53", "path to 192.0.2.1 by way of 192.0.2.11"),
        ("gate", "\tpersistent=60\n", "192.0.2.1:0", "path to 192.0.2.1 by way of 192.0.2.11"),
        ("masq", "", "192.0.2.1:80", nil), ("gate", "\tchecktype=off\n", "192.0.2.1:80", nil),
        ("gate", "\tchecktype=on\n", "192.0.2.1:80", "path to 192.0.2.1:80 by way of 192.0.2.11"),
        ("gate", "", "7", nil),
    ])
    func theWayIsCheckedWhereThereIsOne(method: String, lines: String, head: String, path: String?) throws {
        let real = try reals("datapath = yes\n" + service(method, lines, head: head))[0]
        #expect(real.path.map(rendered) == path)
    }

    @Test func aFirewallMarkIsToldItsAddress() throws {
        let real = try reals(service("gate", "\tdatapath = 192.0.2.1:80\n", head: "7"))[0]
        #expect(real.path.map(rendered) == "path to 192.0.2.1:80 by way of 192.0.2.11")
        let result = parse(service("gate", "\tdatapath = yes\n", head: "7"))
        #expect(result.diagnostics.contains { $0.text.hasPrefix("a firewall mark has no address to be checked") })
    }

    @Test func whereItHasNoEffectThatIsSaidOfASectionsOwnLine() {
        let text = "datapath has no effect here: only servers of gate and ipip hold the virtual address"
        #expect(parse(service("masq", "\tdatapath = yes\n")).diagnostics.contains { $0.text == text })
        #expect(!parse("datapath = yes\n" + service("masq")).diagnostics.contains { $0.text == text })
    }
}

extension RealConfiguration {
    fileprivate var path: CheckSpec? { further.first { $0.name == "datapath" }?.spec }
}
