import EventLoop
import Glibc
import HealthChecking
import NetworkTypes
import Probes
import Testing

@Suite(.serialized) struct SentinelTests {
    init() { EventLoop.main.startOwnThread() }

    private func spec(_ server: IdleServer, rechecks: Int = 1) -> CheckSpec {
        CheckSpec(
            server.endpoint, .connect, interval: .seconds(1000), timeout: .seconds(5),
            sentinel: CheckSpec.Sentinel(rechecks: rechecks))
    }

    /// The interval is a quarter of an hour: what is found sooner is the sentinel's doing.
    @Test(arguments: [1, 3])
    @LoopActor func `the death of a server is found at once and as often as counts`(rechecks: Int) async {
        let server = IdleServer()
        var results: [Bool] = []
        let prober = Prober { _, result in results.append(result.passed) }
        prober.perform(.add(CheckID(rawValue: 1), spec(server, rechecks: rechecks)))
        // The check's connection and then the sentinel's, which is the one that is left.
        await wait { server.accepted >= 2 && server.open == 1 && results == [true] }
        server.die()
        await wait { results.count > rechecks }
        prober.removeAll()
        #expect(results == [true] + Array(repeating: false, count: rechecks))
    }

    @Test @LoopActor func `a server that closes idle connections stays up and is left alone`() async {
        let server = IdleServer(patience: 20_000)
        defer { server.die() }
        var results: [Bool] = []
        let prober = Prober { _, result in results.append(result.passed) }
        prober.perform(.add(CheckID(rawValue: 1), spec(server)))
        // A check, the sentinel, the check on its end; then a pause of a second, and the same again.
        await wait { results.count >= 3 }
        prober.removeAll()
        #expect(results.allSatisfy { $0 })
        #expect(server.accepted <= 6)
    }

    @Test @LoopActor func `a check that is taken away takes its connection along`() async {
        let server = IdleServer()
        defer { server.die() }
        let prober = Prober { _, _ in }
        prober.perform(.add(CheckID(rawValue: 1), spec(server)))
        await wait { server.accepted >= 2 && server.open == 1 }
        prober.perform(.remove(CheckID(rawValue: 1)))
        await wait { server.open == 0 }
        #expect(server.open == 0)
    }

    @Test @LoopActor func `no more connections are held than may be`() async {
        let servers = [IdleServer(), IdleServer()]
        defer { for server in servers { server.die() } }
        var told: [String] = []
        let prober = Prober(sentinelLimit: 1, remark: { _, text in told.append(text) }) { _, _ in }
        for (index, server) in servers.enumerated() {
            prober.perform(.add(CheckID(rawValue: UInt32(index + 1)), spec(server)))
        }
        await wait { told.count == 1 && servers.contains { $0.open == 1 } }
        prober.removeAll()
        #expect(told == ["has no sentinel: the prober holds as many connections as it may"])
    }
}
