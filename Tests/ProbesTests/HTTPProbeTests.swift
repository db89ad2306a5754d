import EventLoop
import Foundation
import Glibc
import HealthChecking
import NetworkTypes
import Probes
import Synchronization
import Testing

/// One kind of server, one check, and what must come of them.
struct HTTPCell: Sendable, CustomTestStringConvertible {
    var name: String
    var behaviour: Behaviour
    var check = HTTPCheck()
    var timeout: Duration = .seconds(5)
    var passed = false
    var reason: String
    var readsRequest = true
    /// Where libcurl says it in its own way.
    var libcurlReason: String { Self.libcurlReasons[reason] ?? reason }
    var testDescription: String { name }

    private static let libcurlReasons = [
        "connection closed after 3 of 10 bytes of the body": "connection closed in the middle of the body"
    ]
    private static let ok = "HTTP/1.1 200 OK\r\n"
    private static func whole(_ body: String) -> String { ok + "Content-Length: \(body.utf8.count)\r\n\r\n" + body }
    private static let pattern = HTTPCheck(receive: "wel+ come")

    static let all: [HTTPCell] = [
        HTTPCell(name: "healthy", behaviour: .answer(whole("welcome")), passed: true, reason: "HTTP 200"),
        HTTPCell(
            name: "healthy with pattern", behaviour: .answer(whole("well come")), check: pattern, passed: true,
            reason: "HTTP 200"),
        HTTPCell(
            name: "healthy, the connection stays open", behaviour: .answerAndStay(whole("well come")), check: pattern,
            passed: true, reason: "HTTP 200"),
        HTTPCell(
            name: "body until the end of the connection", behaviour: .answer(ok + "\r\nwell come"), check: pattern,
            passed: true, reason: "HTTP 200"),
        HTTPCell(
            name: "chunked",
            behaviour: .answer(ok + "Transfer-Encoding: chunked\r\n\r\n4\r\nwell\r\n5\r\n come\r\n0\r\n\r\n"),
            check: pattern, passed: true, reason: "HTTP 200"),
        HTTPCell(
            name: "chunked with a trailer",
            behaviour: .answer(
                ok + "Transfer-Encoding: chunked\r\nTrailer: Digest, Server-Timing\r\n\r\n9\r\nwell come\r\n0\r\n"
                    + "Digest: sha-256=x\r\nServer-Timing: total;dur=1\r\n\r\n"),
            check: pattern, passed: true, reason: "HTTP 200"),
        HTTPCell(
            name: "an interim answer first",
            behaviour: .answer("HTTP/1.1 103 Early Hints\r\nA: b\r\n\r\n" + whole("well come")),
            check: pattern, passed: true, reason: "HTTP 200"),
        HTTPCell(
            name: "no content", behaviour: .answer("HTTP/1.1 204 No Content\r\n\r\n"), passed: true, reason: "HTTP 204"),
        HTTPCell(
            name: "HEAD", behaviour: .answerAndStay(ok + "Content-Length: 1000\r\n\r\n"),
            check: HTTPCheck(method: .head), passed: true, reason: "HTTP 200"),
        HTTPCell(
            name: "large body", behaviour: .answer(whole(String(repeating: "x", count: 900_000) + "well come")),
            check: pattern, passed: true, reason: "HTTP 200"),
        HTTPCell(
            name: "body over the limit",
            behaviour: .answer(whole(String(repeating: "x", count: 3_000_000) + "well come")),
            check: pattern, reason: "pattern 'wel+ come' not in the first 1 MiB of the answer"),
        HTTPCell(
            name: "wrong pattern", behaviour: .answer(whole("goodbye")), check: pattern,
            reason: "pattern 'wel+ come' not in the answer"),
        HTTPCell(
            name: "pattern that explodes", behaviour: .answer(whole(String(repeating: "a", count: 200) + "!")),
            check: HTTPCheck(receive: "(a+)+$"), reason: "pattern '(a+)+$' takes too long to match the answer"),
        HTTPCell(
            name: "wrong status", behaviour: .answer("HTTP/1.1 503 Busy\r\n\r\nwelcome"), reason: "HTTP status 503"),
        HTTPCell(
            name: "wrong status whose body never ends", behaviour: .answerAndStay("HTTP/1.1 404 No\r\n\r\n"),
            reason: "HTTP status 404"),
        HTTPCell(
            name: "redirect to nowhere", behaviour: .answer("HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n"),
            reason: "HTTP status 302 without Location"),
        HTTPCell(
            name: "accepts and says nothing", behaviour: .silence, timeout: .seconds(1),
            reason: "no answer within 1s"),
        HTTPCell(
            name: "one byte at a time", behaviour: .trickle(whole("welcome"), milliseconds: 200),
            timeout: .seconds(4), reason: "answer not complete within 4s"),
        HTTPCell(
            name: "half a body, then silence", behaviour: .answerAndStay(ok + "Content-Length: 10\r\n\r\nwel"),
            timeout: .seconds(4), reason: "answer not complete within 4s"),
        HTTPCell(name: "closes at once", behaviour: .answer(""), reason: "connection closed without an answer"),
        HTTPCell(name: "resets", behaviour: .reset, reason: "connection reset by the server"),
        HTTPCell(
            name: "closes in the head", behaviour: .answer("HTTP/1.1 200 OK\r\nContent-"),
            reason: "connection closed in the middle of the headers"),
        HTTPCell(
            name: "closes in the body", behaviour: .answer(ok + "Content-Length: 10\r\n\r\nwel"),
            reason: "connection closed after 3 of 10 bytes of the body"),
        HTTPCell(name: "garbage", behaviour: .answerBytes([0, 255, 1, 2, 10, 10, 13]), reason: "not an HTTP answer"),
        HTTPCell(
            name: "HTTP/0.9", behaviour: .answer("<html>welcome</html>"), check: pattern, reason: "not an HTTP answer"),
        HTTPCell(
            name: "another protocol's greeting", behaviour: .answerAndStay("220 mail.example.com ESMTP\r\n"),
            reason: "not an HTTP answer", readsRequest: false),
    ]
}

