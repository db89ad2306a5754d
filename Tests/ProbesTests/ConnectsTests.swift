import EventLoop
import HealthChecking
import NetworkTypes
import Probes
import Synchronization
import Testing

/// `checktype = N`.
@Suite(.serialized) struct ConnectsTests {
    init() { EventLoop.main.startOwnThread() }

    @LoopActor private func reasons(_ count: Int, from server: FakeServer, connects: Int) async -> [String] {
        var reasons: [String] = []
        let prober = Prober { _, result in reasons.append(result.reason) }
        let spec = CheckSpec(
            server.endpoint, .http(HTTPCheck()), interval: .milliseconds(1), timeout: .seconds(20),
            connects: CheckSpec.Connects(connects, timeout: .seconds(10)))
        prober.perform(.add(CheckID(rawValue: 1), spec))
        await wait { reasons.count >= count }
        prober.removeAll()
        return Array(reasons.prefix(count))
    }

    @Test func `a negotiation, then so many connects, then a negotiation`() async {
        let server = FakeServer(.answer("HTTP/1.0 200 OK\r\n\r\n"))
        defer { server.close() }
        let round = ["HTTP 200", "connected", "connected", "connected"]
        #expect(await reasons(9, from: server, connects: 3) == round + round + ["HTTP 200"])
    }

    @Test func `a failed negotiation is repeated until it succeeds`() async {
        let calls = Mutex(0)
        let server = FakeServer { request in
            guard !request.isEmpty else { return .silence }
            let call = calls.withLock { calls in
                calls += 1
                return calls
            }
            return .answer(call < 3 ? "HTTP/1.0 500 No\r\n\r\n" : "HTTP/1.0 200 OK\r\n\r\n")
        }
        defer { server.close() }
        #expect(
            await reasons(5, from: server, connects: 1)
                == ["HTTP status 500", "HTTP status 500", "HTTP 200", "connected", "HTTP 200"])
    }
}
