/// PBKDF2 with HMAC-SHA-256 and one block of output (RFC 8018, section 5.2), which SCRAM calls the salted password
/// (RFC 5802). It is slow on purpose, so it is done in slices between which a loop may turn.
package struct SaltedPassword: Sendable {
    private let inner: SHA256
    private let outer: SHA256
    private var last: [UInt32]
    private var sum: [UInt32]
    package private(set) var remaining: Int

    /// - Parameter iterations: at least 1.
    package init(password: [UInt8], salt: [UInt8], iterations: Int) {
        let (inner, outer) = Digest.keyed(SHA256.self, password)
        self.inner = inner.inner
        self.outer = outer.inner
        let first = Digest.hmacSHA256(key: password, salt + [0, 0, 0, 1])
        last = stride(from: 0, to: 32, by: 4).map { place in
            first[place..<place + 4].reduce(0) { $0 << 8 | UInt32($1) }
        }
        sum = last
        remaining = max(0, iterations - 1)
    }

    /// The 32 bytes; nil while there is work left.
    package var bytes: [UInt8]? {
        guard remaining == 0 else { return nil }
        return sum.flatMap { word in (0..<4).map { UInt8(truncatingIfNeeded: word >> UInt32(24 - 8 * $0)) } }
    }

    /// Does at most this many iterations.
    package mutating func advance(_ iterations: Int) {
        // The message of every further HMAC is one digest, so that each is two blocks whose padding never changes.
        var block = InlineArray<16, UInt32>(repeating: 0)
        block[8] = 0x8000_0000
        block[15] = (64 + 32) * 8
        for index in 0..<8 { block[index] = last[index] }
        for _ in 0..<min(iterations, remaining) {
            var hash = inner
            hash.compress(block)
            for index in 0..<8 { block[index] = hash.state[index] }
            hash = outer
            hash.compress(block)
            for index in 0..<8 {
                block[index] = hash.state[index]
                sum[index] ^= hash.state[index]
            }
        }
        for index in 0..<8 { last[index] = block[index] }
        remaining -= min(iterations, remaining)
    }
}
