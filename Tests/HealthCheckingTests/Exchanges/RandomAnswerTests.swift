import HealthChecking
import Testing

/// Servers that answer with pieces of their protocol in any order.
struct RandomAnswerTests {
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
            "220", "250", "331", "230", "227 (1,2,3,4,5,6)", "229 (|||7|)", "150", "226", "421", "550", "-", " ",
            "\r\n", "\n",
            "+OK", "-ERR", "* OK", "* BYE", "a1 OK", "a2 OK", "a1 NO", "x",
        ].map { Array($0.utf8) } + [
            [0x30], [0x84, 0xFF, 0xFF, 0xFF, 0xFF], [0x30, 0x0C, 2, 1, 1, 0x61, 7, 10, 1, 0, 4, 0, 4, 0], [0x30, 0x00],
            [0x30, 0x03, 2, 1, 2], [0x30, 0x05, 2, 1, 2, 0x65, 0], [0], [0xFF], [UInt8](repeating: 0x41, count: 9000),
        ]

    @Test(arguments: 0..<200)
    func nothingAServerSaysIsTooMuch(seed: Int) {
        var numbers = Numbers(state: UInt64(seed) &* 7919)
        var exchanges: [any Exchange] = [
            LineExchange.smtp, LineExchange.pop(login: "u", password: "p"),
            LineExchange.imap(login: "u", password: "p"),
            LDAPExchange(name: "dc=x", login: "u", password: "p", pattern: nil),
        ]
        var ftp = FTPSession(request: "x", pattern: containing("y"), login: "u", password: "p", isIPv6: seed % 2 == 0)
        for _ in 0..<40 {
            let piece = Self.pieces[numbers.next(below: Self.pieces.count)][...]
            for index in exchanges.indices {
                _ = exchanges[index].receive(piece)
                // What is awaited can always be said.
                #expect(!exchanges[index].awaited.isEmpty)
            }
            _ = numbers.next(below: 4) == 0 ? ftp.receiveData(piece) : ftp.receive(piece)
            if numbers.next(below: 8) == 0 { _ = ftp.dataOpened() }
            #expect(!ftp.awaited.isEmpty)
        }
        for index in exchanges.indices {
            if case .passed = exchanges[index].close() { Issue.record("the end of a connection passes") }
        }
    }
}
