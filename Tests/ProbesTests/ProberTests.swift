import EventLoop
import Glibc
import HealthChecking
import NetworkTypes
import Probes
import Synchronization
import Testing

@Suite(.serialized) struct ProberTests {
    init() { EventLoop.main.startOwnThread() }

    private let ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"

    @Test @LoopActor func `a loop that stood still does not blame the server`() async {
        let quick = FakeServer(.answer(ok))
        let slow = FakeServer(.trickle(ok, milliseconds: 2))
        defer {
            quick.close()
            slow.close()
        }
        var results: [UInt32: CheckResult] = [:]
        let prober = Prober { id, result in
            results[id.rawValue] = result
            // The slow server's answer arrives while the loop does nothing, and so does its deadline.
            if id.rawValue == 1 { usleep(600_000) }
        }
        for (id, server) in [quick, slow].enumerated() {
            let spec = CheckSpec(
                server.endpoint, .http(HTTPCheck()), interval: .seconds(1000), timeout: .milliseconds(300))
            prober.perform(.add(CheckID(rawValue: UInt32(id + 1)), spec))
        }
        await wait { results.count == 2 }
        prober.removeAll()
        #expect(results[1]?.passed == true)
        #expect(results[2]?.passed == true, "\(results[2]?.reason ?? "no result")")
    }

    /// A server may need more from us before it can go on, and whatever stopped us may have slowed it too.
    @Test @LoopActor func `after standing still the loop waits for servers as long as before`() async {
        let awake = Flag()
        let quick = FakeServer(.answer(ok))
        let slow = FakeServer { [ok] _ in
            while !awake.isSet { usleep(1000) }
            return .answer(ok)
        }
        defer {
            quick.close()
            slow.close()
        }
        var results: [UInt32: CheckResult] = [:]
        let prober = Prober { id, result in
            results[id.rawValue] = result
            guard id.rawValue == 1 else { return }
            usleep(1_200_000)
            _ = EventLoop.main.schedule(after: .milliseconds(60)) { awake.set() }
        }
        for (id, server) in [quick, slow].enumerated() {
            let spec = CheckSpec(server.endpoint, .http(HTTPCheck()), interval: .seconds(1000), timeout: .seconds(1))
            prober.perform(.add(CheckID(rawValue: UInt32(id + 1)), spec))
        }
        await wait { results.count == 2 }
        prober.removeAll()
        awake.set()
        #expect(results[2]?.passed == true, "\(results[2]?.reason ?? "no result")")
    }

    @Test @LoopActor func `checks are repeated with their interval as the pause`() async {
        let server = FakeServer(.silence)
        defer { server.close() }
        var ends: [Int64] = []
        let prober = Prober { _, _ in ends.append(EventLoop.now.nanoseconds / 1_000_000) }
        let spec = CheckSpec(server.endpoint, .connect, interval: .milliseconds(50), timeout: .seconds(1))
        prober.perform(.add(CheckID(rawValue: 1), spec))
        await wait { ends.count == 6 }
        prober.removeAll()
        // The first pause is a part of the interval only, and so is any behind a late start: 31 ms for this check. Each
        // ends at the nearest multiple of 10 ms.
        let pauses = zip(ends.dropFirst(), ends).map { $0 - $1 }
        #expect(pauses.count >= 5)
        #expect(pauses.allSatisfy { $0 >= 25 }, "\(pauses)")
    }

    @Test @LoopActor func `a removed check reports nothing, even with a run in flight`() async {
        let server = FakeServer(.silence)
        defer { server.close() }
        var reports = 0
        let prober = Prober { _, _ in reports += 1 }
        let spec = CheckSpec(server.endpoint, .http(HTTPCheck()), interval: .zero, timeout: .milliseconds(100))
        prober.perform(.add(CheckID(rawValue: 1), spec))
        #expect(prober.runsInFlight == 1)
        prober.perform(.remove(CheckID(rawValue: 1)))
        #expect(prober.runsInFlight == 0)
        await EventLoop.main.sleep(for: .milliseconds(200))
        #expect(reports == 0)
        #expect(prober.count == 0)
    }

    @Test @LoopActor func `a check added anew under its id answers for the new server only`() async {
        let silent = FakeServer(.silence)
        let healthy = FakeServer(.answer(ok))
        defer {
            silent.close()
            healthy.close()
        }
        var results: [CheckResult] = []
        let prober = Prober { _, result in results.append(result) }
        for (target, timeout) in [(silent.endpoint, 100), (healthy.endpoint, 10_000)] {
            let spec = CheckSpec(
                target, .http(HTTPCheck()), interval: .seconds(1000), timeout: .milliseconds(timeout))
            prober.perform(.add(CheckID(rawValue: 1), spec))
        }
        await wait { !results.isEmpty }
        await EventLoop.main.sleep(for: .milliseconds(200))
        prober.removeAll()
        #expect(results.map(\.reason) == ["HTTP 200"])
    }

    @Test @LoopActor func `a check can be asked for before it is due`() async {
        let server = FakeServer(.answer(ok))
        defer { server.close() }
        var reports = 0
        let prober = Prober { _, _ in reports += 1 }
        let spec = CheckSpec(server.endpoint, .http(HTTPCheck()), interval: .seconds(10_000), timeout: .seconds(10))
        prober.perform(.add(CheckID(rawValue: 1), spec))
        await wait { reports == 1 }
        #expect(reports == 1)
        prober.perform(.runNow(CheckID(rawValue: 1)))
        await wait { reports == 2 }
        #expect(reports == 2)
        prober.removeAll()
    }

    @Test @LoopActor func `hanging servers do not hold up healthy ones`() async {
        let hanging = FakeServer(.silence)
        let healthy = FakeServer(.answer(ok))
        defer {
            hanging.close()
            healthy.close()
        }
        var passed: Set<CheckID> = []
        let prober = Prober(limits: CheckSchedule.Limits(light: 20, heavy: 2)) { id, result in
            if result.passed { passed.insert(id) }
        }
        let hang = CheckSpec(
            hanging.endpoint, .http(HTTPCheck(tls: true)), interval: .seconds(1000), timeout: .seconds(60))
        for id in 1...10 as ClosedRange<UInt32> { prober.perform(.add(CheckID(rawValue: id), hang)) }
        let well = CheckSpec(healthy.endpoint, .http(HTTPCheck()), interval: .seconds(1000), timeout: .seconds(5))
        for id in 11...20 as ClosedRange<UInt32> { prober.perform(.add(CheckID(rawValue: id), well)) }
        await wait { passed.count == 10 }
        #expect(passed.count == 10)
        #expect(prober.runsInFlight == 2)
        prober.removeAll()
    }

    /// Nobody cancels what a dropped prober runs but itself.
    @Test @LoopActor func `a prober that is let go of ends its runs`() async {
        let hole = BlackHole()
        var reports = 0
        var prober: Prober? = Prober { _, _ in reports += 1 }
        let spec = CheckSpec(hole.endpoint, .connect, interval: .zero, timeout: .milliseconds(50))
        prober?.perform(.add(CheckID(rawValue: 1), spec))
        #expect(prober?.runsInFlight == 1)
        prober = nil
        await EventLoop.main.sleep(for: .milliseconds(100))
        #expect(reports == 0)
    }
}

/// Set once, seen by a server's thread.
private final class Flag: Sendable {
    private let value = Atomic(false)
    var isSet: Bool { value.load(ordering: .acquiring) }
    func set() { value.store(true, ordering: .releasing) }
}
