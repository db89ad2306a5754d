import NetworkTypes
import Testing

@testable import HealthChecking

struct NNTPExchangeTests {
    @Test(
        arguments: [
            ("200 news.example.com InterNetNews ready\r\n", "up: NNTP 200"), ("201 no posting\n", "up: NNTP 201"),
            ("400 load too high\r\n", "down: NNTP greeting: 400 load too high"),
            ("502 no permission\r\n", "down: NNTP greeting: 502 no permission"),
            ("220-two lines\r\n", "down: no NNTP greeting: '220-'"), ("\r\n", "down: no NNTP greeting: ''"),
            ("2\r\n", "down: no NNTP greeting: '2'"), ("SSH-2.0-OpenSSH\r\n", "down: no NNTP greeting: 'S'"),
            ("20", "more"), ("200 half a li", "more"),
        ])
    func `the greeting decides, byte by byte`(text: String, wanted: String) {
        var exchange = NNTPExchange()
        #expect(exchange.open() == .more)
        #expect(exchange.trickle(Array(text.utf8)).verdict == wanted)
    }

    @Test func `a line without an end is no greeting`() {
        var exchange = NNTPExchange()
        let step = exchange.receive("200 " + String(repeating: "x", count: 5000))
        #expect(step.verdict.hasPrefix("down: no NNTP greeting: '200 xxx"))
    }

    @Test func `an end before the greeting says so`() {
        var exchange = NNTPExchange()
        _ = exchange.receive("200 half")
        #expect(exchange.close().verdict == "down: connection closed by the server before its greeting")
    }
}

struct SimpleTCPExchangeTests {
    @Test(
        arguments: [
            ("PING\\nQUIT\\n", "PING\nQUIT\n"), ("PING", "PING"), ("", ""), ("a\\tb\\", "a\\tb\\"),
        ])
    func `the request goes as it is written`(request: String, wanted: String) {
        var exchange = SimpleTCPExchange(request: request, pattern: nil)
        #expect(exchange.open() == .sendLast(Array(wanted.utf8)))
    }

    @Test func `each line is looked at with its newline`() {
        var exchange = SimpleTCPExchange(request: "PING", pattern: containing("PONG\n"))
        #expect(exchange.receive("one\ntwo PO") == .more)
        #expect(exchange.receive("NG").verdict == "more")
        #expect(exchange.receive("\n").verdict == "up: answer 'two PONG'")
    }

    @Test func `a pattern does not span lines`() {
        var exchange = SimpleTCPExchange(request: "PING", pattern: containing("one\nPONG"))
        #expect(exchange.receive("one\nPONG\n") == .more)
        #expect(exchange.close().verdict == "down: pattern 'one\nPONG' in no line of the answer")
    }

    @Test func `the last line counts at the end of the connection only`() {
        var exchange = SimpleTCPExchange(request: "PING", pattern: containing("PONG"))
        #expect(exchange.receive("PONG") == .more)
        #expect(exchange.close().verdict == "up: answer 'PONG'")
    }

    @Test func `without a pattern any line will do, but there has to be one`() {
        var exchange = SimpleTCPExchange(request: "PING\\n", pattern: nil)
        #expect(exchange.receive("whatever\n").verdict == "up: answer 'whatever'")
        var silent = SimpleTCPExchange(request: "PING", pattern: nil)
        #expect(silent.close().verdict == "down: connection closed by the server without an answer")
    }

    @Test func `a line without an end is not kept for ever`() {
        var exchange = SimpleTCPExchange(request: "", pattern: containing("x"))
        #expect(exchange.receive([UInt8](repeating: 0x78, count: 70_000)).verdict == "down: a line of more than 64 KiB")
    }
}

struct SIPExchangeTests {
    private let local = Endpoint(IPAddress(ipv4: 0x7F00_0001), 56836)

    /// As ldirectord sends it, with a transaction of its own.
    @Test func `the request is ldirectord's`() {
        let wanted =
            "OPTIONS sip:ldirectord@lb1 SIP/2.0\r\n"
            + "Via: SIP/2.0/UDP 127.0.0.1:56836;branch=z9hG4bK0395c9e0c5977b55\r\nMax-Forwards: 70\r\n"
            + "To: <sip:ldirectord@lb1>\r\nFrom: <sip:ldirectord@lb1>;tag=1928301774\r\nCall-ID: 0395c9e0c5977b55\r\n"
            + "CSeq: 63104 OPTIONS\r\nContact: <sip:ldirectord@lb1>\r\nAccept: application/sdp\r\n"
            + "Content-Length: 0\r\n\r\n"
        var exchange = SIPExchange(
            user: "ldirectord@lb1", local: local, callID: 0x0395_c9e0_c597_7b55, isDatagram: true)
        #expect(exchange.open().sent.map { String(decoding: $0, as: UTF8.self) } == wanted)
    }

    @Test func `an IPv6 address stands in brackets`() throws {
        let message = SIPExchange.message(
            user: "u", local: Endpoint(IPAddress(ipv6High: 0, low: 1), 5), callID: 1, isDatagram: false)
        #expect(
            String(decoding: message, as: UTF8.self).contains(
                "\r\nVia: SIP/2.0/TCP [::1]:5;branch=z9hG4bK0000000000000001\r\n"))
    }

    @Test(
        arguments: [
            ("SIP/2.0 200 OK\r\nCall-ID: x\r\n\r\n", "up: SIP 200"), ("SIP/2.0 200 OK\n\n", "up: SIP 200"),
            ("SIP/2.0 404 Not Found\r\n\r\n", "down: SIP status 404 Not Found"),
            ("SIP/2.0 100 Trying\r\nContent-Length: 5\r\n\r\nhelloSIP/2.0 200 OK\r\n\r\n", "up: SIP 200"),
            ("SIP/2.0 100 Trying\r\nl: 0\r\n\r\n", "more"),
            ("\r\n\r\nSIP/2.0 200 OK\r\n\r\n", "up: SIP 200"), ("SIP/2.0 200 OK\r\nCall-ID: x\r\n", "more"),
            ("HTTP/1.1 200 OK\r\n\r\n", "down: no SIP answer: 'H'"),
            ("SIP/2.0 20 OK\r\n\r\n", "down: no SIP answer: 'SIP/2.0 20 OK'"),
            ("SIP/2.0 2000 OK\r\n\r\n", "down: no SIP answer: 'SIP/2.0 2000 OK'"),
        ])
    func `the final answer decides, byte by byte`(text: String, wanted: String) {
        var exchange = SIPExchange(user: "u", local: local, callID: 1, isDatagram: false)
        #expect(exchange.trickle(Array(text.utf8)).verdict == wanted)
    }

    @Test func `each datagram is a message of its own`() {
        var exchange = SIPExchange(user: "u", local: local, callID: 1, isDatagram: true)
        #expect(exchange.receive("SIP/2.0 200 OK\r\nCut: off") == .more)
        #expect(exchange.receive("SIP/2.0 100 Trying\r\nContent-Length: 50\r\n\r\n") == .more)
        #expect(exchange.receive("SIP/2.0 200 OK\r\n\r\n").verdict == "up: SIP 200")
    }
}
