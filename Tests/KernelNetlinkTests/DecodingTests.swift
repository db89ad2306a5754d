import NetworkTypes
import Testing
import VirtualServers

@testable import KernelNetlink

/// The kernel's messages as values.
struct DecodingTests {
    /// Reads one message and hands it on.
    static func read<Value>(
        _ datagram: [UInt8], _ body: (RawSpan, MessageHeader) throws(MalformedMessage) -> Value
    ) throws(MalformedMessage) -> Value {
        var messages = MessageReader()
        guard let message = try messages.next(in: datagram.span.bytes) else { throw MalformedMessage("no message") }
        return try body(datagram.span.bytes, message)
    }

    static func service(_ datagram: [UInt8], _ detail: EntryDetail = .counters) throws -> VirtualServiceStatus {
        try read(datagram) { (bytes, message) throws(MalformedMessage) in
            try message.service(in: bytes, detail)
        }
    }

    static func server(
        _ datagram: [UInt8], family: IPAddress.Family = .ipv4, _ detail: EntryDetail = .counters
    ) throws -> RealServerStatus {
        try read(datagram) { (bytes, message) throws(MalformedMessage) in
            try message.server(in: bytes, family: family, detail)
        }
    }

    /// A message of the family with the header's length filled in; `type` is the message's command.
    static func message(_ body: String, nest: String) -> [UInt8] {
        let attributes = bytes(body)
        let length = UInt8(24 + attributes.count)
        return bytes("\(hex([length])) 00 00 00  1d 00  02 00  07 00 00 00  2a 00 00 00  01 01 00 00")
            + bytes("\(hex([length - 20])) 00 \(nest) 00") + attributes
    }

    static let persistentService = message(
        """
        06 00 01 00  02 00 00 00                             // AF: AF_INET
        06 00 02 00  06 00 00 00                             // PROTOCOL: TCP
        14 00 03 00  c0 00 02 01  00 00 00 00  00 00 00 00  00 00 00 00  // ADDR
        06 00 04 00  01 bb 00 00                             // PORT: 443, network order
        07 00 06 00  73 68 00 00                             // SCHED_NAME: "sh"
        08 00 0b 00  73 69 70 00                             // PE_NAME: "sip"
        0c 00 07 00  13 00 00 00  ff ff ff ff                // FLAGS: PERSISTENT|HASHED|SCHED2, mask
        08 00 08 00  68 01 00 00                             // TIMEOUT: 360
        08 00 09 00  ff ff ff 00                             // NETMASK, network order
        """, nest: "01")

    @Test func readsService() throws {
        let expected = VirtualService(
            .address(.tcp, Endpoint(IPAddress(ipv4: 0xC000_0201), 443)), scheduler: Scheduler("sh"),
            schedulerFlags: .flag2, persistenceTimeout: 360, netmask: .ipv4(0xFFFF_FF00), persistenceEngine: "sip")
        #expect(try Self.service(Self.persistentService) == VirtualServiceStatus(expected))
    }

    @Test func readsServiceOfMarkWithHashedFlagOnly() throws {
        let datagram = Self.message(
            """
            06 00 01 00  0a 00 00 00                         // AF: AF_INET6
            08 00 05 00  ff ff ff ff                         // FWMARK
            08 00 06 00  77 6c 63 00                         // SCHED_NAME: "wlc"
            0c 00 07 00  02 00 00 00  ff ff ff ff            // FLAGS: HASHED
            08 00 08 00  68 01 00 00                         // TIMEOUT without the flag: means nothing
            08 00 09 00  80 00 00 00                         // NETMASK: 128
            """, nest: "01")
        #expect(try Self.service(datagram).service == VirtualService(.firewallMark(.max, .ipv6)))
    }

    /// All numbers differ, so that a mix-up shows. STATS64 is preferred where both come, whatever their order.
    static let narrow = """
        4c 00 0a 00                                          // STATS, nested
        08 00 01 00  01 00 00 00   08 00 02 00  02 00 00 00   08 00 03 00  03 00 00 00
        0c 00 04 00  04 00 00 00  01 00 00 00                // INBYTES: 64 bits in STATS, too
        0c 00 05 00  05 00 00 00  02 00 00 00                // OUTBYTES
        08 00 06 00  06 00 00 00   08 00 07 00  07 00 00 00   08 00 08 00  08 00 00 00
        """
    static let wide = """
        34 00 0c 00                                          // STATS64, nested
        0c 00 01 00  11 00 00 00  01 00 00 00                // CONNS: 2^32 + 17
        0c 00 02 00  12 00 00 00  00 00 00 00                // INPKTS
        0c 00 09 00  19 00 00 00  00 00 00 00                // INBPS
        0c 00 0a 00  1a 00 00 00  00 00 00 00                // OUTBPS
        """
    static let markKey = """
        06 00 01 00  02 00 00 00
        08 00 05 00  01 00 00 00
        """

