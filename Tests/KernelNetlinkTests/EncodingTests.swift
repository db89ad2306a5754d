import NetworkTypes
import Testing
import VirtualServers

@testable import KernelNetlink

/// Commands as bytes, on a little-endian machine: family 0x1d, sequence 7.
struct EncodingTests {
    static let web = VirtualService.ID.address(.tcp, Endpoint(IPAddress(ipv4: 0xC000_0201), 80))
    static let dns6 = VirtualService.ID.address(
        .udp, Endpoint(IPAddress(ipv6High: 0x2001_0db8_0000_0000, low: 0x53), 53))

    static func encode(_ command: IPVSCommand, acknowledged: Bool = false) -> [UInt8] {
        var writer = MessageWriter()
        writer.append(command, family: 0x1d, sequence: 7, acknowledged: acknowledged)
        return writer.bytes
    }

    @Test func addsServiceWithPersistenceEngineAndFlags() {
        let service = VirtualService(
            Self.web, scheduler: Scheduler("sh"), schedulerFlags: .flag2, persistenceTimeout: 360,
            netmask: .ipv4(0xFFFF_FF00),
            persistenceEngine: "sip")
        let expected = bytes(
            """
            70 00 00 00  1d 00  05 00  07 00 00 00  00 00 00 00  // length 112, family, REQUEST|ACK, sequence, port
            01 01 00 00                                          // NEW_SERVICE, version 1
            5c 00 01 80                                          // SERVICE, nested
            06 00 01 00  02 00 00 00                             // AF: AF_INET
            06 00 02 00  06 00 00 00                             // PROTOCOL: TCP
            14 00 03 00  c0 00 02 01  00 00 00 00  00 00 00 00  00 00 00 00  // ADDR, 16 bytes
            06 00 04 00  00 50 00 00                             // PORT, network order
            07 00 06 00  73 68 00 00                             // SCHED_NAME: "sh"
            08 00 0b 00  73 69 70 00                             // PE_NAME: "sip"
            0c 00 07 00  11 00 00 00  ff ff ff ff                // FLAGS: PERSISTENT|SCHED2, mask: all
            08 00 08 00  68 01 00 00                             // TIMEOUT: 360
            08 00 09 00  ff ff ff 00                             // NETMASK, network order
            """)
        #expect(hex(Self.encode(.addService(service), acknowledged: true)) == hex(expected))
    }

    @Test func editsIPv6ServiceWithPrefixAndOnePacket() {
        let service = VirtualService(Self.dns6, scheduler: Scheduler("rr"), netmask: .ipv6(64), onePacket: true)
        let expected = bytes(
            """
            68 00 00 00  1d 00  01 00  07 00 00 00  00 00 00 00  // length 104, family, REQUEST
            02 01 00 00                                          // SET_SERVICE
            54 00 01 80
            06 00 01 00  0a 00 00 00                             // AF: AF_INET6
            06 00 02 00  11 00 00 00                             // PROTOCOL: UDP
            14 00 03 00  20 01 0d b8  00 00 00 00  00 00 00 00  00 00 00 53
            06 00 04 00  00 35 00 00
            07 00 06 00  72 72 00 00
            0c 00 07 00  04 00 00 00  ff ff ff ff                // FLAGS: ONEPACKET
            08 00 08 00  00 00 00 00
            08 00 09 00  40 00 00 00                             // NETMASK: prefix length, host order
            """)
        #expect(hex(Self.encode(.editService(service))) == hex(expected))
    }

    @Test func deletesServiceOfMark() {
        let expected = bytes(
            """
            28 00 00 00  1d 00  01 00  07 00 00 00  00 00 00 00
            03 01 00 00                                          // DEL_SERVICE
            14 00 01 80
            06 00 01 00  0a 00 00 00                             // AF: AF_INET6
            08 00 05 00  ff ff ff ff                             // FWMARK
            """)
        #expect(hex(Self.encode(.deleteService(.firewallMark(.max, .ipv6)))) == hex(expected))
    }

    /// The key of the service 192.0.2.1:80/tcp, as every server command begins.
    static let webKey = """
        30 00 01 80
        06 00 01 00  02 00 00 00
        06 00 02 00  06 00 00 00
        14 00 03 00  c0 00 02 01  00 00 00 00  00 00 00 00  00 00 00 00
        06 00 04 00  00 50 00 00
        """

