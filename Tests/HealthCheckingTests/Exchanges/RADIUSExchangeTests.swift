import Digests
import Testing

@testable import HealthChecking

struct RADIUSExchangeTests {
    private let secret = "xyzzy5461"
    private let authenticator = bytes("0f 40 3f 94 73 97 80 57 bd 83 d5 cb 98 f4 22 7a")
    private var exchange: RADIUSExchange {
        RADIUSExchange(
            login: "nemo", password: "arctangent", secret: secret,
            nonce: .init(identifier: 0, authenticator: authenticator))
    }

    /// RFC 2865, section 7.1, the example's User-Password.
    @Test func `the password is hidden as in the RFC's example`() {
        #expect(
            RADIUSExchange.hide(Array("arctangent".utf8), secret: Array(secret.utf8), authenticator: authenticator)
                == bytes("0d be 70 8d 93 d4 13 ce 31 96 e4 3f 78 2a 0a ee"))
    }

    @Test(arguments: [(0, 16), (1, 16), (16, 16), (17, 32), (128, 128)])
    func `a password is padded to blocks`(count: Int, wanted: Int) {
        let password = [UInt8](repeating: 0x61, count: count)
        #expect(RADIUSExchange.hide(password, secret: [1], authenticator: authenticator).count == wanted)
    }

    @Test func `the request has name, password, address and a signature`() throws {
        var exchange = exchange
        let request = try #require(exchange.open().sent)
        var unsigned = request
        unsigned.replaceSubrange(22..<38, with: [UInt8](repeating: 0, count: 16))
        #expect(
            unsigned
                == bytes(
                    """
                    01 00 00 44 0f 40 3f 94 73 97 80 57 bd 83 d5 cb 98 f4 22 7a
                    50 12 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
                    01 06 'nemo'
                    02 12 0d be 70 8d 93 d4 13 ce 31 96 e4 3f 78 2a 0a ee
                    04 06 7f 00 00 01
                    """))
        #expect(Array(request[22..<38]) == Digest.hmacMD5(key: Array(secret.utf8), unsigned))
    }

    /// RFC 2865, section 7.1: the Access-Accept to a request with this authenticator.
    private let accept = bytes(
        """
        02 00 00 26 86 fe 22 0e 76 24 ba 2a 10 05 f6 bf 9b 55 e0 b2
        06 06 00 00 00 01 0f 06 00 00 00 00 0e 06 c0 a8 01 03
        """)

    @Test func `the RFC's Access-Accept is up`() {
        var exchange = exchange
        #expect(exchange.receive(accept).verdict == "up: Access-Accept")
    }

    @Test func `padding behind the packet does not count`() {
        var exchange = exchange
        #expect(exchange.receive(accept + [0, 0]).verdict == "up: Access-Accept")
    }

    @Test func `an answer with another secret, identifier or any changed byte does not count`() {
        for place in accept.indices {
            var broken = accept
            broken[place] ^= 0x10
            var exchange = exchange
            #expect(exchange.receive(broken) == .more, "\(place)")
            #expect(exchange.complaint != nil)
        }
        for count in accept.indices {
            var exchange = exchange
            #expect(exchange.receive(Array(accept[..<count])) == .more, "\(count)")
        }
        var stranger = RADIUSExchange(
            login: "nemo", password: "x", secret: "other", nonce: .init(identifier: 0, authenticator: authenticator))
        #expect(stranger.receive(accept) == .more)
        #expect(stranger.complaint == "the answer is not signed with this secret: is it the server's?")
    }

    private func signed(_ code: UInt8, _ attributes: [UInt8]) -> [UInt8] {
        let head = [code, 0, 0, UInt8(20 + attributes.count)]
        return head + Digest.md5(head + authenticator + attributes + Array(secret.utf8)) + attributes
    }

    @Test func `a reject tells the server's words`() {
        var exchange = exchange
        let step = exchange.receive(signed(3, bytes("12 09 'no one' 0a")))
        #expect(step.verdict == "down: Access-Reject: no one")
    }

    @Test func `a challenge is no login`() {
        var exchange = exchange
        #expect(
            exchange.receive(signed(11, [])).verdict == "down: Access-Challenge: the login needs more than a password")
    }

    @Test func `a Message-Authenticator in the answer has to be right`() {
        let secret = Array(self.secret.utf8)
        let blank = [UInt8](repeating: 0, count: 16)
        let right = Digest.hmacMD5(key: secret, [2, 0, 0, 38] + authenticator + [0x50, 0x12] + blank)
        var exchange = exchange
        #expect(exchange.receive(signed(2, [0x50, 0x12] + right)).verdict == "up: Access-Accept")
        var other = self.exchange
        #expect(other.receive(signed(2, [0x50, 0x12] + blank)) == .more)
    }

    @Test func `attributes that do not add up are no packet`() {
        var exchange = exchange
        #expect(exchange.receive(signed(2, [0x01, 0x00])) == .more)
        #expect(exchange.receive(signed(2, [0x01])) == .more)
        #expect(exchange.receive(signed(2, [0x01, 0x09, 0x61])) == .more)
    }
}
