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

    /// Which openssl cannot be told to be: its greeting comes from here, and what follows is an alert. That it is
    /// the alert which fails the check shows that the greeting did not.
    @Test func `a server older than secure renegotiation is spoken to`() async {
        var hello: [UInt8] = [0x16, 3, 3, 0, 42, 2, 0, 0, 38, 3, 3] + (0..<32) + [0]
        // AES128-SHA, no compression, and no extension, of RFC 5746 or any other.
        hello += [0, 0x2F, 0]
        let alert: [UInt8] = [0x15, 3, 3, 0, 2, 2, 80]
        let greeting = String(decoding: hello + alert, as: UTF8.self)
        let server = FakeServer(readsRequest: false) { _ in .answerAndStay(greeting) }
        defer { server.close() }
        let result = await probe(server.endpoint, .http(HTTPCheck(tls: true)))
        #expect(result.reason == "TLS handshake failed: tlsv1 alert internal error")
        let strict = await probe(server.endpoint, .http(HTTPCheck(tls: true, verification: .system)))
        #expect(strict.reason == "TLS handshake failed: unsafe legacy renegotiation disabled")
    }

    /// Who the certificate is for, who vouches, and for whom it is taken.
    @Test(
        arguments: [
            ("DNS:web.invalid", true, "web.invalid", "HTTP 200"),
            ("DNS:web.invalid", true, "web.invalid:81", "HTTP 200"),
            ("DNS:*.site.invalid", true, "web.site.invalid", "HTTP 200"), ("IP:127.0.0.1", true, nil, "HTTP 200"),
            ("DNS:web.invalid", true, "other.invalid", "certificate refused: no alternative certificate subject name"),
            ("DNS:web.invalid", true, nil, "certificate refused: no alternative certificate subject name"),
            ("DNS:web.invalid", false, "web.invalid", "certificate refused: self-signed certificate"),
        ] as [(String, Bool, String?, String)])
    func `a certificate is verified where that is asked for`(
        name: String, isTrusted: Bool, host: String?, reason: String
    ) async throws {
        let server = try #require(TLSServer(name: name))
        defer { server.stop() }
        let check = HTTPCheck(
            tls: true, virtualHost: host,
            verification: isTrusted ? .authorities(file: server.certificate) : .system)
        let result = await probeWhenUp(server.endpoint, check)
        #expect(result.reason.hasPrefix(reason), "\(result.reason)")
        #expect(result.passed == (reason == "HTTP 200"))
    }

    /// Checks share libcurl's handles and its authorities: none may inherit another's.
    @Test func `checks with and without verification keep apart`() async throws {
        let server = try #require(TLSServer(name: "DNS:web.invalid"))
        defer { server.stop() }
        var checks = [TLSVerification.off, .system, .authorities(file: server.certificate)].map {
            HTTPCheck(tls: true, virtualHost: "web.invalid", verification: $0)
        }
        _ = await probeWhenUp(server.endpoint, checks[0])
        var verdicts: [Bool] = []
        for _ in 0..<3 {
            for check in checks { verdicts.append(await probe(server.endpoint, .http(check)).passed) }
            checks.reverse()
        }
        #expect(verdicts == [true, false, true, true, false, true, true, false, true])
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
        let nobody = Nobody()
        #expect(await probe(nobody.endpoint, .http(HTTPCheck(tls: true))).reason == "connection refused")
        let hole = BlackHole()
        let result = await probe(hole.endpoint, .http(HTTPCheck(tls: true)), timeout: .milliseconds(300))
        #expect(result.reason == "no connection within 300ms")
    }
}
