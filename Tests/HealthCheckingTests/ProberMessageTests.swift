import NetworkTypes
import Testing

@testable import HealthChecking

/// One message and its bytes as they are on the wire, field by field.
struct GoldenRequest: Sendable, CustomTestStringConvertible {
    let name: String
    let message: ProberRequest
    let bytes: [UInt8]
    var testDescription: String { name }

    static let all: [GoldenRequest] = [
        GoldenRequest(
            name: "add a TCP check",
            message: .add(
                CheckID(rawValue: 0x0102_0304),
                CheckSpec(
                    Endpoint(IPAddress(ipv4: 0xC000_0201), 80), .connect, interval: .seconds(10), timeout: .seconds(5))),
            bytes: [
                0, 0, 0, 29,  // length
                1,  // add
                1, 2, 3, 4,  // id
                4, 192, 0, 2, 1,  // family, address
                0, 80,  // port
                0, 0, 0, 2, 0x54, 0x0B, 0xE4, 0x00,  // interval 10 s in ns
                0, 0, 0, 1, 0x2A, 0x05, 0xF2, 0x00,  // timeout 5 s in ns
                0,  // connect
            ]),
        GoldenRequest(
            name: "add an HTTPS check with everything",
            message: .add(
                CheckID(rawValue: 7),
                CheckSpec(
                    Endpoint(IPAddress(ipv6High: 0x2001_0DB8_0000_0000, low: 1), 443),
                    .http(HTTPCheck(tls: true, method: .head, request: "/é", virtualHost: "w.x", receive: "ok")),
                    interval: .nanoseconds(1), timeout: .zero)),
            bytes: [
                0, 0, 0, 56,  // length
                1,  // add
                0, 0, 0, 7,  // id
                6, 0x20, 0x01, 0x0D, 0xB8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1,  // family, address
                1, 0xBB,  // port 443
                0, 0, 0, 0, 0, 0, 0, 1,  // interval 1 ns
                0, 0, 0, 0, 0, 0, 0, 0,  // timeout 0
                1,  // http
                15,  // tls 1, head 2, virtual host 4, receive 8
                0, 3, 0x2F, 0xC3, 0xA9,  // request "/é"
                0, 3, 0x77, 0x2E, 0x78,  // virtual host "w.x"
                0, 2, 0x6F, 0x6B,  // receive "ok"
            ]),
        GoldenRequest(
            name: "add an HTTP check with nothing optional",
            message: .add(
                CheckID(rawValue: 8),
                CheckSpec(
                    Endpoint(IPAddress(ipv4: 1), 1), .http(HTTPCheck()), interval: .zero, timeout: .zero)),
            bytes: [0, 0, 0, 33, 1, 0, 0, 0, 8, 4, 0, 0, 0, 1, 0, 1]
                + [UInt8](repeating: 0, count: 16)
                + [1, 0, 0, 1, 0x2F]),
        GoldenRequest(
            name: "add a ping check",
            message: .add(
                CheckID(rawValue: 9),
                CheckSpec(
                    Endpoint(IPAddress(ipv4: 1), 1), .ping(attempts: 3), interval: .zero, timeout: .zero)),
            bytes: [0, 0, 0, 33, 1, 0, 0, 0, 9, 4, 0, 0, 0, 1, 0, 1]
                + [UInt8](repeating: 0, count: 16)
                + [2, 0, 0, 0, 3]),
        GoldenRequest(
            name: "remove", message: .remove(CheckID(rawValue: .max)),
            bytes: [0, 0, 0, 5, 2, 255, 255, 255, 255]),
        GoldenRequest(
            name: "run now", message: .runNow(CheckID(rawValue: 1)),
            bytes: [0, 0, 0, 5, 3, 0, 0, 0, 1]),
    ]
}

struct GoldenReport: Sendable, CustomTestStringConvertible {
    let name: String
    let message: ProberReport
    let bytes: [UInt8]
    var testDescription: String { name }

    static let all: [GoldenReport] = [
        GoldenReport(
            name: "hello", message: .hello(version: 1, pid: 0x0001_0203),
            bytes: [
                0, 0, 0, 7,  // length
                129,  // hello
                0, 1,  // version
                0, 1, 2, 3,  // pid
            ]),
        GoldenReport(
            name: "a result",
            message: .result(
                CheckID(rawValue: 5),
                CheckResult(passed: true, reason: "HTTP 200", latency: .milliseconds(1))),
            bytes: [
                0, 0, 0, 24,  // length
                130,  // result
                0, 0, 0, 5,  // id
                1,  // passed
                0, 0, 0, 0, 0, 0x0F, 0x42, 0x40,  // latency 1,000,000 ns
                0, 8, 0x48, 0x54, 0x54, 0x50, 0x20, 0x32, 0x30, 0x30,  // "HTTP 200"
            ]),
        GoldenReport(
            name: "a failure without a reason",
            message: .result(CheckID(rawValue: 6), CheckResult(passed: false, reason: "", latency: .zero)),
            bytes: [0, 0, 0, 16, 130, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
    ]
}

struct ProberMessageTests {
    @Test(arguments: GoldenRequest.all)
    func `a request has exactly these bytes`(golden: GoldenRequest) throws {
        #expect(try golden.message.frame() == golden.bytes)
        var decoder = FrameDecoder<ProberRequest>()
        #expect(try decoder.messages(from: golden.bytes) == [golden.message])
    }

    @Test(arguments: GoldenReport.all)
    func `a report has exactly these bytes`(golden: GoldenReport) throws {
        #expect(try golden.message.frame() == golden.bytes)
        var decoder = FrameDecoder<ProberReport>()
        #expect(try decoder.messages(from: golden.bytes) == [golden.message])
    }

    @Test func `every truncation of a payload is refused`() {
        for golden in GoldenRequest.all {
            for count in 0..<golden.bytes.count - 4 {
                #expect(throws: WireProblem.truncated, "\(golden.name), \(count) bytes") {
                    _ = try ProberRequest(payload: golden.bytes[4..<4 + count])
                }
            }
        }
        for golden in GoldenReport.all {
            for count in 0..<golden.bytes.count - 4 {
                #expect(throws: WireProblem.truncated, "\(golden.name), \(count) bytes") {
                    _ = try ProberReport(payload: golden.bytes[4..<4 + count])
                }
            }
        }
    }

