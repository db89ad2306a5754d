import EventLoop
import HealthChecking
import NetworkTypes
import Probes
import Testing

/// The same servers through libcurl, which runs every check of a whole URL: the verdicts must be the same.
@Suite struct CurlProbeTests {
    init() { EventLoop.main.startOwnThread() }

    @Test(arguments: HTTPCell.all)
    func `libcurl comes to the same verdict`(cell: HTTPCell) async {
        let server = FakeServer(readsRequest: cell.readsRequest) { [behaviour = cell.behaviour] _ in behaviour }
        defer { server.close() }
        var check = cell.check
        check.request = "http://127.0.0.1:\(server.endpoint.port)/"
        let result = await probe(server.endpoint, .http(check), timeout: cell.timeout)
        #expect(result.passed == cell.passed)
        #expect(result.reason == cell.libcurlReason)
    }

    @Test func `three hundred at a time all come to their end`() async {
        let server = FakeServer(.answer("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"))
        defer { server.close() }
        let check = HTTPCheck(request: "http://127.0.0.1:\(server.endpoint.port)/", receive: "ok")
        let spec = CheckSpec(server.endpoint, .http(check), interval: .seconds(1000), timeout: .seconds(10))
        let reasons = await Crowd.run(300, spec)
        #expect(reasons == ["HTTP 200": 300])
    }
}

/// Many checks of one server at once.
@LoopActor enum Crowd {
    /// How many runs ended for which reason.
    static func run(_ count: UInt32, _ spec: CheckSpec) async -> [String: Int] {
        var reasons: [String: Int] = [:]
        var prober: Prober?
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            var ended: Set<CheckID> = []
            let made = Prober { id, result in
                // Second runs come early or late, as each check's part of the interval has it.
                guard ended.insert(id).inserted else { return }
                reasons[result.reason, default: 0] += 1
                if ended.count == count { continuation.resume() }
            }
            prober = made
            for id in 1...count { made.perform(.add(CheckID(rawValue: id), spec)) }
        }
        prober?.removeAll()
        return reasons
    }
}