    @Test func readsNarrowCountersOfOldKernels() throws {
        let found = try Self.service(Self.message(Self.markKey + "\n" + Self.narrow, nest: "01")).statistics
        var expected = Statistics()
        expected.connections = 1
        expected.inPackets = 2
        expected.outPackets = 3
        expected.connectionRate = 6
        expected.inPacketRate = 7
        expected.outPacketRate = 8
        expected.inBytes = (1 << 32) + 4
        expected.outBytes = (2 << 32) + 5
        #expect(found == expected)
    }

    @Test(arguments: [narrow + "\n" + wide, wide + "\n" + narrow])
    func prefersWideCounters(nests: String) throws {
        let found = try Self.service(Self.message(Self.markKey + "\n" + nests, nest: "01")).statistics
        #expect(found.connections == (1 << 32) + 17)
        #expect(found.inPackets == 18)
        #expect(found.inByteRate == 25)
        #expect(found.outByteRate == 26)
    }

    @Test func passesOverWhatANewerKernelAdds() throws {
        let unknown = "08 00 2a 00 01 02 03 04\n05 00 2b 00 01 00 00 00\n0c 00 2c 80 08 00 01 00 05 06 07 08"
        let known = try Self.service(Self.message(Self.markKey + "\n" + Self.wide, nest: "01"))
        #expect(
            try Self.service(Self.message(unknown + "\n" + Self.markKey + "\n" + Self.wide, nest: "01")) == known)
    }

    @Test func leavesCountersOutWhenNotAsked() throws {
        let datagram = Self.message(Self.markKey + "\n" + Self.narrow, nest: "01")
        #expect(try Self.service(datagram, .settings).statistics == Statistics())
    }

    static let greServer = message(
        """
        14 00 01 00  20 01 0d b8  00 00 00 00  00 00 00 00  00 00 00 05  // ADDR
        06 00 02 00  1f 90 00 00                             // PORT, network order
        08 00 03 00  02 01 00 00                             // FWD_METHOD: tunnel, and a flag of connections
        08 00 04 00  ff ff ff 7f                             // WEIGHT
        08 00 05 00  64 00 00 00                             // U_THRESH
        08 00 06 00  50 00 00 00                             // L_THRESH
        08 00 07 00  03 00 00 00                             // ACTIVE_CONNS
        08 00 08 00  04 00 00 00                             // INACT_CONNS
        08 00 09 00  05 00 00 00                             // PERSIST_CONNS
        06 00 0b 00  0a 00 00 00                             // ADDR_FAMILY: AF_INET6
        05 00 0d 00  02 00 00 00                             // TUN_TYPE: GRE
        06 00 0e 00  00 00 00 00                             // TUN_PORT
        06 00 0f 00  01 00 00 00                             // TUN_FLAGS: checksum
        """, nest: "02")

    @Test func readsTunnelledServerOfTheOtherFamily() throws {
        let found = try Self.server(Self.greServer)
        let address = IPAddress(ipv6High: 0x2001_0db8_0000_0000, low: 5)
        #expect(
            found.server
                == RealServer(
                    Endpoint(address, 8080), method: .tunnelling(.gre(.checksum)), weight: .max, upperThreshold: 100,
                    lowerThreshold: 80))
        #expect(found.connections.active == 3)
        #expect(found.connections.inactive == 4)
        #expect(found.connections.persistent == 5)
    }

    @Test func readsServerOfKernelsThatSayNoFamily() throws {
        let datagram = Self.message(
            """
            14 00 01 00  0a 00 00 02  00 00 00 00  00 00 00 00  00 00 00 00
            06 00 02 00  00 50 00 00
            08 00 03 00  00 00 00 00
            08 00 04 00  01 00 00 00
            """, nest: "02")
        let expected = RealServer(Endpoint(IPAddress(ipv4: 0x0A00_0002), 80), method: .masquerading)
        #expect(try Self.server(datagram).server == expected)
        #expect(try Self.server(datagram, family: .ipv6).server.endpoint.family == .ipv6)
    }

    /// Cut anywhere, a message is refused or, cut between attributes, read without the missing ones; it never traps.
    @Test(arguments: [persistentService, greServer])
    func refusesTruncatedMessages(datagram: [UInt8]) {
        for length in 1..<datagram.count {
            #expect(throws: MalformedMessage.self, "cut to \(length)") {
                _ = try Self.service(Array(datagram.prefix(length)))
            }
            var cut = Array(datagram.prefix(length))
            if length > 4 { cut[0] = UInt8(length) }
            _ = try? Self.service(cut)
            _ = try? Self.server(cut)
        }
    }

    /// Any byte changed to anything: refused or read as something else, never a trap.
    @Test(arguments: [persistentService, greServer])
    func survivesCorruptedMessages(datagram: [UInt8]) {
        for index in datagram.indices {
            for value in [0, 1, 3, 4, 0x7f, 0x80, 0xff] as [UInt8] {
                var corrupted = datagram
                corrupted[index] = value
                _ = try? Self.service(corrupted)
                _ = try? Self.server(corrupted)
            }
        }
    }

    @Test(arguments: [
        ("06 00 01 00 02 00 00 00", "a service has the unknown protocol 0"),
        ("06 00 01 00 01 00 00 00 08 00 05 00 01 00 00 00", "a service has no known address family"),
        ("06 00 01 00 02 00 00 00 06 00 02 00 06 00 00 00", "a service has neither address nor mark"),
        (
            "06 00 01 00 02 00 00 00 06 00 02 00 06 00 00 00 06 00 03 00 0a 00 00 00",
            "an address is cut short"
        ),
        ("05 00 01 00 02 00 00 00", "attribute 1 is shorter than its number"),
        ("03 00 01 00", "an attribute says it has 3 of 4 bytes"),
    ])
    func saysWhatIsWrong(body: String, error: String) {
        #expect(throws: MalformedMessage(error)) { try Self.service(Self.message(body, nest: "01")) }
    }

    @Test func readsSeveralMessagesOfADatagram() throws {
        // An error for message 42, padded to nothing, then the end of a dump with the mark of an interruption.
        let datagram = bytes(
            """
            24 00 00 00  02 00  00 00  2a 00 00 00  05 00 00 00  // NLMSG_ERROR
            fd ff ff ff                                          // ESRCH, negative
            14 00 00 00  1d 00  05 00  2a 00 00 00  00 00 00 00  // the header of what was refused
            14 00 00 00  03 00  12 00  2b 00 00 00  05 00 00 00  // NLMSG_DONE, MULTI|DUMP_INTR
            00 00 00 00
            """)
        var messages = MessageReader()
        let span = datagram.span.bytes
        let refusal = try #require(try messages.next(in: span))
        #expect(refusal.isError)
        #expect(refusal.sequence == 42)
        #expect(try refusal.errno(in: span) == 3)
        let end = try #require(try messages.next(in: span))
        #expect(end.isDone)
        #expect(end.isInterrupted)
        #expect(try end.errno(in: span) == 0)
        #expect(try messages.next(in: span) == nil)
    }

    @Test func readsInfoTimeoutsAndDaemon() throws {
        let header = "1d 00  00 00  07 00 00 00  2a 00 00 00"
        let info = bytes("24 00 00 00 \(header) 0e 01 00 00  08 00 01 00 01 02 01 00  08 00 02 00 00 10 00 00")
        #expect(
            try Self.read(info) { (bytes, message) throws(MalformedMessage) in try message.info(in: bytes) }
                == KernelInfo(version: 0x010201, connectionTableSize: 4096))
        let timeouts = bytes(
            "2c 00 00 00 \(header) 0c 01 00 00 08 00 04 00 84 03 00 00 08 00 05 00 78 00 00 00 08 00 06 00 2c 01 00 00")
        #expect(
            try Self.read(timeouts) { (bytes, message) throws(MalformedMessage) in try message.timeouts(in: bytes) }
                == ConnectionTimeouts(tcp: 900, tcpFin: 120, udp: 300))
        let daemon = Self.message(
            """
            08 00 01 00  01 00 00 00                             // STATE: master
            09 00 02 00  65 74 68 31  00 00 00 00                // MCAST_IFN: "eth1"
            08 00 03 00  ff 00 00 00                             // SYNC_ID
            06 00 04 00  78 05 00 00                             // SYNC_MAXLEN
            08 00 05 00  e0 00 00 52                             // MCAST_GROUP, network order
            06 00 07 00  91 22 00 00                             // MCAST_PORT, host order
            05 00 08 00  02 00 00 00                             // MCAST_TTL
            """, nest: "03")
        #expect(
            try Self.read(daemon) { (bytes, message) throws(MalformedMessage) in try message.daemon(in: bytes) }
                == SyncDaemon(
                    .master, interface: "eth1", syncID: 255, maximumLength: 1400, group: IPAddress(ipv4: 0xE000_0052),
                    port: 8849, ttl: 2))
    }
}
