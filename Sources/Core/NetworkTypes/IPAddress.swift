/// An IPv4 or IPv6 address, without a zone.
///
/// Order is IPv4 before IPv6, then by unsigned value. Text is the canonical form of RFC 5952.
package struct IPAddress: Hashable, Sendable {
    /// The address family.
    package enum Family: UInt8, Hashable, Comparable, Sendable, CaseIterable {
        case ipv4 = 4
        case ipv6 = 6

        package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }

        // Spelt out: the comparison that comes with raw values goes through a table that is made at run time, which a
        // command that lives for milliseconds notices.
        package static func == (left: Self, right: Self) -> Bool { left.rawValue == right.rawValue }

        /// The length of an address in bits: 32 or 128.
        package var bits: Int { self == .ipv4 ? 32 : 128 }
    }

    /// 64 bits that may begin at every fourth byte: with them an address and a port take 20 bytes and not 32, and a
    /// large farm has some hundred thousand.
    private struct Half: Sendable {
        private let upper, lower: UInt32

        init(_ value: UInt64) {
            upper = UInt32(truncatingIfNeeded: value >> 32)
            lower = UInt32(truncatingIfNeeded: value)
        }

        var value: UInt64 { UInt64(upper) << 32 | UInt64(lower) }
    }

    private let highHalf, lowHalf: Half
    package let family: Family

    /// IPv6: the first eight bytes; IPv4: zero.
    private var high: UInt64 { highHalf.value }
    /// IPv6: the last eight bytes; IPv4: the address in the low 32 bits. Host order.
    private var low: UInt64 { lowHalf.value }

    /// An IPv4 address from its value in host order: 127.0.0.1 is 0x7f000001.
    package init(ipv4 value: UInt32) {
        family = .ipv4
        highHalf = Half(0)
        lowHalf = Half(UInt64(value))
    }

    /// An IPv6 address from its two halves in host order.
    package init(ipv6High high: UInt64, low: UInt64) {
        family = .ipv6
        highHalf = Half(high)
        lowHalf = Half(low)
    }

    package static func == (left: Self, right: Self) -> Bool {
        left.low == right.low && left.high == right.high && left.family == right.family
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(high)
        hasher.combine(low)
        hasher.combine(family.rawValue)
    }

    /// An address from 4 or 16 bytes in network order; nil for any other count.
    package init?(bytes: some Collection<UInt8>) {
        switch bytes.count {
        case 4:
            self.init(ipv4: bytes.reduce(0) { $0 << 8 | UInt32($1) })
        case 16:
            self.init(
                ipv6High: bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) },
                low: bytes.dropFirst(8).reduce(0) { $0 << 8 | UInt64($1) })
        default:
            return nil
        }
    }

    /// The IPv4 value in host order, nil for IPv6.
    package var ipv4: UInt32? {
        family == .ipv4 ? UInt32(truncatingIfNeeded: low) : nil
    }

    /// IPv6: the first and the last eight bytes in host order.
    package var ipv6Halves: (high: UInt64, low: UInt64) { (high, low) }

    /// The address in network order: 4 or 16 bytes.
    package var bytes: [UInt8] {
        let lowBytes = (0..<8).map { UInt8(truncatingIfNeeded: low >> (56 - 8 * UInt64($0))) }
        if family == .ipv4 { return Array(lowBytes[4...]) }
        return (0..<8).map { UInt8(truncatingIfNeeded: high >> (56 - 8 * UInt64($0))) } + lowBytes
    }

    /// The eight 16-bit groups of an IPv6 address.
    var groups: [UInt16] {
        (0..<4).map { UInt16(truncatingIfNeeded: high >> (48 - 16 * UInt64($0))) }
            + (0..<4).map { UInt16(truncatingIfNeeded: low >> (48 - 16 * UInt64($0))) }
    }

    /// `0.0.0.0` or `::`.
    package static func unspecified(_ family: Family) -> IPAddress {
        family == .ipv4 ? IPAddress(ipv4: 0) : IPAddress(ipv6High: 0, low: 0)
    }

    package var isUnspecified: Bool { high == 0 && low == 0 }

    /// 224.0.0.0/4 (RFC 5771) or ff00::/8 (RFC 4291).
    package var isMulticast: Bool {
        family == .ipv4 ? low >> 28 == 0xE : high >> 56 == 0xFF
    }

    /// 127.0.0.0/8 or ::1.
    package var isLoopback: Bool {
        family == .ipv4 ? low >> 24 == 127 : high == 0 && low == 1
    }

    /// 169.254.0.0/16 (RFC 3927) or fe80::/10 (RFC 4291).
    package var isLinkLocal: Bool {
        family == .ipv4 ? low >> 16 == 0xA9FE : high >> 54 == 0x3FA
    }

    /// The next address, nil after the last of the family.
    package var successor: IPAddress? {
        switch family {
        case .ipv4:
            return low == 0xFFFF_FFFF ? nil : IPAddress(ipv4: UInt32(low + 1))
        case .ipv6:
            if low < UInt64.max { return IPAddress(ipv6High: high, low: low + 1) }
            return high < UInt64.max ? IPAddress(ipv6High: high + 1, low: 0) : nil
        }
    }

    /// The address with all bits behind the first `length` cleared; `length` beyond the family's bits leaves it as it
    /// is.
    package func masked(to length: Int) -> IPAddress {
        switch family {
        case .ipv4:
            return IPAddress(ipv4: UInt32(truncatingIfNeeded: low) & Self.mask32(length))
        case .ipv6:
            return IPAddress(ipv6High: high & Self.mask64(length), low: low & Self.mask64(length - 64))
        }
    }

    private static func mask32(_ length: Int) -> UInt32 {
        length <= 0 ? 0 : length >= 32 ? .max : ~(UInt32.max >> UInt32(length))
    }

    private static func mask64(_ length: Int) -> UInt64 {
        length <= 0 ? 0 : length >= 64 ? .max : ~(UInt64.max >> UInt64(length))
    }
}

extension IPAddress: Comparable {
    package static func < (left: Self, right: Self) -> Bool {
        (left.family.rawValue, left.high, left.low) < (right.family.rawValue, right.high, right.low)
    }
}
