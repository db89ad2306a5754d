import EventLoop
import Foundation
import Glibc
import HealthChecking
import NetworkTypes
import Probes
import Testing

/// Ping sockets are for the groups of net.ipv4.ping_group_range; a fresh kernel has none.
private let isPermitted: Bool = {
    let descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue), Int32(IPPROTO_ICMP))
    if descriptor >= 0 { close(descriptor) }
    return descriptor >= 0
}()

/// Raw sockets are for who has CAP_NET_RAW.
private let rawSockets = EchoDescriptor.openRaw()

@Suite struct EchoProbeTests {
    init() { EventLoop.main.startOwnThread() }

    private let loopback = Endpoint(IPAddress(ipv4: 0x7F00_0001), 1)

    @Test(
        .enabled(if: isPermitted, "net.ipv4.ping_group_range keeps ping sockets from this user"),
        arguments: Loopback.addresses)
    func `loopback answers`(address: IPAddress) async {
        let result = await probe(Endpoint(address, 1), .ping(attempts: 1))
        #expect(result.passed, "\(result.reason)")
        #expect(result.reason == "echo reply")
    }

    @Test(.enabled(if: !isPermitted, "ping sockets are permitted here"))
    func `without permission the reason names the sysctl`() async {
        let result = await probe(loopback, .ping(attempts: 3), timeout: .milliseconds(300))
        #expect(!result.passed)
        #expect(result.reason.contains("sysctl net.ipv4.ping_group_range=\"0 2147483647\""), "\(result.reason)")
    }

    @Test(
        .enabled(if: !rawSockets.isEmpty, "raw sockets are not permitted here"),
        arguments: Loopback.addresses)
    func `raw sockets that were opened before are used instead`(address: IPAddress) async {
        let result = await probe(Endpoint(address, 1), .ping(attempts: 1), rawEcho: EchoDescriptor.openRaw())
        #expect(result.passed, "\(result.reason)")
    }

    @Test(.enabled(if: !rawSockets.isEmpty, "raw sockets are not permitted here"))
    func `two raw sockets do not take each other's answers`() async {
        await withTaskGroup(of: CheckResult.self) { group in
            for _ in 0..<20 {
                group.addTask { await probe(loopback, .ping(attempts: 1), rawEcho: EchoDescriptor.openRaw()) }
            }
            for await result in group { #expect(result.passed, "\(result.reason)") }
        }
    }
}
