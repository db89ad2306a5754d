internal import Digests

/// A server's public key, with which a password is sent to it (RFC 8017). Nothing secret is derived from how long this
/// takes but the password's encrypted form, which is random.
struct RSAPublicKey: Equatable {
    private typealias Truncated = BodyReader.Truncated

    /// Lowest limb first.
    private let modulus: [UInt32]
    private let exponent: [UInt32]
    private let size: Int

    /// From `-----BEGIN PUBLIC KEY-----` text with a SubjectPublicKeyInfo (RFC 5280, section 4.1).
    init?(pem: [UInt8]) {
        let lines = String(decoding: pem, as: UTF8.self).split(whereSeparator: \.isNewline)
        guard let first = lines.firstIndex(where: { $0.hasPrefix("-----BEGIN PUBLIC KEY") }),
            let last = lines[first...].firstIndex(where: { $0.hasPrefix("-----END PUBLIC KEY") }),
            let der = Base64.decode(lines[(first + 1)..<last].map { $0.filter { $0 != " " } }.joined())
        else { return nil }
        do throws(Truncated) {
            var whole = BodyReader(der)
            var info = BodyReader(try Self.element(0x30, &whole))
            _ = try Self.element(0x30, &info)  // algorithm
            var bits = BodyReader(try Self.element(0x03, &info))
            guard try bits.byte() == 0 else { return nil }
            var key = BodyReader(try Self.element(0x30, &bits))
            let modulus = Array(try Self.element(0x02, &key).drop { $0 == 0 })
            let exponent = Array(try Self.element(0x02, &key).drop { $0 == 0 })
            // A key that would take long to work with is no server's; an even modulus is no key.
            guard (128...1024).contains(modulus.count), (1...8).contains(exponent.count), (modulus.last ?? 0) & 1 == 1
            else { return nil }
            size = modulus.count
            self.modulus = BigNumber.limbs(modulus)
            self.exponent = BigNumber.limbs(exponent)
        } catch {
            return nil
        }
    }

    private static func element(_ tag: UInt8, _ reader: inout BodyReader) throws(Truncated) -> ArraySlice<UInt8> {
        guard try reader.byte() == tag else { throw Truncated() }
        var length = Int(try reader.byte())
        if length > 0x80 {
            guard length <= 0x83 else { throw Truncated() }
            length = try reader.integer(length & 0x7f)
        }
        return try reader.take(length)
    }

    /// RSAES-OAEP with SHA-1 and no label (section 7.1).
    /// - Parameter seed: 20 random bytes.
    func encrypt(_ message: [UInt8], seed: [UInt8]) -> [UInt8]? {
        let digest = 20
        let room = size - 2 * digest - 2
        guard message.count <= room, seed.count == digest else { return nil }
        let block = Digest.sha1([]) + [UInt8](repeating: 0, count: room - message.count) + [1] + message
        let maskedBlock = zip(block, Self.mask(seed, block.count)).map { $0 ^ $1 }
        let maskedSeed = zip(seed, Self.mask(maskedBlock, digest)).map { $0 ^ $1 }
        let power = BigNumber.power(BigNumber.limbs([0] + maskedSeed + maskedBlock), exponent, modulo: modulus)
        return BigNumber.bytes(power, size)
    }

    /// MGF1 (appendix B.2.1).
    private static func mask(_ seed: [UInt8], _ length: Int) -> [UInt8] {
        var mask: [UInt8] = []
        var counter: UInt8 = 0
        while mask.count < length {
            mask += Digest.sha1(seed + [0, 0, 0, counter])
            counter += 1
        }
        return Array(mask.prefix(length))
    }
}