    @Test func addsGUEServerOfTheOtherFamily() {
        let server = RealServer(
            Endpoint(IPAddress(ipv6High: 0x2001_0db8_0000_0000, low: 5), 8080),
            method: .tunnelling(.gue(port: 6080, .remote)), weight: 0x0102_0304, upperThreshold: 100, lowerThreshold: 80
        )
        let expected = bytes(
            """
            a4 00 00 00  1d 00  01 00  07 00 00 00  00 00 00 00
            05 01 00 00                                          // NEW_DEST
            \(Self.webKey)
            60 00 02 80                                          // DEST, nested
            06 00 0b 00  0a 00 00 00                             // ADDR_FAMILY: AF_INET6
            14 00 01 00  20 01 0d b8  00 00 00 00  00 00 00 00  00 00 00 05
            06 00 02 00  1f 90 00 00                             // PORT, network order
            08 00 03 00  02 00 00 00                             // FWD_METHOD: tunnel
            08 00 04 00  04 03 02 01                             // WEIGHT
            08 00 05 00  64 00 00 00                             // U_THRESH
            08 00 06 00  50 00 00 00                             // L_THRESH
            05 00 0d 00  01 00 00 00                             // TUN_TYPE: GUE
            06 00 0e 00  17 c0 00 00                             // TUN_PORT, network order
            06 00 0f 00  02 00 00 00                             // TUN_FLAGS: remote checksum
            """)
        #expect(hex(Self.encode(.addServer(server, to: Self.web))) == hex(expected))
    }

    @Test(arguments: [
        (ForwardingMethod.masquerading, "00"), (.local, "01"), (.ipip, "02"), (.directRouting, "03"),
    ])
    func writesForwardingMethod(method: ForwardingMethod, byte: String) {
        let server = RealServer(Endpoint(IPAddress(ipv4: 0x0A00_0002), 80), method: method, weight: 0)
        let expected = bytes(
            """
            8c 00 00 00  1d 00  01 00  07 00 00 00  00 00 00 00
            06 01 00 00                                          // SET_DEST
            \(Self.webKey)
            48 00 02 80
            06 00 0b 00  02 00 00 00
            14 00 01 00  0a 00 00 02  00 00 00 00  00 00 00 00  00 00 00 00
            06 00 02 00  00 50 00 00
            08 00 03 00  \(byte) 00 00 00
            08 00 04 00  00 00 00 00
            08 00 05 00  00 00 00 00
            08 00 06 00  00 00 00 00
            """)
        #expect(hex(Self.encode(.editServer(server, of: Self.web))) == hex(expected))
    }

    @Test func deletesServerByItsKey() {
        let expected = bytes(
            """
            6c 00 00 00  1d 00  01 00  07 00 00 00  00 00 00 00
            07 01 00 00                                          // DEL_DEST
            \(Self.webKey)
            28 00 02 80
            06 00 0b 00  02 00 00 00
            14 00 01 00  0a 00 00 02  00 00 00 00  00 00 00 00  00 00 00 00
            06 00 02 00  00 00 00 00
            """)
        let endpoint = Endpoint(IPAddress(ipv4: 0x0A00_0002), 0)
        #expect(hex(Self.encode(.deleteServer(endpoint, from: Self.web))) == hex(expected))
    }

    @Test func zeroesAndFlushes() {
        let header = "1d 00  01 00  07 00 00 00  00 00 00 00"
        #expect(hex(Self.encode(.zero(nil))) == hex(bytes("14 00 00 00 \(header) 10 01 00 00")))
        #expect(hex(Self.encode(.zero(Self.web))) == hex(bytes("44 00 00 00 \(header) 10 01 00 00 \(Self.webKey)")))
        #expect(hex(Self.encode(.flush)) == hex(bytes("14 00 00 00 \(header) 11 01 00 00")))
    }

