import Digests
import Testing

@testable import HealthChecking

struct MySQLExchangeTests {
    private let nonce = (1...20).map { UInt8($0) }

    private func exchange(
        database: String? = nil, password: String = "secret", overTLS: Bool = false
    ) -> MySQLExchange {
        MySQLExchange(
            .init(user: "bob", password: password, database: database, statement: "SELECT 1"),
            seed: (100..<120).map { UInt8($0) }, overTLS: overTLS)
    }

    private func packet(_ number: UInt8, _ body: [UInt8]) -> [UInt8] { MySQLClient.packet(body, sequence: number) }

    /// What a MariaDB server says first.
    private func greeting(_ plugin: String = "mysql_native_password", hasTLS: Bool = false) -> [UInt8] {
        packet(
            0,
            bytes(
                """
                0a '5.5.5-10.11.6-MariaDB' 00
                2a 00 00 00
                01 02 03 04 05 06 07 08 00
                fe \(hasTLS ? "ff" : "f7")
                2d 02 00
                ff 81
                15
                00 00 00 00 00 00 1d 00 00 00
                09 0a 0b 0c 0d 0e 0f 10 11 12 13 14 00
                '\(plugin)' 00
                """))
    }

    private let ok = bytes("00 00 00 02 00 00 00")
    private let native = bytes("b3 2b b3 a5 83 e1 34 0c 0a 11 08 d5 8b 1b e4 97 81 ad 8c 2f")
    private let cached = bytes(
        """
        74 6e be 20 5d 56 a0 70 7a cb 3e 79 6e 83 4e 0d d7 b1 d6 17 43 b2 6b d5 20 2c 7a 62 32 30 c7 c9
        """)

    @Test func `the login proves the password to the greeting's nonce`() {
        var exchange = exchange(database: "shop")
        #expect(exchange.open() == .more)
        let wanted = bytes(
            """
            5a 00 00 01
            09 a2 0a 00
            00 00 00 01
            2d 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
            'bob' 00
            14 b3 2b b3 a5 83 e1 34 0c 0a 11 08 d5 8b 1b e4 97 81 ad 8c 2f
            'shop' 00
            'mysql_native_password' 00
            """)
        #expect(exchange.trickle(greeting()).sent.map { Array($0.dropFirst(3)) } == Array(wanted.dropFirst(3)))
    }

    @Test func `no password is an empty proof`() {
        var exchange = exchange(password: "")
        let sent = exchange.receive(greeting()).sent ?? []
        #expect(sent.dropFirst(36).starts(with: bytes("'bob' 00 00 'mysql_native_password' 00")))
    }

    private func loggedIn() -> MySQLExchange {
        var exchange = exchange()
        _ = exchange.receive(greeting())
        #expect(exchange.receive(packet(2, ok)) == .send(packet(0, bytes("03 'SELECT 1'"))))
        return exchange
    }

    private let column = bytes("03 'def' 00 00 00 01 '1' 00 0c 3f 00 01 00 00 00 03 81 00 00 00 00")
    private let end = bytes("fe 00 00 02 00")

    private func result(rows: Int) -> [UInt8] {
        var answer = packet(1, [1]) + packet(2, column) + packet(3, end)
        for row in 0..<rows { answer += packet(UInt8(4 + row), bytes("01 '1'")) }
        return answer + packet(UInt8(4 + rows), end)
    }

