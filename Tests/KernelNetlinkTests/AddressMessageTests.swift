import NetworkTypes
import Testing

@testable import KernelNetlink

struct AddressMessageTests {
    /// A virtual address of IPv6 is valid for ever and preferred for no time: the machine's own packets do not come from
    /// it, however new it is.
    @Test func anIPv6AddressIsNeverASource() throws {
        let prefix = try #require(Prefix("2001:db8::10/128"))
        var writer = MessageWriter()
        writer.put(.init(interface: 4, prefix: prefix), type: 20, flags: 5, sequence: 7)
        let expected = bytes(
            """
            5c 00 00 00  14 00  05 00  07 00 00 00  00 00 00 00  // length 92, NEWADDR, REQUEST|ACK, sequence, port
            0a 80 02 00  04 00 00 00                             // AF_INET6, /128, NODAD, universe, interface 4
            14 00 02 00  20 01 0d b8  00 00 00 00  00 00 00 00  00 00 00 10  // LOCAL
            14 00 01 00  20 01 0d b8  00 00 00 00  00 00 00 00  00 00 00 10  // ADDRESS
            05 00 0b 00  70 00 00 00                             // PROTO: 112
            14 00 06 00  00 00 00 00  ff ff ff ff  00 00 00 00  00 00 00 00  // CACHEINFO: preferred, valid, times
            """)
        #expect(hex(writer.bytes) == hex(expected))
    }

    @Test func anIPv4AddressHasNoLifetime() throws {
        let prefix = try #require(Prefix("192.0.2.10/24"))
        var writer = MessageWriter()
        writer.put(.init(interface: 4, prefix: prefix), type: 20, flags: 5, sequence: 7)
        let expected = bytes(
            """
            30 00 00 00  14 00  05 00  07 00 00 00  00 00 00 00
            02 18 00 00  04 00 00 00                             // AF_INET, /24
            08 00 02 00  c0 00 02 0a                             // LOCAL
            08 00 01 00  c0 00 02 0a                             // ADDRESS
            05 00 0b 00  70 00 00 00                             // PROTO: 112
            """)
        #expect(hex(writer.bytes) == hex(expected))
    }

    /// Not one to send from for long: temporary (01), failed (08), deprecated (20), tentative (40).
    @Test(arguments: [(UInt8(0x80), false), (0x81, true), (0x08, true), (0xA0, true), (0x40, true), (0x02, false)])
    func passingAddresses(flags: UInt8, isPassing: Bool) throws {
        let datagram = bytes(
            """
            2c 00 00 00  14 00  02 00  07 00 00 00  00 00 00 00
            0a 40 \(hex([flags])) 00  04 00 00 00
            14 00 01 00  20 01 0d b8  00 00 00 00  00 00 00 00  00 00 00 02
            """)
        let present = try DecodingTests.read(datagram) { (bytes, message) throws(MalformedMessage) in
            try AddressClient.Present(message, in: bytes)
        }
        #expect(present?.isPassing == isPassing)
        #expect(present?.isOurs == false)
    }

    /// The lowest bit of IPv4 says that it is a secondary address.
    @Test func aSecondaryAddressIsNotPassing() throws {
        let datagram = bytes(
            """
            20 00 00 00  14 00  02 00  07 00 00 00  00 00 00 00
            02 18 81 00  04 00 00 00
            08 00 02 00  c0 00 02 0a
            """)
        let present = try DecodingTests.read(datagram) { (bytes, message) throws(MalformedMessage) in
            try AddressClient.Present(message, in: bytes)
        }
        #expect(present?.isPassing == false)
    }
}
