internal import Digests

/// The secrets that the pair's messages are signed with. All of them are accepted, one signs: so that a key can be
/// changed while both sides run. First the new key is added on both, then both sign with it, then the old one goes.
package struct LinkKeys: Sendable {
    package let signing: UInt8
    private let keys: [UInt8: MessageAuthentication]

    /// Nil when the signing key is not among the keys.
    package init?(signing: UInt8, secrets: [UInt8: [UInt8]]) {
        guard secrets[signing] != nil else { return nil }
        self.signing = signing
        keys = secrets.mapValues { MessageAuthentication(key: $0) }
    }

    package var ids: [UInt8] { keys.keys.sorted() }

    /// "Dlnk", version 1.
    private static let magic: [UInt8] = [0x44, 0x6C, 0x6E, 0x6B, 1]
    private static let headerLength = 8
    private static let tagLength = 32
    /// What a message has beside its body.
    static var overhead: Int { headerLength + tagLength }

    /// Magic and version, the key's id, the length of the body, the body, HMAC-SHA256 over all of it.
    package func seal(_ heartbeat: Heartbeat) -> [UInt8] {
        var bytes = Self.magic
        bytes.reserveCapacity(256)
        bytes.append(signing)
        bytes += [0, 0]
        heartbeat.encode(into: &bytes)
        let length = bytes.count - Self.headerLength
        bytes[6] = UInt8(truncatingIfNeeded: length >> 8)
        bytes[7] = UInt8(truncatingIfNeeded: length)
        if let key = keys[signing] { bytes += key.tag(bytes) }
        return bytes
    }

    /// Nothing of the body is looked at before the signature was found right.
    package func open(_ bytes: [UInt8]) throws(HeartbeatRefusal) -> Heartbeat {
        guard bytes.count >= Self.headerLength + Self.tagLength else { throw .truncated }
        guard bytes.count <= Heartbeat.Limit.message + 1024 else { throw .oversized }
        guard bytes.starts(with: Self.magic.dropLast()) else { throw .notAHeartbeat }
        guard bytes[4] == Self.magic[4] else { throw .unknownVersion }
        let end = Self.headerLength + (Int(bytes[6]) << 8 | Int(bytes[7]))
        guard bytes.count >= end + Self.tagLength else { throw .truncated }
        guard bytes.count == end + Self.tagLength else { throw .oversized }
        guard let key = keys[bytes[5]] else { throw .unknownKey }
        guard key.verify(bytes[end...], of: bytes[..<end]) else { throw .signature }
        return try Heartbeat(decoding: bytes[Self.headerLength..<end])
    }
}
