import EventLoop
import HealthChecking
import NetworkTypes
import Probes
import Synchronization
import Testing

/// A redirect takes the check to libcurl; it stays on the checked server whatever host the redirect names.
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

    @Test func `a redirect to another name stays on the checked server`() async {
        let server = server { "http://elsewhere.invalid:\($0.port)/new" }
        defer { server.close() }
        let result = await probe(server.endpoint, .http(HTTPCheck(receive: "^welcome$")))
        #expect(result.passed, "\(result.reason)")
        #expect(server.requests.last?.contains("Host: elsewhere.invalid:\(server.endpoint.port)\r\n") == true)
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

    @Test func `a whole URL is asked for at the checked server`() async {
        let server = server { _ in "/new" }
        defer { server.close() }
        let check = HTTPCheck(request: "http://web.invalid:\(server.endpoint.port)/new")
        let result = await probe(Endpoint(server.endpoint.address, 9), .http(check))
        #expect(result.passed, "\(result.reason)")
        #expect(server.requests.first?.contains("Host: web.invalid:\(server.endpoint.port)\r\n") == true)
    }
}

/// The server's own address, which its behaviour needs and which is known only once it listens.
private final class Later: Sendable {
    private let value = Mutex<Endpoint?>(nil)
    var endpoint: Endpoint { value.withLock { $0 ?? Endpoint(IPAddress(ipv4: 0), 0) } }
    func set(_ endpoint: Endpoint) { value.withLock { $0 = endpoint } }
}
