internal import NetworkTypes
internal import TimeTypes

extension Advertisement {
    /// The bytes behind the IP header:
    ///
    ///      0                   1                   2                   3
    ///     |Version| Type=1|  router id    |   priority    | address count |
    ///     v3: | 0 | interval, centiseconds|            checksum           |
    ///     v2: |  auth type  |  seconds    |            checksum           |
    ///     | addresses, 4 or 16 bytes each; version 2: 8 bytes of authentication data |
    package func encoded(along path: Path, checksum form: ChecksumForm = .standard) -> [UInt8] {
        let shown = addresses.prefix(255)
        var bytes: [UInt8] = [version.rawValue << 4 | 1, routerID, priority, UInt8(shown.count)]
        bytes.reserveCapacity(16 + shown.count * 16)
        switch version {
        case .v3:
            let centiseconds = min(max(interval.milliseconds / 10, 1), 0xFFF)
            bytes += [UInt8(centiseconds >> 8), UInt8(centiseconds & 255)]
        case .v2:
            let seconds = min(max(interval.milliseconds / 1000, 1), 255)
            bytes += [authentication == .none ? 0 : 1, UInt8(seconds)]
        }
        bytes += [0, 0]
        for address in shown { bytes += address.bytes }
        if version == .v2 {
            switch authentication {
            case .none: bytes += [0, 0, 0, 0, 0, 0, 0, 0]
            case .simpleText(let password): bytes += password.bytes
            }
        }
        let sum = Self.checksum(bytes, version, path, form)
        bytes[6] = UInt8(sum >> 8)
        bytes[7] = UInt8(sum & 255)
        return bytes
    }

    /// Over a message whose checksum field is zero: the checksum. Over one that holds the right one: 0.
    static func checksum(
        _ bytes: some Collection<UInt8>, _ version: Version, _ path: Path, _ form: ChecksumForm
    ) -> UInt16 {
        var checksum = InternetChecksum()
        if version == .v3, path.source.family == .ipv6 || form == .standard {
            checksum.addPseudoHeader(
                source: path.source, destination: path.destination, nextProtocol: protocolNumber, length: bytes.count)
        }
        checksum.add(bytes)
        return checksum.value
    }
}
