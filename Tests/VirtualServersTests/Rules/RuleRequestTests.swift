import NetworkTypes
import Testing
import VirtualServers

/// Lines that are right, with what they ask for.
@Suite struct RuleRequestTests {
    private func service(_ line: String) throws -> VirtualService {
        guard case .change(.addService(let service)) = try parse(line) else {
            throw Unexpected(line: line)
        }
        return service
    }

    private func server(_ line: String) throws -> RealServer {
        guard case .change(.addServer(let server, _)) = try parse(line) else { throw Unexpected(line: line) }
        return server
    }

    struct Unexpected: Error {
        let line: String
    }

    @Test(arguments: [
        ("-t 10.0.0.1:80", "10.0.0.1:80"), ("-t 1.2.3:80", "1.2.0.3:80"), ("-t 10.1:80", "10.0.0.1:80"),
        ("-t 16909060:80", "1.2.3.4:80"), ("-t 0x01020304:80", "1.2.3.4:80"), ("-t 010.1.1.1:80", "8.1.1.1:80"),
        ("-t 1.0x2:80", "1.0.0.2:80"), ("-t 80:80", "0.0.0.80:80"), ("-t 4294967295:80", "255.255.255.255:80"),
        ("-t 1.2.3.4:http", "1.2.3.4:80"), ("-t 1.2.3.4:+80", "1.2.3.4:80"), ("-t 1.2.3.4:080", "1.2.3.4:80"),
        ("-t web1:https", "10.1.2.3:443"), ("-t [2001:db8::1]:http", "[2001:db8::1]:80"),
        ("-p -t 2001:db8::1:80", "[2001:db8::1:80]:0"), ("-p -t [1.2.3.4]:80", "1.2.3.4:0"),
        ("-t [1.2.3.4:99]:80", "1.2.3.4:99"), ("-p 5 -t web1", "10.1.2.3:0"), ("-t=10.0.0.2:80", "10.0.0.2:80"),
        ("--tcp-service=10.0.0.3:80", "10.0.0.3:80"), ("-nt 10.0.0.1:80", nil),
    ])
    func serviceAddressesInEveryForm(_ words: String, _ endpoint: String?) throws {
        guard let endpoint else {
            #expect(refusal(of: "-A " + words)?.status == 2)
            return
        }
        #expect(try service("-A " + words).id == .address(.tcp, #require(Endpoint(endpoint))))
    }

    @Test func marksMayBelongToIPv6() throws {
        #expect(try service("-A -f 1").id == .firewallMark(1, .ipv4))
        #expect(try service("-A -f 010 -6 -6").id == .firewallMark(10, .ipv6))
        #expect(try service("-A -f 4294967295").id == .firewallMark(.max, .ipv4))
    }

    @Test func settingsHaveDefaults() throws {
        let plain = try service("-A -t 10.0.0.1:80")
        #expect(plain == VirtualService(.address(.tcp, v4("10.0.0.1", 80))))
        #expect(try service("-A -t 10.0.0.1:80 -s ''").scheduler == .wlc)
        #expect(try service("-A -t 10.0.0.1:80 -s averyveryverylongname").scheduler.rawValue == "averyveryverylo")
        #expect(try service("-A -t 10.0.0.1:80 -p").persistenceTimeout == 360)
        #expect(try service("-A -t 10.0.0.1:80 -p --").persistenceTimeout == 360)
        #expect(try service("-A -t 10.0.0.1:80 -p360 -s rr").scheduler.rawValue == "rr")
        #expect(try service("-A -t 10.0.0.1:80 -p=7").persistenceTimeout == 7)
        #expect(try service("-A -u 10.0.0.1:53 -o").onePacket)
        #expect(try service("-A -t 10.0.0.1:80 --pe sip").persistenceEngine == "sip")
        #expect(try service("-A -t 10.0.0.1:80 --pe ''").persistenceEngine == nil)
    }

    @Test func aPortStandsBehindTheLastColon() throws {
        let read = RuleValues.endpoint("1.2.3.4 x:y:80", port: 0, transport: .tcp, testResolver)
        #expect(read == Endpoint("1.2.3.4:80"))
    }

    @Test(arguments: [
        ("-t 1.1.1.1:80 -M 255.255.255.0", Netmask.ipv4(0xFFFF_FF00)), ("-M 24 -t 1.1.1.1:80", .ipv4(24)),
        ("-t 1.1.1.1:80 -M maskhost", .ipv4(0xFFFF_0000)), ("-t [::1]:80 -M 64x", .ipv6(64)),
        ("-M 255.0.0.0 -t [::1]:80", .ipv6(128)), ("-f 5 -6 -M 64", .ipv6(64)), ("-f 6 -M 64 -6", .ipv6(128)),
        ("-f 5 -M 64", .ipv4(64)),
    ])
    func netmasksAreReadForTheFamilyKnownSoFar(_ words: String, _ mask: Netmask) throws {
        #expect(try service("-A -p 5 " + words).netmask == mask)
    }

