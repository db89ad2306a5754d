import EventLoop
import HealthChecking
import NetworkTypes
import Probes
import Testing

/// The answer of a name server with one A record to a query for one name.
private func answer(to query: [UInt8], address: [UInt8] = [192, 0, 2, 1], truncated: Bool = false) -> [UInt8] {
    var answer = query
    answer[2] = truncated ? 0x87 : 0x85
    answer[7] = truncated ? 0 : 1
    if truncated { return answer }
    return answer + [0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4] + address
}

@Suite(.serialized) struct DatagramProbeTests {
    init() { EventLoop.main.startOwnThread() }

    private let check = CheckSpec.Kind.dialogue(
        DialogueCheck(.dns, transport: .udp, request: "www.example.com", receive: "192\\.0\\.2\\.1"))

    @Test func `an answer that matches is up`() async {
        let server = FakeDatagramServer { _, query in [answer(to: query)] }
        defer { server.close() }
        let result = await probe(server.endpoint, check)
        #expect(result.passed)
        #expect(result.reason == "A 192.0.2.1")
        #expect(server.datagrams.count == 1)
    }

    @Test(arguments: [("^PONG", "answer 'PONG 1'"), ("^OK", "pattern '^OK' in no line of the answer")])
    func `simpletcp takes a datagram for its last line`(pattern: String, reason: String) async {
        let server = FakeDatagramServer { _, query in
            query == Array("PING\n".utf8) ? [Array("hello\nPONG 1".utf8)] : []
        }
        defer { server.close() }
        let check = DialogueCheck(.simpletcp, transport: .udp, request: "PING\\n", receive: pattern)
        let result = await probe(server.endpoint, .dialogue(check), timeout: .milliseconds(800))
        #expect(result.reason == reason)
        #expect(result.passed == (pattern == "^PONG"))
    }

    @Test func `a lost query is sent again, the same`() async {
        let server = FakeDatagramServer { number, query in number < 2 ? [] : [answer(to: query)] }
        defer { server.close() }
        let result = await probe(server.endpoint, check, timeout: .seconds(4))
        #expect(result.passed, "\(result.reason)")
        #expect(server.datagrams.count == 2)
        #expect(Set(server.datagrams).count == 1)
    }

    @Test func `silence ends at the deadline`() async {
        let server = FakeDatagramServer { _, _ in [] }
        defer { server.close() }
        let result = await probe(server.endpoint, check, timeout: .milliseconds(400))
        #expect(result.reason == "no answer for A www.example.com within 400ms")
        #expect(!result.passed && result.latency >= .milliseconds(400))
        #expect(server.datagrams.count >= 2)
    }

    @Test func `garbage and answers to others do not count`() async {
        let server = FakeDatagramServer { _, query in
            var stranger = answer(to: query)
            stranger[0] ^= 0xff
            return [[], [1, 2, 3], stranger]
        }
        defer { server.close() }
        let result = await probe(server.endpoint, check, timeout: .milliseconds(400))
        #expect(!result.passed)
        #expect(result.reason == "the answer has another identifier than the query")
    }

    @Test func `an answer behind garbage counts`() async {
        let server = FakeDatagramServer { _, query in [[], Array("garbage".utf8), answer(to: query)] }
        defer { server.close() }
        #expect(await probe(server.endpoint, check).passed)
    }

    @Test func `a closed port is told at once`() async {
        let server = FakeDatagramServer { _, _ in [] }
        let endpoint = server.endpoint
        server.close()
        // Its thread closes the socket once it has seen the end.
        var result = await probe(endpoint, check, timeout: .milliseconds(300))
        for _ in 0..<50 where !result.reason.hasPrefix("nobody") {
            result = await probe(endpoint, check, timeout: .milliseconds(300))
        }
        #expect(!result.passed)
        #expect(result.reason == "nobody listens on UDP port \(endpoint.port) (ICMP port unreachable)")
    }

    @Test func `a truncated answer is asked for over TCP`() async throws {
        let nobody = Nobody()
        // The same number for UDP; where TCP has nobody, the run says so.
        let server = FakeDatagramServer(port: nobody.endpoint.port) { _, query in [answer(to: query, truncated: true)] }
        defer { server.close() }
        let result = await probe(server.endpoint, check)
        #expect(!result.passed)
        #expect(result.reason == "connection refused")
    }

    @Test func `a check that is removed while it waits leaves nothing behind`() async {
        let server = FakeDatagramServer { _, _ in [] }
        defer { server.close() }
        await removeWhileWaiting(server)
        let count = server.datagrams.count
        await EventLoop.main.task { await EventLoop.main.sleep(for: .milliseconds(200)) }.result.success()
        #expect(server.datagrams.count == count)
    }

    @LoopActor private func removeWhileWaiting(_ server: FakeDatagramServer) async {
        let prober = Prober { _, _ in }
        let spec = CheckSpec(server.endpoint, check, interval: .seconds(1), timeout: .milliseconds(200))
        prober.perform(.add(CheckID(rawValue: 1), spec))
        await wait { !server.datagrams.isEmpty }
        prober.removeAll()
        #expect(prober.runsInFlight == 0)
    }
}

extension Result where Failure == any Error {
    fileprivate func success() {
        if case .failure(let error) = self { Issue.record("\(error)") }
    }
}
