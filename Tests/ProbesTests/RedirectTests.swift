import EventLoop
import HealthChecking
import NetworkTypes
import Probes
import Synchronization
import Testing

/// A redirect takes the check to libcurl; it goes where the redirect leads.
@Suite struct RedirectTests {
    init() { EventLoop.main.startOwnThread() }

    private static let ok = "HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nwelcome"
    private static func moved(_ location: String) -> Behaviour {
        .answer("HTTP/1.1 302 Found\r\nLocation: \(location)\r\nContent-Length: 4\r\n\r\nmove")
    }

    private func server(_ start: @escaping @Sendable (Endpoint) -> String) -> FakeServer {
        let later = Later()
        let server = FakeServer { request in
            if request.hasPrefix("GET / ") { return Self.moved(start(later.endpoint)) }
            if request.hasPrefix("GET /new ") { return .answer(Self.ok) }
            if request.hasPrefix("GET /loop") { return Self.moved("/loop") }
            return .answer("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
        }
        later.set(server.endpoint)
        return server
    }

    @Test func `a redirect within the server is followed`() async {
        let server = server { _ in "/new" }
        defer { server.close() }
        let result = await probe(server.endpoint, .http(HTTPCheck(virtualHost: "w.x", receive: "^welcome$")))
        #expect(result.passed, "\(result.reason)")
        #expect(server.requests.last?.contains("Host: w.x\r\n") == true)
    }

    @Test func `the own name and port stay on the checked server`() async {
        let server = server { "http://Elsewhere.invalid:\($0.port)/new" }
        defer { server.close() }
        let result = await probe(
            server.endpoint, .http(HTTPCheck(virtualHost: "elsewhere.invalid", receive: "^welcome$")))
        #expect(result.passed, "\(result.reason)")
        #expect(result.reason == "HTTP 200")
        #expect(server.requests.last?.lowercased().contains("host: elsewhere.invalid") == true)
    }

    /// As LWP, and so ldirectord, does it: the site's public name is often another machine, or port, than the checked one.
    @Test(arguments: [nil, "www.example.com"])
    func `a redirect to another place is followed there`(virtualHost: String?) async {
        let other = FakeServer { $0.hasPrefix("GET /app ") ? .answer(Self.ok) : .silence }
        let server = server { _ in "http://localhost:\(other.endpoint.port)/app" }
        defer {
            server.close()
            other.close()
        }
        let check = HTTPCheck(virtualHost: virtualHost, receive: "^welcome$")
        let result = await probe(server.endpoint, .http(check))
        #expect(result.passed, "\(result.reason)")
        #expect(result.reason.hasPrefix("HTTP 200 (redirected to http://localhost:\(other.endpoint.port)"))
        #expect(other.requests.last?.contains("Host: localhost:\(other.endpoint.port)\r\n") == true)
    }

    @Test func `silence behind a redirect is named`() async {
        let other = FakeServer(.silence)
        let server = server { _ in "http://127.0.0.1:\(other.endpoint.port)/app" }
        defer {
            server.close()
            other.close()
        }
        let result = await probe(server.endpoint, .http(HTTPCheck()), timeout: .seconds(1))
        #expect(
            result.reason == "no answer within 1s (redirected to http://127.0.0.1:\(other.endpoint.port))")
    }

    @Test func `who cannot be reached behind a redirect is named`() async {
        let nobody = Nobody()
        let server = server { _ in "http://u:secret@127.0.0.1:\(nobody.endpoint.port)/app" }
        defer { server.close() }
        let result = await probe(server.endpoint, .http(HTTPCheck()))
        #expect(!result.passed)
        #expect(result.reason == "connection refused (redirected to http://127.0.0.1:\(nobody.endpoint.port))")
    }

    @Test func `the verdict is the last answer's`() async {
        let server = server { _ in "/missing" }
        defer { server.close() }
        #expect(await probe(server.endpoint, .http(HTTPCheck())).reason == "HTTP status 404")
    }

    @Test func `a loop ends after seven redirects`() async {
        let server = server { _ in "/loop" }
        defer { server.close() }
        #expect(await probe(server.endpoint, .http(HTTPCheck())).reason == "more than 7 redirects")
        // The check by hand, then libcurl's first request and seven more.
        #expect(server.requests.count == 9)
    }

    @Test func `a redirect to another protocol is refused`() async {
        let server = server { _ in "file:///etc/passwd" }
        defer { server.close() }
        let result = await probe(server.endpoint, .http(HTTPCheck()))
        #expect(result.reason == "redirect to a protocol other than http and https")
    }

    /// A whole URL says itself who is asked, as for ldirectord; the Host header is the same as for a path.
    @Test(arguments: [nil, "www.example.com"])
    func `a whole URL is asked for where it leads`(virtualHost: String?) async {
        let server = server { _ in "/new" }
        defer { server.close() }
        let check = HTTPCheck(
            request: "http://127.0.0.1:\(server.endpoint.port)/new", virtualHost: virtualHost, receive: "^welcome$")
        let result = await probe(Endpoint(IPAddress(ipv4: 0x7F00_0002), 9), .http(check))
        #expect(result.passed, "\(result.reason)")
        #expect(result.reason == "HTTP 200 (asked at http://127.0.0.1:\(server.endpoint.port))")
        #expect(server.requests.first?.contains("Host: \(virtualHost ?? "127.0.0.2")\r\n") == true)
    }
}

/// The server's own address, which its behaviour needs and which is known only once it listens.
private final class Later: Sendable {
    private let value = Mutex<Endpoint?>(nil)
    var endpoint: Endpoint { value.withLock { $0 ?? Endpoint(IPAddress(ipv4: 0), 0) } }
    func set(_ endpoint: Endpoint) { value.withLock { $0 = endpoint } }
}
