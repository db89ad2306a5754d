import EventLoop
import HealthChecking
import NetworkTypes
import Probes
import Testing

@Suite(.serialized) struct ConnectProbeTests {
    init() { EventLoop.main.startOwnThread() }

    @Test(arguments: [false, true])
    func `a listener is up`(ipv6: Bool) async {
        let server = FakeServer(ipv6: ipv6) { _ in .silence }
        defer { server.close() }
        let result = await probe(server.endpoint, .connect)
        #expect(result.passed)
        #expect(result.reason == "connected")
    }

    @Test(arguments: [false, true])
    func `a port without a listener refuses`(ipv6: Bool) async {
        let server = FakeServer(ipv6: ipv6) { _ in .silence }
        server.close()
        let result = await probe(server.endpoint, .connect)
        #expect(!result.passed)
        #expect(result.reason == "connection refused")
    }

    @Test func `silence ends at the deadline`() async {
        let hole = BlackHole()
        let result = await probe(hole.endpoint, .connect, timeout: .milliseconds(300))
        #expect(!result.passed)
        #expect(result.reason == "no connection within 300ms")
        #expect(result.latency >= .milliseconds(300))
    }

    @Test func `an address without a route says so`() async {
        // 255.255.255.255 without SO_BROADCAST never leaves the machine.
        let result = await probe(Endpoint(IPAddress(ipv4: .max), 80), .connect, timeout: .milliseconds(300))
        #expect(!result.passed)
        #expect(result.reason == "network is unreachable" || result.reason.hasPrefix("not permitted"))
    }
}
