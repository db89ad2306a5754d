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
                0, 0, 0, 33,  // length
                1,  // add
                1, 2, 3, 4,  // id
                4, 192, 0, 2, 1,  // family, address
                0, 80,  // port
                0, 0, 0, 2, 0x54, 0x0B, 0xE4, 0x00,  // interval 10 s in ns
                0, 0, 0, 1, 0x2A, 0x05, 0xF2, 0x00,  // timeout 5 s in ns
                0, 0, 0, 0,  // no connects between
                0,  // connect
            ]),
        GoldenRequest(
            name: "add an HTTPS check with everything",
            message: .add(
                CheckID(rawValue: 7),
                CheckSpec(
                    Endpoint(IPAddress(ipv6High: 0x2001_0DB8_0000_0000, low: 1), 443),
                    .http(
                        HTTPCheck(
                            tls: true, method: .head, request: "/é", virtualHost: "w.x", receive: "ok",
                            expectedStatus: StatusSet([200...200, 301...399]), isProxy: true,
                            verification: .authorities(file: "/c.pem"))),
                    interval: .nanoseconds(1), timeout: .zero, connects: CheckSpec.Connects(3, timeout: .nanoseconds(2))
                )),
            bytes: [
                0, 0, 0, 86,  // length
                1,  // add
                0, 0, 0, 7,  // id
                6, 0x20, 0x01, 0x0D, 0xB8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1,  // family, address
                1, 0xBB,  // port 443
                0, 0, 0, 0, 0, 0, 0, 1,  // interval 1 ns
                0, 0, 0, 0, 0, 0, 0, 0,  // timeout 0
                0, 0, 0, 3,  // connects between
                0, 0, 0, 0, 0, 0, 0, 2,  // their timeout 2 ns
                1,  // http
                127,  // tls 1, head 2, virtual host 4, receive 8, proxy 16, statuses 32, verification 64
                0, 3, 0x2F, 0xC3, 0xA9,  // request "/é"
                0, 3, 0x77, 0x2E, 0x78,  // virtual host "w.x"
                0, 2, 0x6F, 0x6B,  // receive "ok"
                2, 0, 200, 0, 200, 1, 0x2D, 1, 0x8F,  // statuses 200-200, 301-399
                2, 0, 6, 0x2F, 0x63, 0x2E, 0x70, 0x65, 0x6D,  // verified with "/c.pem"
            ]),
        GoldenRequest(
            name: "add an HTTP check with nothing optional",
            message: .add(
                CheckID(rawValue: 8),
                CheckSpec(
                    Endpoint(IPAddress(ipv4: 1), 1), .http(HTTPCheck()), interval: .zero, timeout: .zero)),
            bytes: [0, 0, 0, 37, 1, 0, 0, 0, 8, 4, 0, 0, 0, 1, 0, 1]
                + [UInt8](repeating: 0, count: 20)
                + [1, 0, 0, 1, 0x2F]),
        GoldenRequest(
            name: "add a ping check",
            message: .add(
                CheckID(rawValue: 9),
                CheckSpec(
                    Endpoint(IPAddress(ipv4: 1), 1), .ping(attempts: 3), interval: .zero, timeout: .zero)),
            bytes: [0, 0, 0, 37, 1, 0, 0, 0, 9, 4, 0, 0, 0, 1, 0, 1]
                + [UInt8](repeating: 0, count: 20)
                + [2, 0, 0, 0, 3]),
        GoldenRequest(
            name: "add a dialogue with everything",
            message: .add(
                CheckID(rawValue: 10),
                CheckSpec(
                    Endpoint(IPAddress(ipv4: 1), 1),
                    .dialogue(
                        DialogueCheck(
                            .sip, transport: .udp, request: "q", receive: "r", login: "l", password: "p", database: "d",
                            secret: "s", verification: .system, virtualHost: "v")), interval: .zero, timeout: .zero)),
            bytes: [0, 0, 0, 62, 1, 0, 0, 0, 10, 4, 0, 0, 0, 1, 0, 1]
                + [UInt8](repeating: 0, count: 20)
                + [
                    3,  // dialogue
                    0, 3, 0x73, 0x69, 0x70,  // service "sip"
                    1,  // udp
                    1,  // verified with the system's authorities
                    127,  // request 1, receive 2, login 4, password 8, database 16, secret 32, virtual host 64
                    0, 1, 0x71, 0, 1, 0x72, 0, 1, 0x6C, 0, 1, 0x70, 0, 1, 0x64, 0, 1, 0x73, 0, 1, 0x76,
                ]),
        GoldenRequest(
            name: "add a dialogue with nothing optional",
            message: .add(
                CheckID(rawValue: 11),
                CheckSpec(
                    Endpoint(IPAddress(ipv4: 1), 1), .dialogue(DialogueCheck(.pop)), interval: .zero, timeout: .zero)),
            bytes: [0, 0, 0, 41, 1, 0, 0, 0, 11, 4, 0, 0, 0, 1, 0, 1]
                + [UInt8](repeating: 0, count: 20)
                + [3, 0, 3, 0x70, 0x6F, 0x70, 0, 0, 0]),
        GoldenRequest(
            name: "add a program",
            message: .add(
                CheckID(rawValue: 12),
                CheckSpec(
                    Endpoint(IPAddress(ipv4: 1), 1), .program(ProgramCheck(.perl, "/p", arguments: ["3", "0"])),
                    interval: .zero, timeout: .zero)),
            bytes: [0, 0, 0, 45, 1, 0, 0, 0, 12, 4, 0, 0, 0, 1, 0, 1]
                + [UInt8](repeating: 0, count: 20)
                + [
                    4,  // program
                    1,  // a Perl script
                    0, 2, 0x2F, 0x70,  // "/p"
                    2, 0, 1, 0x33, 0, 1, 0x30,  // two arguments, "3" and "0"
                ]),
        GoldenRequest(
            name: "add a check with a sentinel",
            message: .add(
                CheckID(rawValue: 13),
                CheckSpec(
                    Endpoint(IPAddress(ipv4: 1), 1), .connect, interval: .zero, timeout: .zero,
                    sentinel: CheckSpec.Sentinel(rechecks: 258))),
            bytes: [0, 0, 0, 37, 4, 0, 0, 0, 13]
                + [0, 0, 1, 2]  // checks in a row behind the end of the connection
                + [4, 0, 0, 0, 1, 0, 1] + [UInt8](repeating: 0, count: 20) + [0]),
        GoldenRequest(
            name: "add an agent's inquiry",
            message: .add(
                CheckID(rawValue: 14),
                CheckSpec(
                    Endpoint(IPAddress(ipv4: 1), 1), .agent(AgentCheck(send: "q\n")), interval: .zero, timeout: .zero)),
            bytes: [0, 0, 0, 37, 1, 0, 0, 0, 14, 4, 0, 0, 0, 1, 0, 1]
                + [UInt8](repeating: 0, count: 20)
                + [5, 0, 2, 0x71, 0x0A]),
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
        GoldenReport(
            name: "a remark", message: .remark(CheckID(rawValue: 7), "ok"),
            bytes: [0, 0, 0, 9, 131, 0, 0, 0, 7, 0, 2, 0x6F, 0x6B]),
        GoldenReport(
            name: "a shortage", message: .shortage("ok"), bytes: [0, 0, 0, 5, 132, 0, 2, 0x6F, 0x6B]),
        GoldenReport(name: "the end of a shortage", message: .shortage(nil), bytes: [0, 0, 0, 1, 133]),
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
            #expect(result.reason.hasPrefix("the texts of this check are longer than the prober takes"))
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
        func altered(
            _ index: Int, _ value: UInt8, of name: String = "add an HTTPS check with everything"
        ) -> ArraySlice<UInt8> {
            var bytes = GoldenRequest.all.first { $0.name == name }?.bytes ?? []
            bytes[index] = value
            return bytes[4...]
        }
        let cases: [(ArraySlice<UInt8>, WireProblem)] = [
            (altered(4, 0), .unknownMessage(0)),
            (altered(4, 5), .unknownMessage(5)),
            (altered(4, 129), .unknownMessage(129)),
            (altered(9, 5), .badField("address family")),
            (altered(28, 0x80), .badField("interval")),
            (altered(36, 0xFF), .badField("timeout")),
            (altered(48, 0xFF), .badField("connect timeout")),
            (altered(56, 9), .badField("check kind")),
            (altered(57, 255), .badField("http flags")),
            (altered(61, 0xFF), .badField("request")),
            (altered(74, 255), .badField("expected status")),
            (altered(81, 3), .badField("verification")),
            (altered(85, 0xFF), .badField("authorities")),
            (altered(39, 3, of: "add a dialogue with everything"), .badField("service")),
            (altered(42, 2, of: "add a dialogue with everything"), .badField("transport")),
            (altered(43, 7, of: "add a dialogue with everything"), .badField("verification")),
            (altered(44, 127, of: "add a dialogue with nothing optional"), .truncated),
            (altered(44, 255, of: "add a dialogue with everything"), .badField("dialogue texts")),
            (altered(37, 2, of: "add a program"), .badField("form of program")),
            (altered(40, 0xFF, of: "add a program"), .badField("command")),
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
        #expect(throws: WireProblem.frameTooLarge(80_038)) { _ = try add(request: half, receive: half).frame() }
        let long = String(repeating: "x", count: 65_536)
        #expect(throws: WireProblem.frameTooLarge(65_572)) { _ = try add(request: long, receive: nil).frame() }
        let largest = String(repeating: "x", count: Wire.frameLimit - 36)
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
