import NetworkTypes
import Testing
import VirtualServers

@Suite struct ListingTests {
    private let kernel = KernelInfo(version: 0x010201, connectionTableSize: 4096)

    private func status(_ line: String, servers: [String] = []) throws -> VirtualServiceStatus {
        guard case .change(.addService(let service)) = try parse("-A " + line) else { return try #require(nil) }
        var status = VirtualServiceStatus(service)
        for words in servers {
            guard case .change(.addServer(let server, _)) = try parse("-a " + words) else { continue }
            status.servers.append(RealServerStatus(server))
        }
        return status
    }

    private func render(
        _ services: [VirtualServiceStatus], _ request: ListRequest, names: RuleNames, kernel: KernelInfo?
    ) -> [UInt8] {
        var listing = TableListing(request, names: names)
        listing.begin(kernel: kernel)
        for index in listing.order(services) { listing.add(services[index]) }
        return listing.take()
    }

    private func save(_ services: [VirtualServiceStatus], names: RuleNames) -> [UInt8] {
        var lines = SaveLines(names: names)
        for index in SaveLines.order(services) { lines.add(services[index]) }
        return lines.take()
    }

    private func list(
        _ services: [VirtualServiceStatus], _ request: ListRequest = ListRequest(), names: RuleNames = .numeric
    ) -> [Substring] {
        return text(render(services, request, names: names, kernel: nil)).split(separator: "\n").dropFirst(2).map { $0 }
    }

    @Test func aTableHasTheKernelsLineAndEndsItsLinesInBlanks() throws {
        let services = [try status("-t 10.0.0.1:80 -s rr", servers: ["-t 10.0.0.1:80 -r 10.0.0.11 -m"])]
        let expected = """
            IP Virtual Server version 1.2.1 (size=4096)
            Prot LocalAddress:Port Scheduler Flags
              -> RemoteAddress:Port           Forward Weight ActiveConn InActConn
            TCP  10.0.0.1:80 rr
              -> 10.0.0.11:80                 Masq    1      0          0\u{20}\u{20}\u{20}\u{20}\u{20}\u{20}\u{20}\u{20}\u{20}

            """
        #expect(text(render(services, ListRequest(numeric: true), names: .numeric, kernel: kernel)) == expected)
    }

    @Test(arguments: [
        ("-t 10.0.0.3:443 -p 360 -M 255.255.255.0", "TCP  10.0.0.3:443 wlc persistent 360 mask 255.255.255.0"),
        ("-u 10.0.0.7:53 -s sh -b sh-port -p 60 -o", "UDP  10.0.0.7:53 sh (sh-port) persistent 60 ops"),
        ("-f 2 -6 -p 300", "FWM  2 IPv6 wlc persistent 300"), ("-f 4294967295 -s rr", "FWM  -1 rr"),
        ("-u [2001:db8::80]:53 -p 360 -M 64", "UDP  [2001:db8::80]:53 wlc persistent 360 mask 64"),
        ("-u 10.0.0.2:5060 -s rr --pe sip", "UDP  10.0.0.2:5060 rr"),
        ("-u 10.0.0.2:5060 -s rr -p 60 --pe sip", "UDP  10.0.0.2:5060 rr persistent 60 pe sip"),
        ("--sctp-service 10.0.0.1:9 -s sh -b flag-3", "SCTP 10.0.0.1:9 sh ()"),
    ])
    func servicesShowTheirSettings(_ words: String, _ line: String) throws {
        #expect(try list([status(words)]) == [Substring(line)])
    }

    @Test(arguments: [
        ("-m", "Masq    n/a          "), ("-g", "Route   n/a          "), ("-i", "Tunnel  ipip         "),
        ("-i --tun-type gue --tun-port 6080 --tun-remcsum", "Tunnel  gue:6080:r+c "),
        ("-i --tun-type gre --tun-csum", "Tunnel  gre:+c       "), ("-i --tun-type gre", "Tunnel  gre:-c       "),
    ])
    func tunnelsAreShown(_ words: String, _ cells: String) throws {
        let services = [try status("-t 10.0.0.1:80", servers: ["-t 10.0.0.1:80 -r 10.9.0.1 " + words])]
        let line = try #require(list(services, ListRequest(format: .tunnelInfo)).last)
        #expect(line == "  -> 10.9.0.1:80                  \(cells) 1      0          0         ")
    }

    @Test(arguments: [
        (0, "        0", "        0"), (99_999_999, " 99999999", " 99999999"),
        (100_000_000, "  100000K", " 100000000"), (999_999_999, "  999999K", " 999999999"),
        (1_000_000_000, "    1000M", " 1000000000"), (99_999_999_999, "   99999M", " 99999999999"),
        (100_000_000_000, "     100G", " 100000000000"), (100_000_000_000_000, "     100T", " 100000000000000"),
        (UInt64.max, "18446744T", " 18446744073709551615"),
    ])
    func largeNumbersAreAbbreviatedUnlessExact(_ value: UInt64, _ short: String, _ exact: String) throws {
        var service = try status("-t 10.0.0.1:80")
        service.statistics.outBytes = value
        let prefix = "TCP  10.0.0.1:80                 "
        let zeros = String(repeating: "        0", count: 4)
        #expect(list([service], ListRequest(format: .stats)) == [Substring(prefix + zeros + short)])
        #expect(list([service], ListRequest(format: .stats, exact: true)) == [Substring(prefix + zeros + exact)])
    }

    @Test func packetRatesAreNeverAbbreviated() throws {
        var service = try status("-t 10.0.0.1:80")
        service.statistics.inPacketRate = 123_456_789
        service.statistics.inByteRate = 123_456_789
        #expect(
            list([service], ListRequest(format: .rate))
                == ["TCP  10.0.0.1:80                         0 123456789        0  123456K        0"])
    }

