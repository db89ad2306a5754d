import NetworkTypes
import Testing

@testable import VirtualRouting

struct NeighbourAnnouncementTests {
    static let hardware: [UInt8] = [2, 0, 0, 0, 0, 0x0A]

    @Test func gratuitousARPInBothForms() throws {
        let frames = NeighbourAnnouncement.frames(for: try address("192.0.2.10"), at: Self.hardware, isRouter: true)
        let request = bytes(
            """
            ff ff ff ff ff ff 02 00 00 00 00 0a 08 06 // to everybody, ARP
            00 01 08 00 06 04                         // Ethernet, IPv4
            00 01                                     // request
            02 00 00 00 00 0a c0 00 02 0a             // sender: our hardware address, 192.0.2.10
            00 00 00 00 00 00 c0 00 02 0a             // target: 192.0.2.10
            """)
        let reply = bytes(
            """
            ff ff ff ff ff ff 02 00 00 00 00 0a 08 06
            00 01 08 00 06 04
            00 02                                     // reply
            02 00 00 00 00 0a c0 00 02 0a
            02 00 00 00 00 0a c0 00 02 0a
            """)
        #expect(frames.map(hex) == [hex(request), hex(reply)])
    }

    @Test func anUnsolicitedNeighbourAdvertisement() throws {
        let frames = NeighbourAnnouncement.frames(for: try address("2001:db8::10"), at: Self.hardware, isRouter: true)
        let frame = try #require(frames.first)
        let diagram = bytes(
            """
            33 33 00 00 00 01 02 00 00 00 00 0a 86 dd // to ff02::1's group, IPv6
            60 00 00 00 00 20 3a ff                   // 32 bytes of ICMPv6, hop limit 255
            20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 10
            ff 02 00 00 00 00 00 00 00 00 00 00 00 00 00 01
            88 00 00 00                               // neighbour advertisement, checksum below
            a0 00 00 00                               // router, override
            20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 10
            02 01 02 00 00 00 00 0a                   // target link-layer address
            """)
        var without = frame
        without[56] = 0
        without[57] = 0
        #expect(frames.count == 1 && hex(without) == hex(diagram))
        // With its checksum the message sums up to nothing.
        var checksum = InternetChecksum()
        checksum.addPseudoHeader(
            source: try address("2001:db8::10"), destination: try address("ff02::1"), nextProtocol: 58, length: 32)
        checksum.add(frame[54...])
        #expect(checksum.value == 0)
    }

    @Test func onlyEthernetIsAnnouncedOn() throws {
        #expect(NeighbourAnnouncement.frames(for: try address("192.0.2.10"), at: [], isRouter: true).isEmpty)
    }
}
