import Digests
import Testing

@testable import HealthChecking

struct PostgreSQLExchangeTests {
    private func exchange(database: String? = nil, user: String = "bob", password: String = "secret")
        -> PostgreSQLExchange
    {
        PostgreSQLExchange(
            .init(user: user, password: password, database: database, statement: "SELECT 1"),
            nonce: "rOprNGfwEbeRWgbNEkqO")
    }

    private func message(_ type: Character, _ body: [UInt8]) -> [UInt8] {
        let length = body.count + 4
        return [type.asciiValue ?? 0, 0, 0, UInt8(length >> 8), UInt8(length & 0xff)] + body
    }

    private var authenticated: [UInt8] {
        message("R", [0, 0, 0, 0]) + message("S", bytes("'server_version' 00 '15.5' 00"))
            + message("K", [0, 0, 0, 1, 0, 0, 0, 2]) + message("Z", bytes("'I'"))
    }

    private let query = bytes("'Q' 00 00 00 0d 'SELECT 1' 00")

    private func loggedIn() -> PostgreSQLExchange {
        var exchange = exchange()
        _ = exchange.open()
        #expect(exchange.receive(authenticated) == .send(query))
        return exchange
    }

    private func result(_ tag: String, rows: Int) -> [UInt8] {
        var answer = message("T", bytes("00 01 '?column?' 00 00 00 00 00 00 00 00 00 00 17 00 04 ff ff ff ff 00 00"))
        for _ in 0..<rows { answer += message("D", bytes("00 01 00 00 00 01 '1'")) }
        return answer + message("C", Array(tag.utf8) + [0]) + message("Z", bytes("'I'"))
    }