    @Test(arguments: [
        ("-s rr -b flag-1,flag-3", "flag-1,flag-3"), ("-s sh -b flag-2", "sh-port"),
        ("-b sh-port,sh-fallback -s sh", "sh-fallback,sh-port"), ("-s mh -b mh-port", "mh-port"),
        ("-s sh -b flag-3", ""), ("-b ,flag-1,,flag-2,", "flag-1,flag-2"), ("-b ''", ""),
    ])
    func schedulerFlagsAreShownByTheirSchedulersNames(_ words: String, _ shown: String) throws {
        let service = try service("-A -t 1.1.1.1:80 " + words)
        #expect(service.schedulerFlags.list(for: service.scheduler) == shown)
    }

    @Test(arguments: [
        ("-t 10.0.0.1:80 -r 10.0.0.2 -m", "10.0.0.2:80"), ("-t 10.0.0.1:80 -r 10.0.0.2:8080 -m", "10.0.0.2:8080"),
        ("-t 10.0.0.1:80 -r 10.0.0.2:8080", "10.0.0.2:80"), ("-t 10.0.0.1:80 -r 10.0.0.2:99 -i", "10.0.0.2:80"),
        ("-r 10.0.0.2 -t 10.0.0.1:80 -m", "10.0.0.2:0"), ("-r 10.0.0.2 -t 10.0.0.1:80", "10.0.0.2:80"),
        ("-f 1 -r 10.0.0.2:8080", "10.0.0.2:8080"), ("-f 1 -r 10.0.0.2", "10.0.0.2:0"),
        ("-f 1 -r 10.0.0.2:http", "10.0.0.2:80"), ("-f 1 -r ::7 -6", "[::7]:0"),
        ("-t 10.0.0.1:80 -r [10.0.0.2]:81 -m", "10.0.0.2:80"), ("-t 10.0.0.1:80 -r ::5 -i", "[::5]:80"),
    ])
    func portsOfRealServers(_ words: String, _ endpoint: String) throws {
        #expect(try server("-a " + words).endpoint == #require(Endpoint(endpoint)))
    }