@Suite struct HTTPProbeTests {
    init() { EventLoop.main.startOwnThread() }

    @Test(arguments: HTTPCell.all)
    func `every kind of server gets its verdict`(cell: HTTPCell) async {
        let server = FakeServer(readsRequest: cell.readsRequest) { [behaviour = cell.behaviour] _ in behaviour }
        defer { server.close() }
        let result = await probe(server.endpoint, .http(cell.check), timeout: cell.timeout)
        #expect(result.passed == cell.passed)
        #expect(result.reason == cell.reason)
        if cell.reason.contains("within") { #expect(result.latency >= cell.timeout) }
    }

    @Test func `the server sees what ldirectord would ask`() async {
        let server = FakeServer(.answer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"))
        defer { server.close() }
        let check = HTTPCheck(method: .head, request: "/status page", virtualHost: "www.example.com")
        #expect(await probe(server.endpoint, .http(check)).passed)
        #expect(server.requests.count == 1)
        #expect(server.requests.first?.hasPrefix("HEAD /status%20page HTTP/1.1\r\nHost: www.example.com\r\n") == true)
    }

    @Test(.enabled(if: Loopback.hasIPv6, "this machine has no ::1: nothing is tested over IPv6 here"))
    func `IPv6 works alike`() async {
        let server = FakeServer(ipv6: true) { _ in .answer("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok") }
        defer { server.close() }
        let result = await probe(server.endpoint, .http(HTTPCheck(receive: "^ok$")))
        #expect(result.passed, "\(result.reason)")
        #expect(server.requests.first?.contains("\r\nHost: [::1]\r\n") == true)
    }

    /// The kernel tells the server how many segments came (`tcp_info`, <linux/tcp.h>): the first one and the request, or
    /// the end of the handshake in between. A stall makes three of them, so one run in twenty will do.
    @Test func `the request ends the handshake`() async {
        let (listener, endpoint) = FakeServer.listen(ipv6: false, backlog: 64)
        let segments = Mutex<[UInt32]>([])
        Thread.detachNewThread {
            while case let connection = acceptAlone(listener), connection >= 0 {
                var request = [UInt8](repeating: 0, count: 4096)
                _ = read(connection, &request, request.count)
                var info = [UInt32](repeating: 0, count: 64)
                var size = socklen_t(info.count * 4)
                getsockopt(connection, Int32(IPPROTO_TCP), TCP_INFO, &info, &size)
                segments.withLock { $0.append(info[35]) }
                let answer = Array("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".utf8)
                _ = send(connection, answer, answer.count, Int32(MSG_NOSIGNAL))
                Glibc.close(connection)
            }
            Glibc.close(listener)
        }
        for _ in 0..<20 where !segments.withLock({ $0.contains(2) }) {
            #expect(await probe(endpoint, .http(HTTPCheck())).passed)
        }
        shutdown(listener, Int32(SHUT_RDWR))
        #expect(segments.withLock { $0.contains(2) }, "\(segments.withLock { $0 })")
    }

    @Test func `a refused connection and a black hole are told apart`() async {
        let nobody = Nobody()
        #expect(await probe(nobody.endpoint, .http(HTTPCheck())).reason == "connection refused")
        let hole = BlackHole()
        let result = await probe(hole.endpoint, .http(HTTPCheck()), timeout: .milliseconds(300))
        #expect(result.reason == "no connection within 300ms")
    }

    @Test func `what cannot be run says why`() async {
        let target = Endpoint(IPAddress(ipv4: 0x7F00_0001), 9)
        let broken = await probe(target, .http(HTTPCheck(receive: "(ok")))
        #expect(broken.reason == "pattern '(ok': missing closing parenthesis at character 4")
        let host = await probe(target, .http(HTTPCheck(virtualHost: "a\u{7F}b")))
        #expect(host.reason == "the virtual host 'a\u{7F}b' cannot stand in a request")
    }
}
