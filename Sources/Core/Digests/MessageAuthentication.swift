/// HMAC-SHA256 (RFC 2104) with a key that is prepared once.
package struct MessageAuthentication: Sendable {
    private let inner: Hash<SHA256>
    private let outer: Hash<SHA256>

    package init(key: [UInt8]) {
        (inner, outer) = Digest.keyed(SHA256.self, key)
    }

    package func tag(_ message: some Sequence<UInt8>) -> [UInt8] {
        var (inner, outer) = (inner, outer)
        inner.update(message)
        outer.update(inner.finish())
        return outer.finish()
    }

    /// Takes the same time wherever a wrong tag differs.
    package func verify(_ tag: some Collection<UInt8>, of message: some Sequence<UInt8>) -> Bool {
        guard tag.count == 32 else { return false }
        return zip(self.tag(message), tag).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
