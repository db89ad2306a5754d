import NetworkTypes
import Testing

@testable import HealthChecking

struct DNSExchangeTests {
    private func query(_ request: String, receive: String? = nil) throws -> DNSQuery {
        try DNSQuery(request: request, receive: receive)
    }

    private func exchange(
        _ request: String, receive: String? = nil, overTCP: Bool = false
    ) throws -> DNSExchange {
        var exchange = DNSExchange(
            try query(request, receive: receive), pattern: receive.map(containing), overTCP: overTCP, id: 0x888e)
        _ = exchange.open()
        return exchange
    }

    /// As ldirectord's resolver sends them.
    @Test(
        arguments: [
            (
                "www.example.com",
                "88 8e 01 00 00 01 00 00 00 00 00 00 03 'www' 07 'example' 03 'com' 00 00 01 00 01"
            ),
            (
                "192.0.2.1",
                "88 8e 01 00 00 01 00 00 00 00 00 00 01 '1' 01 '2' 01 '0' 03 '192' 07 'in-addr' 04 'arpa' 00 00 0c 00 01"
            ),
            (
                "AAAA www.example.com.",
                "88 8e 01 00 00 01 00 00 00 00 00 00 03 'www' 07 'example' 03 'com' 00 00 1c 00 01"
            ),
        ])
    func `the query is ldirectord's`(request: String, wanted: String) throws {
        var exchange = DNSExchange(try query(request), pattern: nil, overTCP: false, id: 0x888e)
        #expect(exchange.open() == .send(bytes(wanted)))
        var stream = DNSExchange(try query(request), pattern: nil, overTCP: true, id: 0x888e)
        let message = bytes(wanted)
        #expect(stream.open() == .send([0, UInt8(message.count)] + message))
    }

