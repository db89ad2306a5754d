import DataPaths
import EventLoop
import HealthChecking
import NetworkTypes
import Testing
import TimeTypes

/// What needs no privilege and no network; the rest is shown in the lab.
@Suite(.serialized) struct PathProberTests {
    init() { EventLoop.main.startOwnThread() }

    private let loopback = Endpoint(IPAddress(ipv4: 0x7F00_0001), 0)

    private func spec(_ kind: CheckSpec.Kind) -> CheckSpec {
        CheckSpec(loopback, kind, interval: .seconds(1000), timeout: .milliseconds(200))
    }

    @Test @LoopActor func `only checks of its kind are taken`() {
        let prober = PathProber { _, _ in }
        #expect(!prober.perform(.add(CheckID(rawValue: 1), spec(.connect))))
        #expect(!prober.perform(.remove(CheckID(rawValue: 1))))
        #expect(!prober.perform(.runNow(CheckID(rawValue: 1))))
        let path = PathCheck(.tunnel, to: Endpoint(IPAddress(ipv4: 0xC000_0264), 80))
        #expect(prober.perform(.add(CheckID(rawValue: 2), spec(.path(path)))))
        #expect(prober.count == 1)
        #expect(prober.perform(.remove(CheckID(rawValue: 2))))
        #expect(prober.count == 0)
    }

    /// The director's own address passes, since there is no way to it. Without the right to packet sockets no server
    /// may be taken out for that: it passes too, and somebody is told.
    @Test @LoopActor func `a run always ends with a reason`() async {
        var results: [CheckResult] = []
        var complaints: [String] = []
        let prober = PathProber(complain: { complaints.append($0) }) { _, result in results.append(result) }
        let path = PathCheck(.directRouting, to: Endpoint(IPAddress(ipv4: 0xC000_0264), 80))
        _ = prober.perform(.add(CheckID(rawValue: 1), spec(.path(path))))
        let end = EventLoop.now + .seconds(10)
        while results.isEmpty, EventLoop.now < end { await EventLoop.main.sleep(for: .milliseconds(5)) }
        prober.removeAll()
        #expect(results.map(\.passed) == [true])
        let reason = results.first?.reason ?? ""
        if complaints.isEmpty {
            #expect(reason == "127.0.0.1 is this director's own, no way to check")
        } else {
            #expect(reason.hasPrefix("not checked by way of 127.0.0.1, no packet socket: "), "\(reason)")
            #expect(complaints.count == 1)
        }
    }
}
