/// Why a packet of protocol 112 is not acted on. Each is counted; none of them changes anything else.
package enum AdvertisementRefusal: String, Error, Hashable, Sendable, CaseIterable {
    /// Shorter than its header.
    case truncated
    /// Longer than any advertisement can be.
    case oversized
    /// TTL or hop limit is not 255: it may have come through a router.
    case hopLimit
    /// Neither version 2 nor 3.
    case unknownVersion
    /// The other version than this router is configured for: both sides must be set to one.
    case otherVersion
    /// A type other than 1.
    case unknownType
    /// The addresses that the header counts are not all there.
    case addressesMissing
    /// No address, though a virtual router has one at least.
    case noAddress
    /// Bytes behind the message.
    case trailingBytes
    case checksum
    /// The checksum fits when the pseudo-header is taken the other way: set `checksum = v2` (or `standard`) as the
    /// sender does.
    case otherChecksumForm
    /// No virtual router of this id on this interface.
    case unknownRouter
    /// Version 2: another kind of authentication than configured here.
    case authenticationType
    /// Version 2: a wrong password.
    case password
    /// Version 2: another interval than configured here (RFC 3768 section 7.1); version 3: an interval of zero.
    case interval
    /// The addresses differ from those configured, which is refused only when the configuration says so.
    case addressList
    /// Our own packet, back from the network.
    case ownPacket
    /// The sender is none of the configured unicast peers.
    case stranger

    /// What the operator reads, behind "advertisement of ADDRESS refused: ".
    package var reason: String {
        switch self {
        case .truncated: "shorter than a header"
        case .oversized: "longer than an advertisement can be"
        case .hopLimit: "TTL or hop limit is not 255"
        case .unknownVersion: "neither VRRP version 2 nor 3"
        case .otherVersion: "another VRRP version than ours: set both sides to one"
        case .unknownType: "not an advertisement"
        case .addressesMissing: "cut off within its addresses"
        case .noAddress: "it has no address"
        case .trailingBytes: "bytes behind its end"
        case .checksum: "wrong checksum"
        case .otherChecksumForm:
            "the sender computes the checksum the other way about the pseudo-header: set checksum = v2 or standard as it does"
        case .unknownRouter: "no virtual router of this id on this interface"
        case .authenticationType: "another type of authentication than ours"
        case .password: "wrong password"
        case .interval: "another advertisement interval than ours"
        case .addressList: "other addresses than ours"
        case .ownPacket: "our own, looped back"
        case .stranger: "the sender is no configured peer"
        }
    }
}

/// How many packets were refused for each reason.
package struct RefusalCounters: Hashable, Sendable {
    private var counts = [UInt64](repeating: 0, count: AdvertisementRefusal.allCases.count)

    package init() {}

    package subscript(reason: AdvertisementRefusal) -> UInt64 {
        counts[Self.index[reason] ?? 0]
    }

    package mutating func count(_ reason: AdvertisementRefusal) {
        counts[Self.index[reason] ?? 0] &+= 1
    }

    package var total: UInt64 { counts.reduce(0, &+) }

    /// The reasons that occurred, in the order of the cases.
    package var occurred: [(reason: AdvertisementRefusal, count: UInt64)] {
        zip(AdvertisementRefusal.allCases, counts).filter { $0.1 > 0 }.map { (reason: $0.0, count: $0.1) }
    }

    private static let index = Dictionary(
        uniqueKeysWithValues: AdvertisementRefusal.allCases.enumerated().map { ($0.element, $0.offset) })
}
