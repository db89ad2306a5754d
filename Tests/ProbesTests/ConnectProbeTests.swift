import CProbes
import EventLoop
import Glibc
import HealthChecking
import NetworkTypes
import Probes
import Testing

@Suite(.serialized) struct ConnectProbeTests {
    init() { EventLoop.main.startOwnThread() }

    @Test(arguments: Loopback.families)
    func `a listener is up`(ipv6: Bool) async {
        let server = FakeServer(ipv6: ipv6) { _ in .silence }
        defer { server.close() }
        let result = await probe(server.endpoint, .connect)
        #expect(result.passed)
        #expect(result.reason == "connected")
    }

    @Test(arguments: Loopback.families)
    func `a port without a listener refuses`(ipv6: Bool) async {
        let nobody = Nobody(ipv6: ipv6)
        let result = await probe(nobody.endpoint, .connect)
        #expect(!result.passed)
        #expect(result.reason == "connection refused")
    }

    /// The kernel chooses our port, so a probe would have to be lucky; a bound socket takes the same way on purpose.
    @Test func `a connection with itself is told from one with a server`() throws {
        let (listener, endpoint) = FakeServer.listen(ipv6: false, backlog: 1)
        let alone = Connection(to: nil)
        let served = Connection(to: endpoint.port)
        defer {
            close(listener)
            close(alone.descriptor)
            close(served.descriptor)
        }
        #expect(alone.isConnected && served.isConnected)
        #expect(cprobes_is_own_peer(alone.descriptor, alone.port))
        #expect(!cprobes_is_own_peer(served.descriptor, endpoint.port))
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

/// A TCP socket bound on loopback and connected to a port there, its own when none is given.
private struct Connection {
    let descriptor: Int32
    let port: UInt16
    let isConnected: Bool

    init(to other: UInt16?) {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = self.descriptor
        (port, isConnected) = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                precondition(bind(descriptor, $0, length) == 0)
                precondition(getsockname(descriptor, $0, &length) == 0)
            }
            let port = UInt16(bigEndian: pointer.pointee.sin_port)
            pointer.pointee.sin_port = (other ?? port).bigEndian
            let result = pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, length) }
            return (port, result == 0)
        }
    }
}