    @Test func setsTimeouts() {
        let expected = bytes(
            """
            2c 00 00 00  1d 00  01 00  07 00 00 00  00 00 00 00
            0c 01 00 00                                          // SET_CONFIG
            08 00 04 00  84 03 00 00                             // TIMEOUT_TCP: 900
            08 00 05 00  78 00 00 00                             // TIMEOUT_TCP_FIN: 120
            08 00 06 00  00 00 00 00                             // TIMEOUT_UDP: as it is
            """)
        let command = IPVSCommand.setTimeouts(ConnectionTimeouts(tcp: 900, tcpFin: 120, udp: 0))
        #expect(hex(Self.encode(command)) == hex(expected))
    }

    @Test func startsDaemonWithEverything() {
        let daemon = SyncDaemon(
            .backup, interface: "eth1", syncID: 255, maximumLength: 1400, group: IPAddress(ipv4: 0xE000_0052),
            port: 8849, ttl: 2)
        let expected = bytes(
            """
            54 00 00 00  1d 00  01 00  07 00 00 00  00 00 00 00
            09 01 00 00                                          // NEW_DAEMON
            40 00 03 80                                          // DAEMON, nested
            08 00 01 00  02 00 00 00                             // STATE: backup
            09 00 02 00  65 74 68 31  00 00 00 00                // MCAST_IFN: "eth1"
            08 00 03 00  ff 00 00 00                             // SYNC_ID
            06 00 04 00  78 05 00 00                             // SYNC_MAXLEN: 1400
            08 00 05 00  e0 00 00 52                             // MCAST_GROUP: 224.0.0.82, network order
            06 00 07 00  91 22 00 00                             // MCAST_PORT: 8849, host order
            05 00 08 00  02 00 00 00                             // MCAST_TTL
            """)
        #expect(hex(Self.encode(.startDaemon(daemon))) == hex(expected))
    }

    @Test func startsDaemonInIPv6GroupAndStopsByRole() {
        let group = IPAddress(ipv6High: 0xff02_0000_0000_0000, low: 0x51)
        let start = bytes(
            """
            44 00 00 00  1d 00  01 00  07 00 00 00  00 00 00 00
            09 01 00 00
            30 00 03 80
            08 00 01 00  01 00 00 00
            07 00 02 00  6c 6f 00 00                             // MCAST_IFN: "lo"
            08 00 03 00  00 00 00 00
            14 00 06 00  ff 02 00 00  00 00 00 00  00 00 00 00  00 00 00 51  // MCAST_GROUP6
            """)
        #expect(hex(Self.encode(.startDaemon(SyncDaemon(.master, interface: "lo", group: group)))) == hex(start))
        let stop = bytes(
            """
            20 00 00 00  1d 00  01 00  07 00 00 00  00 00 00 00
            0a 01 00 00                                          // DEL_DAEMON
            0c 00 03 80
            08 00 01 00  01 00 00 00
            """)
        #expect(hex(Self.encode(.stopDaemon(.master))) == hex(stop))
    }

    @Test(arguments: [
        (IPVSQuery.info, "14 00 00 00 1d 00 01 00", "0f"), (.services, "14 00 00 00 1d 00 01 03", "04"),
        (.timeouts, "14 00 00 00 1d 00 01 00", "0d"), (.daemons, "14 00 00 00 1d 00 01 03", "0b"),
    ])
    func asks(query: IPVSQuery, start: String, command: String) {
        var writer = MessageWriter()
        writer.append(query, family: 0x1d, sequence: 7)
        #expect(hex(writer.bytes) == hex(bytes("\(start) 07 00 00 00 00 00 00 00 \(command) 01 00 00")))
    }

    @Test func asksForOneServiceAndForItsServers() {
        var writer = MessageWriter()
        writer.append(.service(Self.web), family: 0x1d, sequence: 7)
        writer.append(.servers(of: Self.web), family: 0x1d, sequence: 8)
        let expected = bytes(
            """
            44 00 00 00  1d 00  01 00  07 00 00 00  00 00 00 00
            04 01 00 00                                          // GET_SERVICE, no dump
            \(Self.webKey)
            44 00 00 00  1d 00  01 03  08 00 00 00  00 00 00 00
            08 01 00 00                                          // GET_DEST, REQUEST|DUMP
            \(Self.webKey)
            """)
        #expect(hex(writer.bytes) == hex(expected))
    }
}