    @Test func `an IPv6 address is asked for backwards`() throws {
        let question = try #require(try query("2001:db8::1").questions.first)
        #expect(
            question.description
                == "PTR 1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa")
    }

    @Test(
        arguments: [
            ("2001:db8::1", 2), ("^2001:", 2), ("192\\.0\\.2\\.1", 1), ("(?:1|2)\\.3", 1), ("[[:digit:]]+", 1),
            ("(?:a):", 2), ("[[:xdigit:]]:", 2), ("[[:^alpha:]]", 1),
        ])
    func `a pattern with a colon of its own asks for AAAA too`(receive: String, questions: Int) throws {
        #expect(try query("www.example.com", receive: receive).questions.count == questions)
    }

    @Test(
        arguments: [
            ("", "the request names nothing to ask for: request = \"www.example.com\""),
            ("MX example.com", "the request asks for 'MX': only A, AAAA and PTR can be asked for"),
            ("a..b", "'a..b' is no domain name"),
            ("one two three", "the request 'one two three' is no name to ask for, such as \"www.example.com\""),
            (String(repeating: "a", count: 64), "'\(String(repeating: "a", count: 64))' is no domain name"),
        ])
    func `what cannot be asked for is refused`(request: String, reason: String) {
        #expect(throws: DNSQuery.Problem(reason: reason)) { try query(request) }
    }

    /// A CNAME first, then two A records; the names are pointers.
    private let answer = bytes(
        """
        88 8e 81 80 00 01 00 03 00 00 00 00
        03 'WWW' 07 'example' 03 'com' 00 00 01 00 01
        c0 0c 00 05 00 01 00 00 00 3c 00 06 03 'web' c0 10
        c0 2d 00 01 00 01 00 00 00 3c 00 04 c0 00 02 01
        c0 2d 00 01 00 01 00 00 00 3c 00 04 c0 00 02 02
        """)

    @Test(
        arguments: [
            ("192.0.2.2" as String?, "up: A 192.0.2.2"), (nil, "up: A 192.0.2.1"),
            ("10.0.0", "down: pattern '10.0.0' not in the answer: 192.0.2.1, 192.0.2.2"),
        ])
    func `an address that matches is up`(receive: String?, wanted: String) throws {
        var exchange = try exchange("www.example.com", receive: receive)
        #expect(exchange.receive(answer).verdict == wanted)
    }

    @Test func `over TCP the answer has its length and comes in any pieces`() throws {
        var exchange = try exchange("www.example.com", receive: "192.0.2.1", overTCP: true)
        #expect(exchange.trickle([0, UInt8(answer.count)] + answer).verdict == "up: A 192.0.2.1")
    }

    @Test func `an answer to something else does not count`() throws {
        var exchange = try exchange("www.example.com")
        var otherID = answer
        otherID[1] = 0x8f
        #expect(exchange.receive(otherID) == .more)
        #expect(exchange.complaint == "the answer has another identifier than the query")
        var otherName = answer
        otherName[13] = UInt8(ascii: "x")
        #expect(exchange.receive(otherName) == .more)
        #expect(exchange.complaint == "the answer is for another question")
        var question = answer
        question[2] = 0x01
        #expect(exchange.receive(question) == .more)
        #expect(exchange.receive("garbage") == .more)
        #expect(exchange.complaint == "the answer is no DNS message")
        #expect(exchange.receive(answer).verdict == "up: A 192.0.2.1")
    }

    @Test(
        arguments: [
            (UInt8(2), "down: SERVFAIL (the server failed) for A www.example.com"),
            (3, "down: NXDOMAIN (there is no such name) for A www.example.com"),
            (5, "down: REFUSED (the server refuses to answer) for A www.example.com"),
        ])
    func `a refusal is told`(code: UInt8, wanted: String) throws {
        var exchange = try exchange("www.example.com")
        var refusal = Array(answer[..<33])
        (refusal[3], refusal[7]) = (0x80 | code, 0)
        #expect(exchange.receive(refusal).verdict == wanted)
    }

    @Test func `no byte of an answer can be missing`() throws {
        for count in 0..<answer.count {
            var exchange = try exchange("www.example.com", receive: "192.0.2.2")
            #expect(exchange.receive(Array(answer[..<count])) == .more, "\(count)")
        }
    }

    @Test func `no byte of an answer can be garbage and trap`() throws {
        for place in answer.indices {
            for value in [UInt8(0), 0x3f, 0x7f, 0xc0, 0xff] {
                var broken = answer
                broken[place] = value
                var exchange = try exchange("www.example.com", receive: "10.9.8.7")
                #expect(!exchange.receive(broken).verdict.hasPrefix("up"))
            }
        }
    }

    @Test func `a name that points at itself has no end`() {
        var message = answer
        message[45] = 0xc0
        message[46] = 45
        #expect(DNSMessage(message) == nil)
    }

    @Test func `a truncated answer is asked for over TCP, unless what is there matches`() throws {
        var truncated = answer
        truncated[2] |= 0x02
        var exchange = try exchange("www.example.com", receive: "192.0.2.9")
        #expect(exchange.receive(truncated) == .truncated)
        var matching = try self.exchange("www.example.com", receive: "192.0.2.1")
        #expect(matching.receive(truncated).verdict == "up: A 192.0.2.1")
    }

    @Test func `AAAA counts only where it was asked for`() throws {
        let answer = bytes(
            """
            88 8e 81 80 00 01 00 01 00 00 00 00
            03 'www' 07 'example' 03 'com' 00 00 01 00 01
            c0 0c 00 1c 00 01 00 00 00 3c 00 10 20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 01
            """)
        var plain = try exchange("www.example.com")
        #expect(plain.receive(answer).verdict == "down: no A record for www.example.com")
        var both = try exchange("www.example.com", receive: "2001:db8::1")
        let next = both.receive(answer)
        #expect(next.sent == DNSMessage.query(try query("AAAA www.example.com").questions[0], id: 0x888f))
        var second = answer
        (second[1], second[30]) = (0x8f, 0x1c)
        #expect(both.receive(second).verdict == "up: AAAA 2001:db8::1")
    }

    @Test func `a pointer record matches by its name`() throws {
        let answer = bytes(
            """
            88 8e 81 80 00 01 00 01 00 00 00 00
            01 '1' 01 '2' 01 '0' 03 '192' 07 'in-addr' 04 'arpa' 00 00 0c 00 01
            c0 0c 00 0c 00 01 00 00 00 3c 00 11 03 'www' 07 'example' 03 'com' 00
            """)
        var exchange = try exchange("192.0.2.1", receive: "www.example.com")
        #expect(exchange.receive(answer).verdict == "up: PTR www.example.com")
    }
}
