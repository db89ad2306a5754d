import Digests
import NetworkTypes
import Testing
import TimeTypes

@testable import VirtualRouting

struct LinkTests {
    // MARK: SHA-256, HMAC: FIPS 180-4's and RFC 4231's examples

    @Test(arguments: [
        ("", "e3b0c442 98fc1c14 9afbf4c8 996fb924 27ae41e4 649b934c a495991b 7852b855"),
        ("abc", "ba7816bf 8f01cfea 414140de 5dae2223 b00361a3 96177a9c b410ff61 f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61 d20638b8 e5c02693 0c3e6039 a33ce459 64ff2167 f6ecedd4 19db06c1"
        ),
        (
            String(repeating: "a", count: 10_000),
            "27dd1f61 b867b6a0 f6e9d8a4 1c43231d e52107e5 3ae424de 8f847b82 1db4b711"
        ),
    ])
    func digests(text: String, digest: String) {
        // The last one was computed by sha256sum.
        #expect(Digest.sha256(text.utf8) == bytes(digest))
    }

    @Test func tags() {
        let first = MessageAuthentication(key: [UInt8](repeating: 0x0B, count: 20))
        #expect(
            first.tag("Hi There".utf8)
                == bytes("b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"))
        let second = MessageAuthentication(key: Array("Jefe".utf8))
        #expect(
            second.tag("what do ya want for nothing?".utf8)
                == bytes("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"))
        let long = MessageAuthentication(key: [UInt8](repeating: 0xAA, count: 131))
        #expect(
            long.tag("Test Using Larger Than Block-Size Key - Hash Key First".utf8)
                == bytes("60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"))
        #expect(first.verify(first.tag("x".utf8), of: "x".utf8))
        #expect(!first.verify(second.tag("x".utf8), of: "x".utf8))
        #expect(!first.verify([], of: "x".utf8))
    }

    // MARK: Messages

    static let keys = LinkKeys(
        signing: 2, secrets: [1: Array("the old secret of 2025".utf8), 2: Array("the new secret".utf8)])

    func message() throws -> Heartbeat {
        var heartbeat = Heartbeat(
            sender: "lb1", boot: BootID(high: 0x0102_0304_0506_0708, low: 0x1112_1314_1516_1718), link: 1,
            sequence: 258,
            interval: .milliseconds(200))
        heartbeat.isQuery = true
        heartbeat.hears = [BootID(high: 0x21, low: 0x22)]
        heartbeat.groups = [
            GroupReport(
                name: "web", role: .master, priority: 150, isReady: false, address: try address("10.0.0.1"),
                reach: Reach(servesAnybody: true, targets: 3))
        ]
        return heartbeat
    }

    @Test func theBytesOfAMessage() throws {
        let keys = try #require(Self.keys)
        let sealed = keys.seal(try message())
        let body = bytes(
            """
            44 6c 6e 6b 01          // "Dlnk", version 1
            02                      // key 2
            00 42                   // 66 bytes of body
            01 01                   // link 1, a query
            00 00 00 00 00 00 01 02 // message 258
            01 02 03 04 05 06 07 08 11 12 13 14 15 16 17 18 // this run
            00 00 00 c8             // 200 ms
            03 6c 62 31             // "lb1"
            01 00 00 00 00 00 00 00 21 00 00 00 00 00 00 00 22 // one run is heard
            01                      // one group
            03 77 65 62             // "web"
            02 96                   // master, priority 150
            19                      // willing, reach told, serves somebody
            00 03                   // three targets
            04 0a 00 00 01          // 10.0.0.1
            """)
        #expect(hex(sealed.dropLast(32)) == hex(body))
        let tag = MessageAuthentication(key: Array("the new secret".utf8)).tag(body)
        #expect(hex(sealed.suffix(32)) == hex(tag))
        #expect(try keys.open(sealed) == (try message()))
    }

    @Test func nothingButTheWholeMessageIsAccepted() throws {
        let keys = try #require(Self.keys)
        let sealed = keys.seal(try message())
        for length in 0..<sealed.count {
            #expect(throws: HeartbeatRefusal.truncated, "\(length)") { try keys.open(Array(sealed[..<length])) }
        }
        #expect(throws: HeartbeatRefusal.oversized) { try keys.open(sealed + [0]) }
        #expect(throws: HeartbeatRefusal.oversized) { try keys.open([UInt8](repeating: 0x44, count: 70_000)) }
        for bit in 0..<sealed.count * 8 {
            var changed = sealed
            changed[bit / 8] ^= 1 << (bit % 8)
            #expect(throws: HeartbeatRefusal.self, "bit \(bit)") { try keys.open(changed) }
        }
        var wrong = sealed
        wrong[0] = 0
        #expect(throws: HeartbeatRefusal.notAHeartbeat) { try keys.open(wrong) }
        wrong = sealed
        wrong[4] = 9
        #expect(throws: HeartbeatRefusal.unknownVersion) { try keys.open(wrong) }
        wrong = sealed
        wrong[5] = 7
        #expect(throws: HeartbeatRefusal.unknownKey) { try keys.open(wrong) }
        wrong = sealed
        wrong[20] ^= 1
        #expect(throws: HeartbeatRefusal.signature) { try keys.open(wrong) }
    }

    /// Rightly signed nonsense is refused, too: a peer of another version must not stop us.
    @Test func signedNonsenseNeverTraps() throws {
        var numbers = SeededNumbers(state: 1)
        var refused = 0
        for _ in 0..<3000 {
            let body = (0..<Int.random(in: 0...200, using: &numbers)).map { _ in
                UInt8.random(in: 0...255, using: &numbers)
            }
            if (try? Heartbeat(decoding: body[...])) == nil { refused += 1 }
        }
        #expect(refused > 2900)
        var encoded: [UInt8] = []
        try message().encode(into: &encoded)
        for length in 0..<encoded.count {
            #expect(throws: HeartbeatRefusal.malformed) { try Heartbeat(decoding: encoded[..<length]) }
        }
    }

    @Test func keysAreChangedWhileBothSidesRun() throws {
        let (old, new) = (Array("secret number one".utf8), Array("secret number two".utf8))
        let steps = [
            LinkKeys(signing: 1, secrets: [1: old]), LinkKeys(signing: 1, secrets: [1: old, 2: new]),
            LinkKeys(signing: 2, secrets: [1: old, 2: new]), LinkKeys(signing: 2, secrets: [2: new]),
        ].compactMap { $0 }
        #expect(steps.count == 4)
        for (left, right) in zip(steps, steps.dropFirst()) {
            #expect((try? right.open(left.seal(message()))) != nil)
            #expect((try? left.open(right.seal(message()))) != nil)
        }
        #expect(throws: HeartbeatRefusal.unknownKey) { try steps[3].open(steps[0].seal(message())) }
    }

    @Test(arguments: [
        ("auth 1\n1 sha256 0123456789abcdef\n", nil), ("# keys\n\nauth 1\r\n1\tsha256  0123456789abcdef\r\n", nil),
        ("1 sha256 0123456789abcdef\n", "0: a line is missing that names the key that signs: auth 1"),
        ("auth 2\n1 sha256 0123456789abcdef\n", "1: no key 2: add a line 2 sha256 SECRET"),
        ("auth 1\n1 md5 0123456789abcdef\n", "2: the method of key 1 must be sha256: 1 sha256 SECRET"),
        ("auth 1\n1 sha256\n", "2: key 1 needs a secret of one word: 1 sha256 SECRET"),
        (
            "auth 1\n1 sha256 hello\n",
            "2: the secret of key 1 is shorter than 16 characters: make one with openssl rand -hex 32"
        ),
        ("auth 1\n300 sha256 0123456789abcdef\n", "2: a line is: ID sha256 SECRET, with an id of 0 to 255"),
        ("auth x\n", "1: auth names the key that signs: auth 1"),
        ("auth 1\n1 sha256 0123456789abcdef\n1 sha256 0123456789abcdef\n", "3: key 1 stands in the file already"),
    ])
    func keyFiles(text: String, problem: String?) {
        do throws(LinkKeys.FileProblem) {
            _ = try LinkKeys(text: text)
            #expect(problem == nil)
        } catch {
            #expect("\(error.line): \(error.text)" == problem)
        }
    }
}
