import EventLoop
import HealthChecking
import NetworkTypes
import Probes
import Testing

@Suite(.serialized) struct TLSProbeTests {
    init() { EventLoop.main.startOwnThread() }

    /// The result once the server listens, which takes it some milliseconds.
    private func probeWhenUp(_ target: Endpoint, _ check: HTTPCheck) async -> CheckResult {
        for _ in 0..<250 {
            let result = await probe(target, .http(check))
            if result.reason != "connection refused" { return result }
            await EventLoop.main.sleep(for: .milliseconds(20))
        }
        return await probe(target, .http(check))
    }

    @Test func `a certificate that nobody vouches for is no failure`() async throws {
        let server = try #require(TLSServer(), "openssl is needed: apt-get install openssl")
        defer { server.stop() }
        let found = await probeWhenUp(server.endpoint, HTTPCheck(tls: true, receive: "Ciphers supported"))
        #expect(found.passed, "\(found.reason)")
        #expect(found.reason == "HTTP 200")
        let missed = await probe(server.endpoint, .http(HTTPCheck(tls: true, receive: "not there")))
        #expect(missed.reason == "pattern 'not there' not in the answer")
    }

    @Test func `the virtual host is sent as the server's name`() async throws {
        // A server that ends the handshake with an alert when the client names any other host.
        let server = try #require(TLSServer(["-servername", "web.invalid", "-servername_fatal"]))
        defer { server.stop() }
        let named = await probeWhenUp(server.endpoint, HTTPCheck(tls: true, virtualHost: "web.invalid"))
        #expect(named.passed, "\(named.reason)")
        let other = await probe(server.endpoint, .http(HTTPCheck(tls: true, virtualHost: "other.invalid")))
        #expect(!other.passed)
        #expect(other.reason.hasPrefix("TLS handshake failed: "), "\(other.reason)")
    }

    @Test func `an old protocol version is good enough for a check`() async throws {
        let server = try #require(TLSServer(["-tls1_2", "-cipher", "ALL:@SECLEVEL=0"]))
        defer { server.stop() }
        let result = await probeWhenUp(server.endpoint, HTTPCheck(tls: true))
        #expect(result.passed, "\(result.reason)")
    }

    @Test(arguments: [
        (Behaviour.answerAndStay("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"), "TLS handshake failed: "),
        (Behaviour.answerBytes([UInt8](repeating: 0x41, count: 100)), "TLS handshake failed: "),
        (Behaviour.answer(""), "TLS handshake failed: "),
        (Behaviour.reset, "TLS handshake failed: "),
        (Behaviour.silence, "TLS handshake not complete within 1s"),
    ])
    func `what is no TLS is refused`(behaviour: Behaviour, reason: String) async {
        let server = FakeServer(readsRequest: false) { _ in behaviour }
        defer { server.close() }
        let result = await probe(
            server.endpoint, .http(HTTPCheck(tls: true)), timeout: reason.hasSuffix("1s") ? .seconds(1) : .seconds(30))
        #expect(!result.passed)
        // A reset may come before the handshake has begun.
        let isReset = if case .reset = behaviour { result.reason == "connection reset by the server" } else { false }
        #expect(isReset || result.reason.hasPrefix(reason), "\(result.reason)")
    }

    @Test func `no listener and a black hole are told apart`() async {
        let server = FakeServer(.silence)
        server.close()
        #expect(await probe(server.endpoint, .http(HTTPCheck(tls: true))).reason == "connection refused")
        let hole = BlackHole()
        let result = await probe(hole.endpoint, .http(HTTPCheck(tls: true)), timeout: .milliseconds(300))
        #expect(result.reason == "no connection within 300ms")
    }
}
