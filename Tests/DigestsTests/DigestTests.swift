import Digests
import Testing

struct DigestTests {
    private func hex(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef")
        return String(bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
    }

    /// RFC 1321, appendix A.5; 56 and 64 bytes are where the padding needs a block of its own.
    @Test(
        arguments: [
            ("", "d41d8cd98f00b204e9800998ecf8427e"), ("abc", "900150983cd24fb0d6963f7d28e17f72"),
            (
                "12345678901234567890123456789012345678901234567890123456789012345678901234567890",
                "57edf4a22be3c955ac49da2e2107b67a"
            ),
        ])
    func `md5 of the RFC's texts`(text: String, wanted: String) {
        #expect(hex(Digest.md5(text.utf8)) == wanted)
    }

    /// FIPS 180-4's examples.
    @Test func `sha1 and sha256 of the standard's texts`() {
        let long = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq".utf8
        #expect(hex(Digest.sha1("abc".utf8)) == "a9993e364706816aba3e25717850c26c9cd0d89d")
        #expect(hex(Digest.sha1(long)) == "84983e441c3bd26ebaae4aa1f95129e5e54670f1")
        #expect(
            hex(Digest.sha256("abc".utf8)) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect(hex(Digest.sha256(long)) == "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1")
        #expect(
            hex(Digest.sha256([UInt8](repeating: 0x61, count: 64)))
                == "ffe054fe7ae0cb6dc65c3af9b61d5209f439851db43d0ba5997337df154668eb")
    }

    /// RFC 2202 and RFC 4231, test case 2 and the one whose key is longer than a block.
    @Test func `hmac of the RFCs' cases`() {
        let text = Array("what do ya want for nothing?".utf8)
        #expect(hex(Digest.hmacMD5(key: Array("Jefe".utf8), text)) == "750c783e6ab0b503eaa86e310a5db738")
        #expect(
            hex(Digest.hmacSHA256(key: Array("Jefe".utf8), text))
                == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
        let long = [UInt8](repeating: 0xaa, count: 131)
        #expect(
            hex(Digest.hmacSHA256(key: long, Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8)))
                == "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54")
    }

    @Test func `the salted password of RFC 7677's example`() throws {
        let salt = try #require(Base64.decode("W22ZaJ0SNY7soEsUEjb6gQ=="))
        var salted = SaltedPassword(password: Array("pencil".utf8), salt: salt, iterations: 4096)
        salted.advance(1000)
        #expect(salted.bytes == nil)
        #expect(salted.remaining == 3095)
        salted.advance(10_000)
        #expect(hex(try #require(salted.bytes)) == "c4a49510323ab4f952cac1fa99441939e78ea74d6be81ddf7096e87513dc615d")
    }

    @Test func `one iteration is one hmac`() {
        let salted = SaltedPassword(password: Array("password".utf8), salt: Array("salt".utf8), iterations: 1)
        #expect(
            salted.bytes.map(hex) == "120fb6cffcf8b32c43e7225256c4f837a86548c92ccc35480805987cb70be17b")
    }

    @Test(
        arguments: [
            ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("foobar", "Zm9vYmFy"),
        ])
    func `base64 both ways`(text: String, encoded: String) {
        #expect(Base64.encode(Array(text.utf8)) == encoded)
        #expect(Base64.decode(encoded) == Array(text.utf8))
    }

    @Test(arguments: ["Z", "Zg=", "Zm9v\n", "Z===", "====", "Zm=v", "Zg==Zg==", "Zm9*"])
    func `what is no base64 is refused`(text: String) {
        #expect(Base64.decode(text) == nil)
    }
}
