package import NetworkTypes

extension Advertisement {
    /// What a received packet must fit, beyond being an advertisement at all (RFC 9568 section 7.1).
    package struct Expectation: Hashable, Sendable {
        package var version: Version
        package var checksum: ChecksumForm
        package var authentication: Authentication
        /// Version 2 only: the sender's interval must be the same.
        package var interval: Duration
        /// Refuse other addresses than these; nil takes any.
        package var addresses: Set<IPAddress>?
        /// False for unicast peers that may be some hops away.
        package var requiresHopLimit = true

        package init(
            version: Version, interval: Duration, checksum: ChecksumForm = .standard,
            authentication: Authentication = .none, addresses: Set<IPAddress>? = nil, requiresHopLimit: Bool = true
        ) {
            self.version = version
            self.interval = interval
            self.checksum = checksum
            self.authentication = authentication
            self.addresses = addresses
            self.requiresHopLimit = requiresHopLimit
        }
    }

    /// The virtual router id of a packet that is at least a header long: whom it is for, before anything is checked.
    package static func routerID(in bytes: some RandomAccessCollection<UInt8>) -> UInt8? {
        bytes.count >= 8 ? bytes[bytes.index(after: bytes.startIndex)] : nil
    }

    /// Reads what stands behind the IP header. `hopLimit` is nil where the system did not tell.
    package init(
        decoding bytes: [UInt8], along path: Path, hopLimit: UInt8?, expecting expected: Expectation
    ) throws(AdvertisementRefusal) {
        guard bytes.count >= 8 else { throw .truncated }
        guard bytes.count <= Self.maximumLength + 8 else { throw .oversized }
        if expected.requiresHopLimit, hopLimit != Self.hopLimit { throw .hopLimit }
        guard let version = Version(rawValue: bytes[0] >> 4) else { throw .unknownVersion }
        guard bytes[0] & 0xF == 1 else { throw .unknownType }
        guard version == expected.version else { throw .otherVersion }
        let width = path.source.family.bits / 8
        let end = 8 + Int(bytes[3]) * width
        guard bytes.count >= end else { throw .addressesMissing }
        try Self.checkLength(bytes, addressesEnd: end, version)
        try Self.checkSum(bytes, version, path, expected.checksum)
        guard bytes[3] > 0 else { throw .noAddress }
        self.version = version
        routerID = bytes[1]
        priority = bytes[2]
        addresses = stride(from: 8, to: end, by: width).compactMap { IPAddress(bytes: bytes[$0..<$0 + width]) }
        switch version {
        case .v3:
            authentication = .none
            interval = .milliseconds((Int(bytes[4] & 0xF) << 8 | Int(bytes[5])) * 10)
            guard interval > .zero else { throw .interval }
        case .v2:
            authentication = try Self.authentication(bytes, addressesEnd: end, expected.authentication)
            interval = .seconds(Int(bytes[5]))
            guard interval == expected.interval else { throw .interval }
        }
        if let configured = expected.addresses, configured != Set(addresses) { throw .addressList }
    }

    /// Version 3 ends with its addresses. Version 2 has eight bytes more, which some leave out where they mean nothing.
    private static func checkLength(
        _ bytes: [UInt8], addressesEnd end: Int, _ version: Version
    ) throws(AdvertisementRefusal) {
        switch version {
        case .v3: guard bytes.count == end else { throw .trailingBytes }
        case .v2: guard bytes.count == end || bytes.count == end + 8 else { throw .trailingBytes }
        }
    }

    private static func checkSum(
        _ bytes: [UInt8], _ version: Version, _ path: Path, _ form: ChecksumForm
    ) throws(AdvertisementRefusal) {
        if checksum(bytes, version, path, form) == 0 { return }
        let other: ChecksumForm = form == .standard ? .withoutPseudoHeader : .standard
        if checksum(bytes, version, path, other) == 0 { throw .otherChecksumForm }
        throw .checksum
    }

    private static func authentication(
        _ bytes: [UInt8], addressesEnd end: Int, _ expected: Authentication
    ) throws(AdvertisementRefusal) -> Authentication {
        switch (bytes[4], expected) {
        case (0, .none): return .none
        case (1, .simpleText(let password)):
            guard bytes.count == end + 8 else { throw .addressesMissing }
            guard Password(bytes[end...]) == password else { throw .password }
            return expected
        default: throw .authenticationType
        }
    }
}
