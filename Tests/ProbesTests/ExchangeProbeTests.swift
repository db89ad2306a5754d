import EventLoop
import HealthChecking
import NetworkTypes
import Synchronization
import Testing

@testable import Probes

@Suite(.serialized) struct ExchangeProbeTests {
    init() { EventLoop.main.startOwnThread() }

    private let nntp = CheckSpec.Kind.dialogue(DialogueCheck(.nntp))
    private let simple = CheckSpec.Kind.dialogue(DialogueCheck(.simpletcp, request: "PING\\n", receive: "PO.G"))

    private func result(
        of kind: CheckSpec.Kind, readsRequest: Bool = false, timeout: Duration = .seconds(5), _ behaviour: Behaviour
    ) async -> CheckResult {
        let server = FakeServer(readsRequest: readsRequest) { _ in behaviour }
        defer { server.close() }
        return await probe(server.endpoint, kind, timeout: timeout)
    }

    @Test(arguments: Loopback.families)
    func `a greeting is up`(ipv6: Bool) async {
        let server = FakeServer(ipv6: ipv6, readsRequest: false) { _ in .answerAndStay("200 ready\r\n") }
        defer { server.close() }
        let result = await probe(server.endpoint, nntp)
        #expect(result.passed)
        #expect(result.reason == "NNTP 200")
    }

    @Test func `silence, slowness and ends are never up`() async {
        #expect(
            await result(of: nntp, timeout: .milliseconds(300), .silence).reason == "no greeting within 300ms")
        #expect(
            await result(of: nntp, timeout: .seconds(2), .trickle("200 ready\r\n", milliseconds: 300)).reason
                == "greeting not complete within 2s")
        #expect(
            await result(of: nntp, .answer("200 rea")).reason == "connection closed by the server before its greeting")
        let reset = await result(of: nntp, .reset)
        #expect(!reset.passed)
        #expect(reset.reason.hasPrefix("connection"), "\(reset.reason)")
        let garbage = await result(of: nntp, .answerBytes([0, 1, 2, 255, 10]))
        #expect(!garbage.passed)
        #expect(garbage.reason.hasPrefix("no NNTP greeting: '"))
    }

    @Test func `nobody listens`() async {
        let nobody = Nobody()
        #expect(await probe(nobody.endpoint, nntp).reason == "connection refused")
    }

    @Test func `dropped packets end at the deadline`() async {
        let hole = BlackHole()
        #expect(await probe(hole.endpoint, nntp, timeout: .milliseconds(300)).reason == "no connection within 300ms")
    }

    @Test func `simpletcp sends, closes its side and reads lines`() async {
        let server = FakeServer { _ in .answer("one\nPONG\n") }
        defer { server.close() }
        let result = await probe(server.endpoint, simple)
        #expect(result.passed)
        #expect(result.reason == "answer 'PONG'")
        #expect(server.requests == ["PING\n"])
    }

    @Test func `simpletcp without a line that matches is down`() async {
        #expect(
            await result(of: simple, readsRequest: true, .answer("one\ntwo\n")).reason
                == "pattern 'PO.G' in no line of the answer")
        #expect(
            await result(
                of: simple, readsRequest: true, timeout: .seconds(2), .trickle("PONG\n", milliseconds: 500)
            ).reason == "answer not complete within 2s")
    }

    @Test func `an endless answer ends`() async {
        let line = String(repeating: "x", count: 1000) + "\n"
        let server = FakeServer { _ in .answer(String(repeating: line, count: 300)) }
        defer { server.close() }
        #expect(await outcome(of: server, mostBytes: 200 << 10) == .failed("an answer of more than 200 KiB"))
    }

    @LoopActor private func outcome(of server: FakeServer, mostBytes: Int) async -> ProbeOutcome {
        var run: ExchangeProbe?
        let outcome = await withCheckedContinuation { (continuation: CheckedContinuation<ProbeOutcome, Never>) in
            let pattern = PatternSearch("y") { _ in .notFound }
            let context = ExchangeContext(
                target: server.endpoint, timeout: .seconds(20), begin: EventLoop.now,
                make: { _, _ in SimpleTCPExchange(request: "PING", pattern: pattern) }, keys: DerivedKeys(),
                securing: ExchangeSecuring { .failure(ProbeFactory.Unable(reason: "no TLS here")) },
                completion: { continuation.resume(returning: $0) })
            run = ExchangeProbe(context, over: PlainStream(to: context.target), mostBytes: mostBytes)
            run?.start()
        }
        run?.cancel()
        return outcome
    }

    private let pgsql = CheckSpec.Kind.dialogue(DialogueCheck(.pgsql, request: "SELECT 1", login: "u"))
    /// PostgreSQL's refusal of connections without TLS.
    private static let refusal = Array("E\0\0\0\u{14}C28000\0Mno TLS\0\0".utf8)

    @Test func `a server that wants TLS is asked for it, and the refusal is told where there is none`() async {
        let count = Mutex(0)
        let server = FakeServer(readsRequest: false) { _ in
            let number = count.withLock { count in
                count += 1
                return count
            }
            return .answerBytes(number == 1 ? Self.refusal : [UInt8(ascii: "N")])
        }
        defer { server.close() }
        #expect(await probe(server.endpoint, pgsql).reason == "login refused: no TLS")
        #expect(count.withLock { $0 } == 2)
    }

    @Test func `a handshake that does not come about ends at the deadline`() async {
        let count = Mutex(0)
        let server = FakeServer(readsRequest: false) { _ in
            let number = count.withLock { count in
                count += 1
                return count
            }
            return number == 1 ? .answerBytes(Self.refusal) : .answerAndStay("S")
        }
        defer { server.close() }
        let result = await probe(server.endpoint, pgsql, timeout: .milliseconds(700))
        #expect(!result.passed)
        #expect(result.latency >= .milliseconds(700))
        #expect(result.reason == "login refused: no TLS")
    }

    @Test func `a request is needed where ldirectord needs one`() async {
        let target = Endpoint(IPAddress(ipv4: 0x7F00_0001), 9)
        #expect(
            await probe(target, .dialogue(DialogueCheck(.mysql, login: "u"))).reason
                == "service mysql needs login and request")
        #expect(
            await probe(target, .dialogue(DialogueCheck(.radius, transport: .udp, login: "u"))).reason
                == "service radius needs login, passwd and secret")
        #expect(
            await probe(target, .dialogue(DialogueCheck(.dns, transport: .udp))).reason
                == "the request names nothing to ask for: request = \"www.example.com\"")
        #expect(
            await probe(target, .dialogue(DialogueCheck(.oracle))).reason
                == "no Oracle client is built in: use checktype = external with a program that logs in")
    }
}