    @Test(
        arguments: [
            (0, "down: the query reports no rows"), (1, "up: 1 row found"), (3, "up: 3 rows found"),
        ])
    func `rows are counted, byte by byte`(rows: Int, wanted: String) {
        var exchange = loggedIn()
        let step = exchange.trickle(result(rows: rows))
        #expect(step.verdict == wanted)
        if case .passed(_, let farewell) = step { #expect(farewell == [1, 0, 0, 0, 1]) }
    }

    @Test func `an answer without its end is no answer`() {
        var exchange = loggedIn()
        #expect(exchange.receive(result(rows: 2).dropLast()) == .more)
        #expect(exchange.close().verdict == "down: connection closed by the server before its answer to the query")
    }

    @Test func `changed rows count too`() {
        var exchange = loggedIn()
        #expect(exchange.receive(packet(1, bytes("00 02 00 02 00 00 00"))).verdict == "up: 2 rows changed")
        var none = loggedIn()
        #expect(none.receive(packet(1, ok)).verdict == "down: the query reports no rows")
        var many = loggedIn()
        #expect(many.receive(packet(1, bytes("00 fc 2c 01 00 02 00 00 00"))).verdict == "up: 300 rows changed")
    }

    @Test func `a row may be as large as it likes`() {
        var exchange = loggedIn()
        let big = bytes("fd 40 0d 03") + [UInt8](repeating: 0x61, count: 200_000)
        let answer = packet(1, [1]) + packet(2, column) + packet(3, end) + packet(4, big) + packet(5, end)
        #expect(exchange.receive(answer).verdict == "up: 1 row found")
    }

    @Test func `refusals have the server's words`() {
        var login = exchange()
        _ = login.receive(greeting())
        #expect(
            login.receive(packet(2, bytes("ff 15 04 '#28000Access denied for user'"))).verdict
                == "down: login refused: Access denied for user")
        var query = loggedIn()
        #expect(
            query.receive(packet(1, bytes("ff 7a 04 '#42S02No such table'"))).verdict
                == "down: query failed: No such table")
        var full = exchange()
        #expect(
            full.receive(packet(0, bytes("ff 10 04 'Too many connections'"))).verdict
                == "down: refused by the server: Too many connections")
    }

    @Test func `the server may want another way of authentication`() {
        var exchange = exchange()
        _ = exchange.receive(greeting("client_ed25519"))
        let change = packet(2, [0xfe] + Array("mysql_native_password".utf8) + [0] + nonce + [0])
        #expect(exchange.receive(change) == .send(packet(3, native)))
        var other = self.exchange()
        _ = other.receive(greeting())
        #expect(
            other.receive(packet(2, [0xfe] + Array("client_ed25519".utf8) + [0] + nonce + [0])).verdict
                == """
                down: the server asks for authentication by client_ed25519: the check speaks mysql_native_password and \
                caching_sha2_password
                """)
    }

    @Test func `caching_sha2_password passes when the server knows the password already`() {
        var exchange = exchange()
        let sent = exchange.receive(greeting("caching_sha2_password")).sent ?? []
        #expect(sent.dropFirst(40).starts(with: [0x20] + cached))
        #expect(exchange.receive(packet(2, [1, 3])) == .more)
        #expect(exchange.receive(packet(3, ok)) == .send(packet(0, bytes("03 'SELECT 1'"))))
    }

    private let key = """
        -----BEGIN PUBLIC KEY-----
        MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDs8zH0P8eGm4ocvO5uMgMMPYu5
        3igkSMTQ9uotwgX05HQGW30Aw07BYfqqW9A1cdsHTDAh3H3z+9vYaBsb7HEE869n
        3FG4OFN7M9kkC+dQy8NS5s0gvNzCBYB5UUfQXNEfOwkXhuWUnpo+jmtvREZGp/lM
        tZabaFvund/89p922wIDAQAB
        -----END PUBLIC KEY-----

        """

    /// What Python's integers make of the same key, password, nonce and seed; OpenSSL decrypts it.
    private let encrypted = bytes(
        """
        6c 10 59 27 d8 54 cc 29 53 d9 d7 68 66 11 3d da ac 65 60 e4 31 11 19 d6 ed 9b 13 d3 ff 7a d5 80 27 92 4e e3 19
        5d d2 87 ca 29 73 1d 11 a8 be cf 77 42 76 a5 ca 0e 01 92 70 1d 18 39 95 5b 59 3c ea c5 62 76 9e 38 77 81 b8 d4
        51 25 ea 0a 4e 91 66 09 1d a0 5f d1 2e b0 34 67 20 ea 46 8a 67 74 a7 7c a0 7e fa 19 bc 1f 07 28 b5 95 0a 8a 43
        eb be 1e 07 a4 c6 99 e7 31 db 01 39 3d eb f5 7b d2
        """)

    @Test func `caching_sha2_password sends the password encrypted when the server does not`() {
        var exchange = exchange()
        _ = exchange.receive(greeting("caching_sha2_password"))
        #expect(exchange.receive(packet(2, [1, 4])) == .send(packet(3, [2])))
        #expect(exchange.receive(packet(4, [1] + Array(key.utf8))) == .send(packet(5, encrypted)))
        #expect(exchange.receive(packet(6, ok)) == .send(packet(0, bytes("03 'SELECT 1'"))))
    }

    @Test func `a key that is none sends no password`() {
        for broken in [
            "", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----", key.replacing("MIGf", with: "MIGe"),
        ] {
            var exchange = exchange()
            _ = exchange.receive(greeting("caching_sha2_password"))
            _ = exchange.receive(packet(2, [1, 4]))
            #expect(
                exchange.receive(packet(4, [1] + Array(broken.utf8))).verdict
                    == "down: the server sends no public key to encrypt the password with")
        }
    }

    @Test(
        arguments: [
            "HTTP/1.1 400 Bad Request\r\n\r\n", "SSH-2.0-OpenSSH_9.2\r\n", "220 mail ESMTP\r\n",
        ])
    func `other protocols are told at their first bytes`(text: String) {
        var exchange = exchange()
        let verdict = exchange.receive(text).verdict
        #expect(verdict.hasPrefix("down: no MySQL greeting: '\(text.prefix(6))"), "\(verdict)")
    }

    @Test func `no byte of the conversation can be garbage and trap`() {
        let whole = greeting("caching_sha2_password") + packet(2, ok) + result(rows: 0)
        for place in whole.indices {
            for value in [UInt8(0), 1, 0x7f, 0xfb, 0xfc, 0xfe, 0xff] where whole[place] != value {
                var broken = whole
                broken[place] = value
                var exchange = exchange()
                let step = exchange.trickle(broken)
                #expect(!step.verdict.hasPrefix("up"), "\(place) \(value)")
            }
        }
    }

    @Test func `big numbers divide as they should`() {
        // 2^96 + 5 modulo 2^64 - 59, and a case whose first guess at a digit is one too high.
        #expect(BigNumber.remainder([5, 0, 0, 1], [0xffff_ffc5, 0xffff_ffff]) == [5, 59])
        #expect(
            BigNumber.remainder([0, 0, 0x8000_0000, 0x7fff_ffff], [1, 0, 0x8000_0000]) == [
                0x0000_0002, 0xffff_ffff, 0x7fff_ffff,
            ])
    }

    @Test(arguments: [(1045, true), (3159, true), (1049, false)])
    func `a refusal that TLS may cure asks for it`(number: Int, cures: Bool) {
        let body = [0xff, UInt8(number & 255), UInt8(number >> 8)] + bytes("'#28000no'")
        for hasTLS in [true, false] {
            var exchange = exchange()
            _ = exchange.receive(greeting(hasTLS: hasTLS))
            let wanted = ExchangeStep.needsTLS("login refused: no")
            #expect((exchange.receive(packet(2, body)) == wanted) == (cures && hasTLS))
        }
        var secure = exchange(overTLS: true)
        _ = secure.receive(greeting(hasTLS: true))
        _ = secure.secured()
        #expect(secure.receive(packet(3, body)).verdict == "down: login refused: no")
    }

    @Test func `TLS is wished for before the login, and carries the password as it is`() {
        var exchange = exchange(overTLS: true)
        let wish = bytes("20 00 00 01 01 aa 0a 00 00 00 00 01 2d") + [UInt8](repeating: 0, count: 23)
        #expect(exchange.receive(greeting("caching_sha2_password", hasTLS: true)) == .secureAfter(wish))
        let login = exchange.secured().sent ?? []
        #expect(login.dropFirst(3).starts(with: [2] + wish[4...]))
        #expect(exchange.receive(packet(3, [1, 4])) == .send(packet(4, bytes("'secret' 00"))))
        #expect(exchange.receive(packet(5, ok)).sent != nil)
    }

    @Test func `who has no TLS, or speaks before it, is not logged in to`() {
        var exchange = exchange(overTLS: true)
        #expect(exchange.receive(greeting()).verdict == "down: the server has no TLS")
        var hasty = self.exchange(overTLS: true)
        #expect(
            hasty.receive(greeting(hasTLS: true) + packet(2, ok)).verdict == "down: the greeting is no MySQL packet")
        var early = self.exchange(overTLS: true)
        _ = early.receive(greeting(hasTLS: true))
        #expect(early.receive(packet(2, ok)).verdict == "down: the answer to the login is no MySQL packet")
    }
}
