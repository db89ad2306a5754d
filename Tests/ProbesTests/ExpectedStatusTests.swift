import EventLoop
import HealthChecking
import NetworkTypes
import Testing

struct StatusCell: Sendable, CustomTestStringConvertible {
    var status: String
    var expected: String
    var reason: String
    var receive: String?
    var testDescription: String { "\(status) where \(expected) is expected" }

    static let all = [
        StatusCell(status: "200 OK", expected: "200", reason: "HTTP 200"),
        StatusCell(status: "204 No Content", expected: "200", reason: "HTTP status 204, expected is 200"),
        StatusCell(status: "401 Unauthorized", expected: "200,401", reason: "HTTP 401"),
        StatusCell(status: "401 Unauthorized", expected: "401", reason: "HTTP 401", receive: "^body$"),
        StatusCell(status: "404 Not Found", expected: "404", reason: "pattern 'x' not in the answer", receive: "x"),
        StatusCell(status: "503 Busy", expected: "200,301-399", reason: "HTTP status 503, expected is 200,301-399"),
        StatusCell(status: "503 Busy", expected: "500-599", reason: "HTTP 503"),
        StatusCell(status: "301 Moved", expected: "301", reason: "HTTP 301", receive: "^body$"),
        StatusCell(status: "302 Found", expected: "301", reason: "HTTP status 302, expected is 301"),
        StatusCell(status: "304 Not Modified", expected: "304", reason: "HTTP 304"),
        StatusCell(status: "200 OK", expected: "301", reason: "HTTP status 200, expected is 301"),
    ]
}

/// `expect-status`, in the check by hand and in libcurl's.
@Suite struct ExpectedStatusTests {
    init() { EventLoop.main.startOwnThread() }

    private func server(_ status: String) -> FakeServer {
        FakeServer { request in
            if request.hasPrefix("GET /new ") { return .answer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n") }
            // The second redirect would be to a server that answers 200: a check that follows it is found out.
            let location = status.hasPrefix("30") ? "Location: /new\r\n" : ""
            let hasBody = !status.hasPrefix("204") && !status.hasPrefix("304")
            return .answer("HTTP/1.1 \(status)\r\n\(location)Content-Length: 4\r\n\r\n" + (hasBody ? "body" : ""))
        }
    }

    @Test(arguments: StatusCell.all, [false, true])
    func `a server is up with a status that is expected`(cell: StatusCell, byLibrary: Bool) async throws {
        let server = server(cell.status)
        defer { server.close() }
        let check = HTTPCheck(
            request: byLibrary ? "http://127.0.0.1:\(server.endpoint.port)/" : "/", receive: cell.receive,
            expectedStatus: try #require(StatusSet(cell.expected)))
        let result = await probe(server.endpoint, .http(check))
        #expect(result.reason == cell.reason)
        #expect(result.passed == cell.reason.hasPrefix("HTTP \(cell.status.prefix(3))"))
        #expect(server.requests.count == 1)
    }

    @Test func `a redirect is followed where none is expected`() async {
        let server = server("302 Found")
        defer { server.close() }
        let check = HTTPCheck(expectedStatus: StatusSet([200...200, 404...404]))
        #expect(await probe(server.endpoint, .http(check)).reason == "HTTP 200")
        #expect(server.requests.last?.hasPrefix("GET /new ") == true)
    }
}
