/// The digests that the protocols of real servers are made of.
package enum Digest {
    package static func md5(_ bytes: some Sequence<UInt8>) -> [UInt8] { hash(MD5.self, bytes) }
    package static func sha1(_ bytes: some Sequence<UInt8>) -> [UInt8] { hash(SHA1.self, bytes) }
    package static func sha256(_ bytes: some Sequence<UInt8>) -> [UInt8] { hash(SHA256.self, bytes) }

    package static func hmacMD5(key: [UInt8], _ bytes: [UInt8]) -> [UInt8] { hmac(MD5.self, key, bytes) }
    package static func hmacSHA256(key: [UInt8], _ bytes: [UInt8]) -> [UInt8] { hmac(SHA256.self, key, bytes) }

    private static func hash<Inner: Compression>(_: Inner.Type, _ bytes: some Sequence<UInt8>) -> [UInt8] {
        var hash = Hash<Inner>()
        hash.update(bytes)
        return hash.finish()
    }

    /// RFC 2104.
    private static func hmac<Inner: Compression>(_: Inner.Type, _ key: [UInt8], _ bytes: [UInt8]) -> [UInt8] {
        var (inner, outer) = keyed(Inner.self, key)
        inner.update(bytes)
        outer.update(inner.finish())
        return outer.finish()
    }

    /// The two hashes of an HMAC with the key taken in.
    static func keyed<Inner: Compression>(_: Inner.Type, _ key: [UInt8]) -> (Hash<Inner>, Hash<Inner>) {
        var block = key.count > 64 ? hash(Inner.self, key) : key
        block += [UInt8](repeating: 0, count: 64 - block.count)
        var (inner, outer) = (Hash<Inner>(), Hash<Inner>())
        inner.update(block.map { $0 ^ 0x36 })
        outer.update(block.map { $0 ^ 0x5c })
        return (inner, outer)
    }
}