    @Test func `a check too long to be sent is answered with a failure`() throws {
        let target = Endpoint(IPAddress(ipv4: 0xC000_0201), 80)
        let long = String(repeating: "x", count: 40_000)
        let specs = [
            HTTPCheck(), HTTPCheck(request: long + long), HTTPCheck(request: long, receive: long), HTTPCheck(),
        ].map { CheckSpec(target, .http($0), interval: .seconds(1), timeout: .seconds(1)) }
        let requests = specs.enumerated().map { ProberRequest.add(CheckID(rawValue: UInt32($0.offset)), $0.element) }
        let (bytes, refused) = ProberRequest.frames(of: requests)
        #expect(try bytes == requests[0].frame() + requests[3].frame())
        #expect(refused.map(\.0.rawValue) == [1, 2])
        for (_, result) in refused {
            #expect(!result.passed)
            #expect(result.reason.hasPrefix("the request, virtual host or pattern is longer than the prober takes"))
        }
    }

    @Test func `bytes behind the last field are refused`() {
        for golden in GoldenRequest.all {
            #expect(throws: WireProblem.trailing(1)) {
                _ = try ProberRequest(payload: (golden.bytes[4...] + [0])[...])
            }
        }
    }

    @Test func `each field is checked`() {
        let add = GoldenRequest.all[1].bytes
        func altered(_ index: Int, _ value: UInt8) -> ArraySlice<UInt8> {
            var bytes = add
            bytes[index] = value
            return bytes[4...]
        }
        let cases: [(ArraySlice<UInt8>, WireProblem)] = [
            (altered(4, 0), .unknownMessage(0)),
            (altered(4, 4), .unknownMessage(4)),
            (altered(4, 129), .unknownMessage(129)),
            (altered(9, 5), .badField("address family")),
            (altered(28, 0x80), .badField("interval")),
            (altered(36, 0xFF), .badField("timeout")),
            (altered(44, 3), .badField("check kind")),
            (altered(45, 16), .badField("http flags")),
            (altered(49, 0xFF), .badField("request")),
        ]
        for (bytes, problem) in cases {
            #expect(throws: problem) { _ = try ProberRequest(payload: bytes) }
        }
        #expect(throws: WireProblem.badField("passed")) {
            _ = try ProberReport(payload: [130, 0, 0, 0, 5, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])
        }
        #expect(throws: WireProblem.unknownMessage(1)) { _ = try ProberReport(payload: [1, 0, 0, 0, 0]) }
    }

    @Test func `any single corrupted byte gives a message or an error`() {
        for golden in GoldenRequest.all {
            for index in golden.bytes.indices {
                for value in UInt8.min...UInt8.max {
                    var bytes = golden.bytes
                    bytes[index] = value
                    var decoder = FrameDecoder<ProberRequest>()
                    // What counts is that nothing traps; a corrupted number may well be another valid message.
                    let count = (try? decoder.messages(from: bytes))?.count ?? 0
                    #expect(count <= 1)
                }
            }
        }
    }

    @Test func `what is too long is refused by the writer`() {
        func add(request: String, receive: String?) -> ProberRequest {
            .add(
                CheckID(rawValue: 1),
                CheckSpec(
                    Endpoint(IPAddress(ipv4: 1), 1), .http(HTTPCheck(request: request, receive: receive)),
                    interval: .zero, timeout: .zero))
        }
        let half = String(repeating: "x", count: 40_000)
        #expect(throws: WireProblem.frameTooLarge(80_034)) { _ = try add(request: half, receive: half).frame() }
        let long = String(repeating: "x", count: 65_536)
        #expect(throws: WireProblem.frameTooLarge(65_568)) { _ = try add(request: long, receive: nil).frame() }
        let largest = String(repeating: "x", count: Wire.frameLimit - 32)
        #expect(throws: Never.self) { _ = try add(request: largest, receive: nil).frame() }
    }

    @Test func `a long reason is cut at a character`() throws {
        let reason = String(repeating: "x", count: 1023) + "é" + "tail"
        let report = ProberReport.result(
            CheckID(rawValue: 1), CheckResult(passed: false, reason: reason, latency: .zero))
        let read = try ProberReport(payload: try report.frame()[4...])
        guard case .result(_, let result) = read else {
            Issue.record("\(read) is no result")
            return
        }
        #expect(result.reason == String(repeating: "x", count: 1023))
    }
}