    @Test func `the start-up names user and database`() {
        var plain = exchange()
        #expect(plain.open() == .send(bytes("00 00 00 12 00 03 00 00 'user' 00 'bob' 00 00")))
        var named = exchange(database: "shop")
        #expect(
            named.open()
                == .send(bytes("00 00 00 20 00 03 00 00 'user' 00 'bob' 00 'database' 00 'shop' 00 00")))
    }

    @Test func `clear and md5 passwords`() {
        var clear = exchange()
        #expect(clear.receive(message("R", [0, 0, 0, 3])) == .send(bytes("'p' 00 00 00 0b 'secret' 00")))
        var hashed = exchange()
        #expect(
            hashed.receive(message("R", [0, 0, 0, 5, 1, 2, 3, 4]))
                == .send(bytes("'p' 00 00 00 28 'md5f21dfe33ff3a9e03dbc3e008251fe5cc' 00")))
    }

    private let first = "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096"

    /// RFC 7677's example with PostgreSQL's empty user name.
    private func proven() throws -> PostgreSQLExchange {
        var exchange = exchange(password: "pencil")
        _ = exchange.open()
        let offer = message("R", bytes("00 00 00 0a 'SCRAM-SHA-256-PLUS' 00 'SCRAM-SHA-256' 00 00"))
        #expect(
            exchange.receive(offer)
                == .send(
                    bytes("'p' 00 00 00 32 'SCRAM-SHA-256' 00 00 00 00 1c 'n,,n=,r=rOprNGfwEbeRWgbNEkqO'")))
        guard case .derive(let derivation) = exchange.receive(message("R", [0, 0, 0, 11] + Array(first.utf8))) else {
            Issue.record("nothing is derived")
            return exchange
        }
        #expect(derivation.iterations == 4096)
        #expect(derivation.password == Array("pencil".utf8))
        let key = bytes(
            "c4 a4 95 10 32 3a b4 f9 52 ca c1 fa 99 44 19 39 e7 8e a7 4d 6b e8 1d df 70 96 e8 75 13 dc 61 5d")
        let final =
            "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=qvT2SWdEH5Q06albL+hjSYuUhCG7VndFyzIb7CK4n9k="
        #expect(exchange.derived(key) == .send(message("p", Array(final.utf8))))
        return exchange
    }

    @Test func `SCRAM proves the password and wants a proof back`() throws {
        var exchange = try proven()
        let right = message("R", [0, 0, 0, 12] + Array("v=3HO6Qt1M4MKJrmlKaoOqLAI0/0TV0HZe7J9H3MBtSOg=".utf8))
        #expect(exchange.receive(right) == .more)
        #expect(exchange.receive(authenticated) == .send(query))
        var deceived = try proven()
        let wrong = message("R", [0, 0, 0, 12] + Array("v=4HO6Qt1M4MKJrmlKaoOqLAI0/0TV0HZe7J9H3MBtSOg=".utf8))
        #expect(deceived.receive(wrong).verdict == "down: the server does not know the password that it asks for")
    }

    @Test(
        arguments: [
            "", "r=other,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096", "r=rOprNGfwEbeRWgbNEkqO,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
            "r=rOprNGfwEbeRWgbNEkqOx,s=!,i=4096", "r=rOprNGfwEbeRWgbNEkqOx,s=AAAA,i=0",
            "r=rOprNGfwEbeRWgbNEkqOx,s=AAAA,i=100000000", "r=rOprNGfwEbeRWgbNEkqOx,s=AAAA,i=-1",
        ])
    func `a challenge that is none is answered with nothing`(challenge: String) {
        var exchange = exchange()
        let step = exchange.receive(message("R", [0, 0, 0, 11] + Array(challenge.utf8)))
        #expect(step.verdict == "down: the server's SCRAM challenge is none of at most 1000000 iterations")
    }

    @Test func `a hardened number of iterations is worked off`() {
        var exchange = exchange()
        let challenge = "r=rOprNGfwEbeRWgbNEkqOx,s=AAAA,i=600000"
        let step = exchange.receive(message("R", [0, 0, 0, 11] + Array(challenge.utf8)))
        guard case .derive(let derivation) = step else {
            Issue.record("not derived: \(step)")
            return
        }
        #expect(derivation.iterations == 600_000)
    }

    @Test func `other ways of authentication are named`() {
        var exchange = exchange()
        #expect(
            exchange.receive(message("R", [0, 0, 0, 7])).verdict
                == "down: the server asks for authentication by method 7: the check speaks password, md5 and SCRAM-SHA-256"
        )
    }

    @Test(
        arguments: [
            ("SELECT 1", 1, "up: 1 row"), ("SELECT 3", 3, "up: 3 rows"), ("UPDATE 2", 0, "up: 2 rows"),
            ("INSERT 0 1", 0, "up: 1 row"), ("SELECT 0", 0, "down: the query reports no rows"),
            ("BEGIN", 0, "down: the query reports no rows"),
        ])
    func `the command's tag counts the rows, byte by byte`(tag: String, rows: Int, wanted: String) {
        var exchange = loggedIn()
        let step = exchange.trickle(result(tag, rows: rows))
        #expect(step.verdict == wanted)
        if case .passed(_, let farewell) = step { #expect(farewell == bytes("'X' 00 00 00 04")) }
    }

    @Test func `an answer without its end is no answer`() {
        var exchange = loggedIn()
        #expect(exchange.receive(result("SELECT 1", rows: 1).dropLast()) == .more)
        #expect(exchange.close().verdict == "down: connection closed by the server before its answer to the query")
    }

    @Test func `a server that wants TLS is asked for it first`() {
        let refusal = message("E", bytes("'SFATAL' 00 'C28000' 00 'Mno pg_hba.conf entry' 00 00"))
        var plain = exchange()
        #expect(plain.receive(refusal) == .needsTLS("login refused: no pg_hba.conf entry"))
        var secure = PostgreSQLExchange(
            .init(user: "bob", password: "secret", database: nil, statement: "SELECT 1"), nonce: "n", overTLS: true)
        #expect(secure.open() == .send([0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f]))
        #expect(secure.receive("S") == .secure)
        #expect(secure.secured() == .send(bytes("00 00 00 12 00 03 00 00 'user' 00 'bob' 00 00")))
        #expect(secure.receive(refusal).verdict == "down: login refused: no pg_hba.conf entry")
    }

    @Test(
        arguments: [
            ("N", "down: the server has no TLS"),
            ("SR", "down: no PostgreSQL server: 'SR'"), ("H", "down: no PostgreSQL server: 'H'"),
        ])
    func `any other answer to the wish for TLS ends it`(answer: String, wanted: String) {
        var exchange = PostgreSQLExchange(
            .init(user: "bob", password: "secret", database: nil, statement: "SELECT 1"), nonce: "n", overTLS: true)
        _ = exchange.open()
        #expect(exchange.receive(answer).verdict == wanted)
    }

    @Test func `refusals have the server's words`() {
        let error = message("E", bytes("'SFATAL' 00 'C28P01' 00 'Mpassword authentication failed' 00 00"))
        var login = exchange()
        #expect(login.receive(error).verdict == "down: login refused: password authentication failed")
        var query = loggedIn()
        #expect(query.receive(error) == .more)
        #expect(
            query.receive(message("Z", bytes("'I'"))).verdict == "down: query failed: password authentication failed")
    }

    @Test(arguments: ["HTTP/1.1 400 Bad Request\r\n\r\n", "SSH-2.0-OpenSSH_9.2\r\n", "220 mail ESMTP\r\n"])
    func `other protocols are told at their first bytes`(text: String) {
        var exchange = exchange()
        let verdict = exchange.receive(text).verdict
        #expect(verdict.hasPrefix("down: no PostgreSQL server: '\(text.prefix(6))"), "\(verdict)")
    }

    @Test func `no byte of the conversation can be garbage and trap`() {
        let whole = authenticated + result("SELECT 0", rows: 0)
        for place in whole.indices {
            for value in [UInt8(0), 1, 0x3f, 0x7f, 0xff] where whole[place] != value {
                var broken = whole
                broken[place] = value
                var exchange = exchange()
                for byte in broken {
                    let step = exchange.receive([byte])
                    #expect(!step.verdict.hasPrefix("up"), "\(place) \(value)")
                    if step.verdict.hasPrefix("down") { break }
                }
            }
        }
    }
}