    @Test func methodsAndTunnels() throws {
        let line = "-a -t 10.0.0.1:80 -r 10.0.0.2 "
        #expect(try server(line).method == .directRouting)
        #expect(try server(line + "-mw 3") == RealServer(v4("10.0.0.2", 80), method: .masquerading, weight: 3))
        #expect(try server(line + "-i").method == .ipip)
        #expect(try server(line + "-i --tun-type gue --tun-port 6080").method == .tunnelling(.gue(port: 6080, .none)))
        #expect(
            try server(line + "-i --tun-type gue --tun-port 6080 --tun-remcsum").method
                == .tunnelling(.gue(port: 6080, .remote)))
        #expect(try server(line + "-i --tun-type gre --tun-csum").method == .tunnelling(.gre(.checksum)))
        let limited = try server(line + "-x 2147483647 -y +5 -w 2147483647")
        #expect(limited.upperThreshold == 2_147_483_647)
        #expect(limited.lowerThreshold == 5)
        #expect(limited.weight == 2_147_483_647)
    }

    @Test func commandsWithoutAService() throws {
        #expect(try parse("-C") == .change(.flush))
        #expect(try parse("-Z") == .change(.zero(nil)))
        #expect(try parse("-Z -t 0.0.0.0") == .change(.zero(nil)))
        #expect(try parse("-Z -u [::]:0") == .change(.zero(nil)))
        #expect(try parse("-Z -t 0.0.0.0:80") != .change(.zero(nil)))
        #expect(try parse("-R") == .restore)
        #expect(try parse("-Sn") == .save(numeric: true))
        #expect(try parse("-hA") == .help)
        #expect(try parse("-v --bogus") == .version)
        #expect(
            try parse("1 2 3 --set") == .change(.setTimeouts(ConnectionTimeouts(tcp: 1, tcpFin: 2, udp: 3))))
        #expect(
            try parse("--start-daemon=backup --mcast-interface dum0 --syncid 5 --mcast-group ff02::51")
                == .change(
                    .startDaemon(
                        SyncDaemon(.backup, interface: "dum0", syncID: 5, group: IPAddress("ff02::51")))))
        #expect(try parse("--stop-daemon master --syncid 3") == .change(.stopDaemon(.master)))
    }

    @Test(arguments: [
        ("-Ln", ListRequest(.table, numeric: true)), ("-l --sort --sort", ListRequest(.table)),
        ("-lnc", ListRequest(.connections, numeric: true)),
        ("-L -c --persistent-conn", ListRequest(.connections, format: .persistentConnections, persistenceData: true)),
        ("-Lnt 10.0.0.1:80", ListRequest(.service(.address(.tcp, v4("10.0.0.1", 80))), numeric: true)),
        ("-L -f 6 -6", ListRequest(.service(.firewallMark(6, .ipv6)))), ("-L --timeout", ListRequest(.timeouts)),
        ("-L --daemon --syncid 4", ListRequest(.daemons)), ("-L --rate --stats", ListRequest(format: .stats)),
        ("-L --nosort -X --tun-info", ListRequest(format: .tunnelInfo, exact: true, sorted: false)),
    ])
    func listings(_ line: String, _ request: ListRequest) throws {
        #expect(try parse(line) == .list(request))
    }

    /// What completion offers, the parser takes, and the help has no other.
    @Test func longOptionsAreListed() {
        #expect(RuleOption.longNames.allSatisfy { RuleOption(long: $0[...]) != nil })
        let words = UsageText.help(program: "x").split { !($0.isLetter || $0.isNumber || $0 == "-") }
        let long = words.filter { $0.hasPrefix("--") && $0.count > 2 }.map { String($0.dropFirst(2)) }
        #expect(!long.isEmpty && Set(long).isSubset(of: RuleOption.longNames))
    }

    @Test func restoreLinesAreWords() {
        let file = "ipvsadm\r-A ipvsadm -t\t1.1.1.1:80 \r\n\n  \t\n# x\u{B}\n\r-C\r"
        #expect(
            Array(RestoreLines(Array(file.utf8))) == [["-A", "-t", "1.1.1.1:80"], ["#", "x\u{B}"], ["-C"]])
        let long = Array(RestoreLines(Array(repeating: UInt8(ascii: "r"), count: 4097)))
        #expect(long.map { $0.map(\.utf8.count) } == [[4096, 1]])
        #expect(Array(RestoreLines([])).isEmpty)
    }

    /// What ipvsadm 1.31 does with a file that ends in this.
    @Test(arguments: [
        ("-C", [["-C"]]), ("-C ", [["-C"]]), ("-C\t", [["-C"]]), ("-C\r", [["-C"]]), ("  -C", [["-C"]]),
        ("-C  ", []), ("-C\t\r", []), ("-C \t ", []), ("-Z\n-C  ", [["-Z"]]), ("-C  \n", [["-C"]]),
        ("-C\n  ", [["-C"]]),
        ("-C  ipvsadm", [["-C"]]), ("-C ipvsadm ", [["-C"]]), ("-C ipvsadm  ", []), ("  ", []),
    ])
    func aLastLineWithoutAnEnd(_ file: String, _ lines: [[String]]) {
        #expect(Array(RestoreLines(Array(file.utf8))) == lines)
    }

    @Test func everyTwoBytesComeBack() {
        for first in UInt8.min...UInt8.max {
            for second in UInt8.min...UInt8.max {
                let bytes = [first, second]
                if WordBytes.bytes(WordBytes.text(bytes.span)) != bytes { Issue.record("\(bytes)") }
            }
        }
    }

    /// Names are cut to the size of the kernel's buffers wherever that is.
    @Test func wordsAreBytes() throws {
        func scheduler(_ name: String) throws -> [UInt8] {
            let parser = RuleParser(program: "ipvsadm", resolver: testResolver)
            guard case .change(.addService(let service)) = try parser.parse(["-A", "-t", "1.1.1.1:80", "-s", name])
            else { return [] }
            return WordBytes.bytes(service.scheduler.rawValue)
        }
        let e: [UInt8] = [0xC3, 0xA9]
        for bytes in [
            [], [0xFF], Array("rr".utf8), e, [0x61, 0xC3], [0xC3, 0x61], [0xF4, 0x8F, 0xBA, 0x80],
            [0xF4, 0x8F, 0xBB, 0xBF], [0xF4, 0x8F, 0xBC, 0x80], [0xED, 0xA0, 0x80], [0xC0, 0x80], [0xE2, 0x82],
            e + [0xFE] + e, [0xF0, 0x9F, 0x90, 0x98], [0x80], [0xF0, 0x9F], [0xF0, 0x9F, 0x90],
            [0xF5, 0x80, 0x80, 0x80],
        ] as [[UInt8]] {
            let text = WordBytes.text(bytes.span)
            #expect(WordBytes.bytes(text) == bytes)
            #expect(Array(RestoreLines(bytes)) == (bytes.isEmpty ? [] : [[text]]))
        }
        #expect(try scheduler("fourteen letteré") == Array("fourteen letter".utf8))
        #expect(try scheduler("fourteenletteré") == Array("fourteenletter".utf8) + [0xC3])
    }
}
