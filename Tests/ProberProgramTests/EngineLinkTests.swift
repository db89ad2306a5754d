import EventLoop
import Glibc
import HealthChecking
import Logging
import NetworkTypes
import Testing

@testable import director_prober

@Suite(.serialized) struct EngineLinkTests {
    init() { EventLoop.main.startOwnThread() }

    private let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    /// Port 1 of loopback, where nothing listens.
    private let nobody = Endpoint(IPAddress(ipv4: 0x7F00_0001), 1)

    private func add(_ id: UInt32, interval: Duration = .seconds(1000)) -> ProberRequest {
        .add(
            CheckID(rawValue: id),
            CheckSpec(nobody, .connect, interval: interval, timeout: .seconds(1)))
    }

    private func isResult(_ report: ProberReport) -> Bool {
        if case .result = report { true } else { false }
    }

    @Test @LoopActor func `the prober greets and answers`() async throws {
        let engine = RawEngine()
        let link = EngineLink(path: engine.path, limits: CheckSchedule.Limits(), log: quiet)
        link.connect()
        #expect(await engine.accept())
        try engine.send(add(7))
        let reports = try await engine.receive(for: .seconds(30), until: isResult)
        #expect(reports.first == .hello(version: ProberReport.currentVersion, pid: getpid()))
        guard case .result(let id, let result) = reports.last else {
            Issue.record("no result in \(reports)")
            return
        }
        #expect(id == CheckID(rawValue: 7))
        #expect(!result.passed && result.reason == "connection refused")
        link.close()
        engine.end()
    }

    @Test @LoopActor func `without an engine nothing is checked, and a new one starts from nothing`() async throws {
        let engine = RawEngine()
        let link = EngineLink(path: engine.path, limits: CheckSchedule.Limits(), log: quiet)
        link.connect()
        #expect(await engine.accept())
        try engine.send(add(1, interval: .milliseconds(20)))
        var count = 0
        _ = try await engine.receive(for: .seconds(30)) { _ in
            count += 1
            return count > 3
        }
        #expect(count > 3)
        #expect(await engine.accept())
        // The greeting, and no result of a check that this engine has not asked for.
        let reports = try await engine.receive(for: .milliseconds(300))
        #expect(reports == [.hello(version: ProberReport.currentVersion, pid: getpid())])
        link.close()
        engine.end()
    }

    @Test(arguments: [[0, 0, 0, 1, 99], [0xFF, 0xFF, 0xFF, 0xFF], [0, 0, 0, 2, 1, 0]] as [[UInt8]])
    @LoopActor func `garbage ends the connection and the prober comes again`(bytes: [UInt8]) async throws {
        let engine = RawEngine()
        let link = EngineLink(path: engine.path, limits: CheckSchedule.Limits(), log: quiet)
        link.connect()
        #expect(await engine.accept())
        engine.send(bytes)
        #expect(await engine.isClosed(within: .seconds(20)))
        #expect(await engine.accept())
        #expect(try await engine.receive(for: .milliseconds(100)).count == 1)
        link.close()
        engine.end()
    }

    @Test @LoopActor func `a slow engine costs bounded room and gets the newest results in the end`() async throws {
        let engine = RawEngine()
        let limits = CheckSchedule.Limits(rate: 100_000, burst: 256)
        let link = EngineLink(path: engine.path, limits: limits, log: quiet)
        link.connect()
        #expect(await engine.accept())
        for id in 1...100 as ClosedRange<UInt32> { try engine.send(add(id, interval: .zero)) }
        await EventLoop.main.sleep(for: .seconds(2))
        for id in 1...100 as ClosedRange<UInt32> { try engine.send(.remove(CheckID(rawValue: id))) }
        try engine.send(add(101))
        let last = CheckID(rawValue: 101)
        func isLast(_ report: ProberReport) -> Bool {
            if case .result(last, _) = report { true } else { false }
        }
        let reports = try await engine.receive(for: .seconds(60), until: isLast)
        #expect(reports.contains(where: isLast))
        // What the socket and the queue hold; two seconds of results are several times as many.
        #expect(reports.count > 1000 && reports.count < 20_000, "\(reports.count)")
        link.close()
        engine.end()
    }
}
