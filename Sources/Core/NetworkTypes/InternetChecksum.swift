/// The Internet checksum (RFC 1071): the one's complement of the one's complement sum of 16-bit words in network order.
package struct InternetChecksum {
    private var sum: UInt64 = 0
    /// The first byte of a word whose second has not come yet.
    private var half: UInt8?

    package init() {}

    package mutating func add(_ bytes: some Sequence<UInt8>) {
        for byte in bytes {
            if let first = half {
                sum += UInt64(first) << 8 | UInt64(byte)
                half = nil
            } else {
                half = byte
            }
        }
    }

    /// The pseudo-header of RFC 793 (IPv4) or RFC 8200 section 8.1 (IPv6).
    package mutating func addPseudoHeader(
        source: IPAddress, destination: IPAddress, nextProtocol: UInt8, length: Int
    ) {
        add(source.bytes)
        add(destination.bytes)
        switch source.family {
        case .ipv4: add([0, nextProtocol, UInt8(truncatingIfNeeded: length >> 8), UInt8(truncatingIfNeeded: length)])
        case .ipv6:
            add((0..<4).map { UInt8(truncatingIfNeeded: length >> (24 - 8 * $0)) })
            add([0, 0, 0, nextProtocol])
        }
    }

    /// What goes on the wire. Over bytes that hold a right checksum it is 0.
    package var value: UInt16 {
        var folded = sum + UInt64(half ?? 0) << 8
        while folded > 0xFFFF { folded = folded >> 16 + folded & 0xFFFF }
        return ~UInt16(truncatingIfNeeded: folded)
    }
}