    @Test func longNamesAreCutInTheirColumnsExceptIPv6() throws {
        let name = "averyveryverylonghostname.in.a.long.domain.example.com"
        let names = RuleNames(host: { _ in name }, service: { port, _ in port == 80 ? "http" : nil })
        let four = try status("-t 10.1.2.3:12345", servers: ["-t 10.1.2.3:12345 -r 10.1.2.4"])
        #expect(
            list([four], names: names) == [
                "TCP  averyveryverylonghostname.in wlc",
                "  -> averyveryverylonghostname.in Route   1      0          0         ",
            ])
        #expect(list([try status("-t [::7]:80")], names: names) == ["TCP  [\(name)]:ht wlc"])
        #expect(text(save([four], names: names)).hasPrefix("-A -t \(name):1234 -s wlc\n"))
    }

    /// Subtraction in signed numbers: large marks first, 172.16 and 192.168 before 10.
    @Test func theOrderIsTheOldOne() throws {
        let wanted = [
            "-f 4294967295", "-t 172.16.0.1:80", "-t 192.168.0.1:80", "-t 10.0.0.1:22", "-t 10.0.0.1:80",
            "-u 10.0.0.1:53", "--sctp-service 10.0.0.1:9", "-t [fd00::1]:22", "-t [2001:db8:f000::1]:22",
            "-t [2001:db8::1]:22", "-t [2001:db8::1]:23", "-f 3", "-f 3 -6", "-f 7",
        ]
        let sorted = try wanted.map { try status($0) }
        for services in [sorted.reversed(), Array(sorted[5...] + sorted[..<5])] {
            let saved = text(save(services, names: .numeric)).split(separator: "\n")
            let expected = wanted.map { "-A \($0) -s wlc".replacing("4294967295", with: "-1") }
            #expect(saved.map(String.init) == expected)
        }
    }

    /// An IPv6 address in the first place is compared by all its words, an IPv4 one by its only one.
    @Test(arguments: [
        ["[fd00::1]", "10.0.0.5"], ["[2001:db8::1]", "50.0.0.1"], ["10.0.0.5", "[2001:db8::1]"],
        ["10.0.0.5", "[a00:5::1]"],
    ])
    func serversOfBothFamiliesAreInTheOldOrder(_ wanted: [String]) throws {
        for servers in [wanted, wanted.reversed()] {
            let service = try status(
                "-t 10.0.0.1:80 -s rr", servers: servers.map { "-t 10.0.0.1:80 -r \($0):80 -i" })
            let saved = text(save([service], names: .numeric)).split(separator: "\n").dropFirst()
            #expect(saved.map { $0.split(separator: " ")[4] } == wanted.map { "\($0):80" })
        }
    }

    @Test func savedLinesLeaveThresholdsOut() throws {
        let service = try status(
            "-u 10.0.0.7:53 -s sh -p 60 -o -b sh-port -M 255.255.0.0 --pe sip",
            servers: [
                "-u 10.0.0.7:53 -r 10.0.0.9 -m -x 5",
                "-u 10.0.0.7:53 -r 10.0.0.8 -i --tun-type gue --tun-port 6080",
            ])
        #expect(
            text(save([service], names: .numeric)) == """
                -A -u 10.0.0.7:53 -s sh -p 60 -M 255.255.0.0 --pe sip -o -b sh-port
                -a -u 10.0.0.7:53 -r 10.0.0.8:53 -i -w 1 --tun-type gue --tun-port 6080 --tun-nocsum
                -a -u 10.0.0.7:53 -r 10.0.0.9:53 -m -w 1

                """)
    }

    @Test func connectionsComeFromTheKernelsText() {
        let table = """
            Pro FromIP   FPrt ToIP     TPrt DestIP   DPrt State       Expires PEName PEData
            UDP 0A050002 0000 0A090001 13C4 0A050001 13C4 NONE             59 sip abcdefg123@host
            IP  0A050002 0000 00000009 0000 0A050001 0000 NONE           6399
            TCP 2001:0db8:0005:0000:0000:0000:0000:0002 CA12 2001:0db8:0009:0000:0000:0000:0000:0001 0051 \
            0A050001 0051 CLOSE             9

            """
        let plain = ConnectionListing(names: .numeric, persistenceData: false)
        #expect(
            text(plain.render(Array(table.utf8))) == """
                IPVS connection entries
                pro expire state       source             virtual            destination
                UDP 00:59  NONE        10.5.0.2:0         10.9.0.1:5060      10.5.0.1:5060
                IP  106:39 NONE        10.5.0.2:0         0.0.0.9:0          10.5.0.1:0
                TCP 00:09  CLOSE       [2001:db8:5::2]:51730 [2001:db8:9::1]:81 10.5.0.1:81

                """)
        let withData = ConnectionListing(names: .numeric, persistenceData: true)
        let lines = text(withData.render(Array(table.utf8))).split(separator: "\n")
        let titles = "destination        pe name          pe_data"
        #expect(lines[1] == "pro expire state       source             virtual            \(titles)")
        #expect(
            lines[2] == "UDP 00:59  NONE        10.5.0.2:0         10.9.0.1:5060      "
                + "10.5.0.1:5060    sip                abcdefg123@host")
    }

    @Test func daemonsAndTimeouts() {
        let master = SyncDaemon(
            .master, interface: "dum0", syncID: 5, maximumLength: 1472, group: IPAddress("224.0.0.81"), port: 8848,
            ttl: 1)
        let backup = SyncDaemon(.backup, interface: "dum0")
        #expect(
            text(DaemonListing.render([backup, master])) == """
                master sync daemon (mcast=dum0, syncid=5, maxlen=1472, group=224.0.0.81, port=8848, ttl=1)
                backup sync daemon (mcast=dum0, syncid=0)

                """)
        let timeouts = ConnectionTimeouts(tcp: 900, tcpFin: 120, udp: 300)
        #expect(text(DaemonListing.render(timeouts)) == "Timeout (tcp tcpfin udp): 900 120 300\n")
    }

    @Test(
        arguments: [
            (KernelRefusal.Operation.addService, 17, "Service already exists"), (.zero, 3, "No such service"),
            (.addServer, 3, "Service not defined"), (.editServer, 2, "No such destination"),
            (.stopDaemon, 3, "No daemon is running"), (.startDaemon, 19, nil),
            (.other, 1, "Permission denied (you must be root)"),
        ] as [(KernelRefusal.Operation, Int32, String?)])
    func refusalsAreWorded(_ operation: KernelRefusal.Operation, _ errno: Int32, _ words: String?) {
        #expect(KernelRefusal.text(errno, operation) == words)
    }
}
