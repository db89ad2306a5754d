import NetworkTypes
import Testing

@testable import HealthChecking

/// Servers that answer with pieces of their protocol in any order, cut anywhere, with bytes turned over.
struct RandomExchangeTests {
    /// The same numbers in each run: what fails once can be looked at.
    private struct Numbers {
        var state: UInt64
        mutating func next(below limit: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % limit
        }
    }

    private static let pieces: [[UInt8]] =
        [
            "200 ", "SIP/2.0 100 x", "SIP/2.0 200 OK", "Content-Length: 99999", "\r\n", "\n\n", "R", "E", "S", "Z", "D",
            "C", "T", "x",
        ]
        .map { Array($0.utf8) } + [
            // MySQL: a greeting, OK, error, end of rows, other ways of authentication.
            bytes(
                """
                4e 00 00 00 0a '5' 00 01 02 03 04 01 02 03 04 05 06 07 08 00 fe f7 2d 02 00 ff 81 15
                00 00 00 00 00 00 00 00 00 00 09 0a 0b 0c 0d 0e 0f 10 11 12 13 14 00 'caching_sha2_password' 00
                """),
            bytes("07 00 00 02 00 00 00 02 00 00 00"), bytes("05 00 00 02 ff 15 04 'no'"),
            bytes("05 00 00 05 fe 00 00 02 00"), bytes("02 00 00 02 01 04"), bytes("02 00 00 02 01 03"),
            bytes("1e 00 00 02 fe 'mysql_native_password' 00 01"), bytes("01 00 00 01 02"), bytes("09 00 00 01 fe"),
            bytes("09 00 00 01 00 fe ff ff ff ff ff ff ff ff"),
            // PostgreSQL: every kind of authentication, an error, a tag, the end.
            bytes("'R' 00 00 00 08 00 00 00 00"), bytes("'R' 00 00 00 0c 00 00 00 05 01 02 03 04"),
            bytes("'R' 00 00 00 17 00 00 00 0a 'SCRAM-SHA-256' 00 00"),
            bytes("'R' 00 00 00 16 00 00 00 0b 'r=nx,s=AAAA,i=1'"), bytes("'R' 00 00 00 0c 00 00 00 0c 'v=AA'"),
            bytes("'Z' 00 00 00 05 'I'"), bytes("'C' 00 00 00 0d 'SELECT 0' 00"), bytes("'E' 00 00 00 06 'M' 00"),
            bytes("'D' ff ff ff ff"), bytes("'D' 3f ff ff ff"),
            // DNS and RADIUS.
            bytes("00 01 81 80 00 01 00 02 00 00 00 00 01 'a' 00 00 01 00 01 c0 0c 00 01 00 01 00 00 00 00 00 04"),
            bytes("00 1d"), bytes("c0 0c"), bytes("c0 ff"), bytes("02 07 00 14"), bytes("03 07 ff ff"),
            [0], [0xff], [UInt8](repeating: 0x41, count: 9000),
        ]

    private func exchanges() throws -> [any Exchange] {
        let nobody = PatternSearch("never") { _ in .notFound }
        let query = try DNSQuery(request: "a", receive: "x:y")
        return [
            NNTPExchange(), SimpleTCPExchange(request: "x", pattern: nobody),
            SIPExchange(user: "u", local: Endpoint(IPAddress(ipv4: 1), 1), callID: 1, isDatagram: false),
            SIPExchange(user: "u", local: Endpoint(IPAddress(ipv4: 1), 1), callID: 1, isDatagram: true),
            DNSExchange(query, pattern: nobody, overTCP: false, id: 1),
            DNSExchange(query, pattern: nobody, overTCP: true, id: 1),
            RADIUSExchange(
                login: "u", password: "p", secret: "s",
                nonce: .init(identifier: 7, authenticator: [UInt8](repeating: 9, count: 16))),
            MySQLExchange(
                .init(user: "u", password: "p", database: "d", statement: "x"), seed: [UInt8](repeating: 1, count: 20)),
            MySQLExchange(
                .init(user: "u", password: "p", database: nil, statement: "x"), seed: [UInt8](repeating: 1, count: 20),
                overTLS: true),
            PostgreSQLExchange(.init(user: "u", password: "p", database: nil, statement: "x"), nonce: "n"),
        ]
    }

    @Test(arguments: 0..<60)
    func `nothing a server says is too much`(seed: Int) throws {
        var numbers = Numbers(state: UInt64(seed) &* 7919)
        for first in try exchanges() {
            var exchange = first
            _ = exchange.open()
            for _ in 0..<40 {
                var piece = Self.pieces[numbers.next(below: Self.pieces.count)]
                if numbers.next(below: 3) == 0 { piece = Array(piece.prefix(numbers.next(below: piece.count + 1))) }
                if numbers.next(below: 3) == 0, !piece.isEmpty {
                    piece[numbers.next(below: piece.count)] = UInt8(numbers.next(below: 256))
                }
                if case .derive = exchange.receive(piece) { _ = exchange.derived([UInt8](repeating: 0, count: 32)) }
                #expect(!exchange.awaited.isEmpty)
            }
            // Whatever it said, the end of the connection proves nothing.
            #expect(!exchange.close().verdict.hasPrefix("up"))
        }
    }
}
