import NetworkTypes
import Testing
import TimeTypes

@testable import VirtualRouting

/// The packets were sent by Debian's keepalived 2.2.7 and read off the wire, apart from the last: its checksum is the
/// sum of its words by hand, since Debian's version cannot leave the pseudo-header out.
struct AdvertisementTests {
    struct Golden: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let bytes: [UInt8]
        let source: String
        let advertisement: Advertisement
        var checksum = Advertisement.ChecksumForm.standard

        var path: Advertisement.Path {
            get throws {
                let source = try address(source)
                return .init(from: source, to: Advertisement.group(source.family))
            }
        }

        var expectation: Advertisement.Expectation {
            .init(
                version: advertisement.version, interval: advertisement.interval, checksum: checksum,
                authentication: advertisement.authentication)
        }
    }

    static func addresses(_ texts: String...) -> [IPAddress] { texts.compactMap { IPAddress($0) } }

    static let goldens = [
        Golden(
            testDescription: "version 3 over IPv4",
            bytes: bytes(
                """
                31          // version 3, type 1: advertisement
                33          // virtual router id 51
                96          // priority 150
                02          // two addresses
                00 64       // 100 centiseconds
                c9 b2       // checksum with pseudo-header
                c0 00 02 0a // 192.0.2.10
                c0 00 02 0b // 192.0.2.11
                """), source: "10.9.0.1",
            advertisement: .init(
                version: .v3, routerID: 51, priority: 150, interval: .seconds(1),
                addresses: addresses("192.0.2.10", "192.0.2.11"))),
        Golden(
            testDescription: "version 3 over IPv6",
            bytes: bytes(
                """
                31 34 64 02 // version 3, router 52, priority 100, two addresses
                00 0a       // 10 centiseconds
                40 36       // checksum with pseudo-header
                fe 80 00 00 00 00 00 00 00 00 00 00 00 00 00 10
                20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 10
                """), source: "fe80::1",
            advertisement: .init(
                version: .v3, routerID: 52, priority: 100, interval: .milliseconds(100),
                addresses: addresses("fe80::10", "2001:db8::10"))),
        Golden(
            testDescription: "version 2 with a password",
            bytes: bytes(
                """
                21 35 64 01 // version 2, router 53, priority 100, one address
                01          // simple text
                01          // one second
                7b a1       // checksum without pseudo-header, over the password too
                c0 00 02 0c // 192.0.2.12
                73 33 63 72 65 74 00 00 // "s3cret"
                """), source: "10.9.0.1",
            advertisement: .init(
                version: .v2, routerID: 53, priority: 100, interval: .seconds(1), addresses: addresses("192.0.2.12"),
                authentication: .simpleText(.init("s3cret".utf8)))),
        Golden(
            testDescription: "version 2 without a password",
            bytes: bytes(
                """
                21 36 65 01 00 01 b7 b9 // router 54, priority 101, no authentication, one second
                c0 00 02 0d             // 192.0.2.13
                00 00 00 00 00 00 00 00 // authentication data
                """), source: "10.9.0.1",
            advertisement: .init(
                version: .v2, routerID: 54, priority: 101, interval: .seconds(1), addresses: addresses("192.0.2.13"))),
        Golden(
            testDescription: "version 3 with the checksum of version 2",
            bytes: bytes("31 37 65 01 00 64 a7 54 c0 00 02 0e"), source: "10.9.0.1",
            advertisement: .init(
                version: .v3, routerID: 55, priority: 101, interval: .seconds(1), addresses: addresses("192.0.2.14")),
            checksum: .withoutPseudoHeader),
    ]

    @Test(arguments: goldens)
    func isWrittenAsKeepalivedWritesIt(golden: Golden) throws {
        let written = golden.advertisement.encoded(along: try golden.path, checksum: golden.checksum)
        #expect(hex(written) == hex(golden.bytes))
    }

    @Test(arguments: goldens)
    func isReadAsKeepalivedMeantIt(golden: Golden) throws {
        #expect(Advertisement.routerID(in: golden.bytes) == golden.advertisement.routerID)
        let read = try Advertisement(
            decoding: golden.bytes, along: golden.path, hopLimit: 255, expecting: golden.expectation)
        #expect(read == golden.advertisement)
    }

    @Test(arguments: goldens)
    func everyCutAndEveryFlippedBitIsRefused(golden: Golden) throws {
        let path = try golden.path
        func refused(_ bytes: [UInt8]) -> Bool {
            (try? Advertisement(decoding: bytes, along: path, hopLimit: 255, expecting: golden.expectation)) == nil
        }
        for length in 0..<golden.bytes.count {
            // Version 2 without authentication may leave its last eight bytes out; the checksum over zeros stays.
            let mayEndHere = golden.advertisement.authentication == .none && golden.advertisement.version == .v2
            if mayEndHere, length == golden.bytes.count - 8 { continue }
            #expect(refused(Array(golden.bytes[..<length])), "cut to \(length) bytes")
        }
        for bit in 0..<golden.bytes.count * 8 {
            var bytes = golden.bytes
            bytes[bit / 8] ^= 1 << (bit % 8)
            #expect(refused(bytes), "bit \(bit) flipped")
        }
    }

    /// Bytes of golden packet 0, changed and given a right checksum again, and what is said of them.
    static let refusals: [(change: String, refusal: AdvertisementRefusal)] = [
        ("31 33 96 02 00 64", .truncated), ("", .truncated),
        ("41 33 96 01 00 64 00 00 c0 00 02 0a", .unknownVersion),
        ("32 33 96 01 00 64 00 00 c0 00 02 0a", .unknownType),
        ("21 33 96 01 00 01 00 00 c0 00 02 0a 00 00 00 00 00 00 00 00", .otherVersion),
        ("31 33 96 02 00 64 00 00 c0 00 02 0a", .addressesMissing),
        ("31 33 96 00 00 64 00 00", .noAddress),
        ("31 33 96 01 00 64 00 00 c0 00 02 0a 00", .trailingBytes),
        ("31 33 96 01 00 00 00 00 c0 00 02 0a", .interval),
        ("31 33 96 01 00 64 00 00 c0 00 02 0b", .addressList),
    ]

    @Test(arguments: refusals)
    func eachRefusalHasItsReason(change: String, refusal: AdvertisementRefusal) throws {
        let path = try Self.goldens[0].path
        var packet = bytes(change)
        if packet.count >= 8 {
            let sum = Advertisement.checksum(packet, .v3, path, .standard)
            packet[6] = UInt8(sum >> 8)
            packet[7] = UInt8(sum & 255)
        }
        var expectation = Self.goldens[0].expectation
        expectation.addresses = Set(Self.addresses("192.0.2.10"))
        #expect(throws: refusal) {
            try Advertisement(decoding: packet, along: path, hopLimit: 255, expecting: expectation)
        }
    }

    @Test(arguments: [UInt8?.some(254), 1, 0, nil])
    func aHopLimitBelow255IsRefusedUnlessAPeerMayBeFar(hopLimit: UInt8?) throws {
        let golden = Self.goldens[1]
        let path = try golden.path
        #expect(throws: AdvertisementRefusal.hopLimit) {
            try Advertisement(
                decoding: golden.bytes, along: path, hopLimit: hopLimit, expecting: golden.expectation)
        }
        var lenient = golden.expectation
        lenient.requiresHopLimit = false
        let read = try Advertisement(decoding: golden.bytes, along: path, hopLimit: hopLimit, expecting: lenient)
        #expect(read == golden.advertisement)
    }

    @Test func anOversizedPacketIsRefused() throws {
        let path = try Self.goldens[0].path
        #expect(throws: AdvertisementRefusal.oversized) {
            try Advertisement(
                decoding: Array(repeating: 0x31, count: Advertisement.maximumLength + 9), along: path, hopLimit: 255,
                expecting: Self.goldens[0].expectation)
        }
    }

    @Test func theOtherReadingOfTheChecksumIsNamed() throws {
        for (golden, other) in [
            (Self.goldens[0], Advertisement.ChecksumForm.withoutPseudoHeader), (Self.goldens[4], .standard),
        ] {
            var expectation = golden.expectation
            expectation.checksum = other
            #expect(throws: AdvertisementRefusal.otherChecksumForm) {
                try Advertisement(
                    decoding: golden.bytes, along: golden.path, hopLimit: 255, expecting: expectation)
            }
        }
    }

    @Test func version2HoldsToItsPasswordAndInterval() throws {
        let (authenticated, plain) = (Self.goldens[2], Self.goldens[3])
        var expectation = authenticated.expectation
        expectation.authentication = .simpleText(.init("S3cret".utf8))
        #expect(throws: AdvertisementRefusal.password) {
            try Advertisement(
                decoding: authenticated.bytes, along: authenticated.path, hopLimit: 255, expecting: expectation)
        }
        #expect(throws: AdvertisementRefusal.authenticationType) {
            try Advertisement(decoding: plain.bytes, along: plain.path, hopLimit: 255, expecting: expectation)
        }
        #expect(throws: AdvertisementRefusal.authenticationType) {
            try Advertisement(
                decoding: authenticated.bytes, along: authenticated.path, hopLimit: 255,
                expecting: plain.expectation)
        }
        expectation = plain.expectation
        expectation.interval = .seconds(2)
        #expect(throws: AdvertisementRefusal.interval) {
            try Advertisement(decoding: plain.bytes, along: plain.path, hopLimit: 255, expecting: expectation)
        }
    }

    @Test func intervalsOutsideOfTheFieldAreClamped() throws {
        let path = try Self.goldens[0].path
        func field(_ version: Advertisement.Version, _ interval: Duration) -> [UInt8] {
            let advertisement = Advertisement(
                version: version, routerID: 1, priority: 1, interval: interval,
                addresses: Self.addresses("192.0.2.1"))
            return Array(advertisement.encoded(along: path)[4..<6])
        }
        #expect(field(.v3, .milliseconds(1)) == [0, 1])
        #expect(field(.v3, .seconds(100)) == [0x0F, 0xFF])
        #expect(field(.v2, .milliseconds(100)) == [0, 1])
        #expect(field(.v2, .seconds(300)) == [0, 255])
    }

    @Test func refusalsAreCountedByReason() {
        var counters = RefusalCounters()
        counters.count(.checksum)
        counters.count(.stranger)
        counters.count(.checksum)
        #expect(counters[.checksum] == 2 && counters[.stranger] == 1 && counters[.password] == 0)
        #expect(counters.total == 3)
        #expect(counters.occurred.map(\.reason) == [.checksum, .stranger])
        #expect(Set(AdvertisementRefusal.allCases.map(\.reason)).count == AdvertisementRefusal.allCases.count)
    }

    @Test func bytesAtRandomNeverTrap() throws {
        var numbers = SeededNumbers(state: 112)
        for round in 0..<20_000 {
            let golden = Self.goldens[round % Self.goldens.count]
            var packet = golden.bytes
            switch round % 3 {
            case 0:
                packet = (0..<Int.random(in: 0...64, using: &numbers)).map { _ in .random(in: 0...255, using: &numbers)
                }
            case 1: packet[.random(in: packet.indices, using: &numbers)] = .random(in: 0...255, using: &numbers)
            default: packet += [UInt8](repeating: 7, count: .random(in: 0...9000, using: &numbers))
            }
            let read = try? Advertisement(
                decoding: packet, along: golden.path, hopLimit: 255, expecting: golden.expectation)
            #expect(read == nil || packet == golden.bytes, "\(hex(packet))")
        }
    }
}
