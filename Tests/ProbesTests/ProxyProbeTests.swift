import EventLoop
import HealthChecking
import NetworkTypes
import Testing

/// The checked server is a proxy, which is asked for a whole URL.
@Suite struct ProxyProbeTests {
    init() { EventLoop.main.startOwnThread() }

    private static let ok = "HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nwelcome"

    @Test func `the whole URL stands in the request line, its host in the header`() async {
        let server = FakeServer(.answer(Self.ok))
        defer { server.close() }
        let check = HTTPCheck(
            request: "http://web.invalid:81/a b?c#d", virtualHost: "not.this", receive: "^welcome$", isProxy: true)
        let result = await probe(server.endpoint, .http(check))
        #expect(result.passed, "\(result.reason)")
        #expect(
            server.requests.first?.hasPrefix(
                "GET http://web.invalid:81/a%20b?c HTTP/1.1\r\nHost: web.invalid:81\r\n") == true)
    }

    @Test func `a URL with a login is left to libcurl and comes to the same`() async {
        let server = FakeServer(.answer(Self.ok))
        defer { server.close() }
        let check = HTTPCheck(request: "http://u:p@web.invalid/", receive: "^welcome$", isProxy: true)
        let result = await probe(server.endpoint, .http(check))
        #expect(result.passed, "\(result.reason)")
        let request = server.requests.first ?? ""
        #expect(request.hasPrefix("GET http://web.invalid/ HTTP/1.1\r\n"))
        #expect(request.contains("\r\nAuthorization: Basic dTpw\r\n"))
    }

    @Test func `a redirect is asked of the proxy too`() async {
        let server = FakeServer { request in
            request.hasPrefix("GET http://old.invalid/ ")
                ? .answer("HTTP/1.1 302 Found\r\nLocation: http://new.invalid/x\r\nContent-Length: 0\r\n\r\n")
                : .answer(Self.ok)
        }
        defer { server.close() }
        let check = HTTPCheck(request: "http://old.invalid/", receive: "^welcome$", isProxy: true)
        #expect(await probe(server.endpoint, .http(check)).passed)
        #expect(server.requests.last?.hasPrefix("GET http://new.invalid/x HTTP/1.1\r\nHost: new.invalid\r\n") == true)
    }

    @Test(arguments: [
        ("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n", "403"),
        ("HTTP/1.1 200 Connection established\r\n\r\nnonsense", "TLS handshake failed: "),
        ("+OK\r\n", ""),
    ])
    func `a tunnel that leads nowhere is no answer`(answer: String, reason: String) async {
        let server = FakeServer(.answer(answer))
        defer { server.close() }
        let check = HTTPCheck(request: "https://web.invalid/", isProxy: true)
        let result = await probe(server.endpoint, .http(check))
        #expect(!result.passed)
        #expect(reason.isEmpty || result.reason.contains(reason), "\(result.reason)")
        #expect(server.requests.first?.hasPrefix("CONNECT web.invalid:443 HTTP/1.1\r\n") == true)
    }

    @Test(arguments: [
        ("HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n", "HTTP status 502"),
        ("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nbad", "pattern 'welcome' not in the answer"),
        ("", "connection closed without an answer"),
    ])
    func `a proxy that fails is down`(answer: String, reason: String) async {
        let server = FakeServer(.answer(answer))
        defer { server.close() }
        let check = HTTPCheck(request: "http://web.invalid/", receive: "welcome", isProxy: true)
        let result = await probe(server.endpoint, .http(check))
        #expect(!result.passed)
        #expect(result.reason == reason)
    }

    @Test func `without a whole URL there is nothing to ask for`() async {
        let server = FakeServer(.answer(Self.ok))
        defer { server.close() }
        let result = await probe(server.endpoint, .http(HTTPCheck(request: "/x", isProxy: true)))
        #expect(result.reason == "a proxy is asked for a whole URL, and '/x' is none")
        #expect(!result.passed)
        #expect(server.requests.isEmpty)
    }
}
