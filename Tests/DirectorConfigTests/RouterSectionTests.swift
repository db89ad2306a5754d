import DirectorConfig
import NetworkTypes
import Testing
import VirtualRouting

/// `vrrp = NAME` sections.
struct RouterSectionTests {
    static let service = "virtual=192.0.2.10:80\n\treal=10.0.0.1:80 masq\n"
    static let least = "vrrp=web\n\tinterface=eth0\n\tid=51\n\taddress=192.0.2.10/24\n"

    private func routers(_ text: String) throws -> [RouterConfiguration] {
        let result = parse(text + Self.service)
        let problems = result.diagnostics.filter { $0.severity == .error }.map(\.description)
        return try #require(result.configuration, "\(problems)").routers
    }

    @Test func theLeastThatASectionNeeds() throws {
        let router = try #require(try routers(Self.least).first)
        #expect(router.name == "web" && router.line == 1 && router.interface == "eth0" && router.id == 51)
        #expect(router.version == .v3 && router.priority == 100 && router.interval == .seconds(1))
        #expect(router.preemption == .always && router.accepts && !router.usesVirtualMAC && router.links.isEmpty)
        #expect(router.addresses.map { "\($0.prefix)" } == ["192.0.2.10/24"])
    }

    /// Whichever of them says that it may be trusted.
    @Test(arguments: [("", " detect=yes"), (" detect=yes", ""), (" detect=yes", " detect=no")])
    func aLinkOfSeveralSectionsDetectsWhenOneOfThemSaysSo(first: String, second: String) throws {
        let link = "\tkeys=/k\n\tlink=udp 10.9.0.2 via eth1"
        let other = "vrrp=mail\n\tinterface=eth0\n\tid=52\n\taddress=192.0.2.11/24\n"
        let text = Self.least + link + first + "\n\tlink=bcast eth2\n" + other + link + second + "\n" + Self.service
        let links = try #require(parse(text).configuration).links
        #expect(links.map(\.detects) == [true, false])
    }

    @Test func everyKey() throws {
        let text = """
            vrrp = web
                interface = eth0          # the service's network
                id = 51
                version = 3
                priority = 150
                interval = 100ms
                address = 192.0.2.10/24
                address = 192.0.2.11/32 dev eth1
                address = 2001:db8::10/64
                preempt = 30s
                unicast = 192.0.2.3
                unicast = 2001:db8::3
                source = 192.0.2.2
                checksum = v2
                group = both
                accept = no
                vmac = yes
                link = udp 10.9.0.2 via eth2 detect = yes
                link = mcast 239.1.2.3:5000 via eth0
                link = bcast eth3:700
                link = serial /dev/ttyS0 115200 detect=no
                keys = /etc/director/keys
                dead = 500ms
                track = interface eth1
                track = ping 192.0.2.1 interval 500ms weight -20
                track = program /usr/local/sbin/ok weight 10 interval 5s
                track = file /run/maintenance
                track = services
                sync = eth2 id 7
                fence = external/ipmi timeout 20s hostname=lb2 ipaddr=10.1.1.1
                watchdog = /dev/watchdog

            """
        let router = try #require(try routers(text).first)
        #expect(
            router.priority == 150 && router.interval == .milliseconds(100) && router.deadTime == .milliseconds(500))
        #expect(router.addresses.map(\.device) == [nil, "eth1", nil])
        #expect(router.preemption == .delayed(.seconds(30)) && router.checksum == .withoutPseudoHeader)
        #expect(router.group == "both" && !router.accepts && router.usesVirtualMAC)
        let peer = Endpoint(try #require(IPAddress("10.9.0.2")), 694)
        let group = Endpoint(try #require(IPAddress("239.1.2.3")), 5000)
        #expect(
            router.links == [
                LinkConfiguration(.udp(peer: peer, interface: "eth2"), detects: true),
                LinkConfiguration(.multicast(group: group, interface: "eth0")),
                LinkConfiguration(.broadcast(interface: "eth3", port: 700)),
                LinkConfiguration(.serial(device: "/dev/ttyS0", baud: 115_200)),
            ])
        #expect(
            router.tracked == [
                TrackedItem(.interface("eth1")),
                TrackedItem(.ping("192.0.2.1"), weight: -20, interval: .milliseconds(500)),
                TrackedItem(.program("/usr/local/sbin/ok"), weight: 10, interval: .seconds(5)),
                TrackedItem(.file("/run/maintenance")),
                TrackedItem(.services),
            ])
        #expect(router.sync == SyncConfiguration(interface: "eth2", id: 7))
        #expect(router.fence?.plugin == "external/ipmi" && router.fence?.parameters.count == 2)
        #expect(router.fence?.timeout == .seconds(20))
        #expect(router.keys == "/etc/director/keys" && router.watchdog == "/dev/watchdog")
        // Both families are virtual routers of their own.
        #expect(router.routers.map(\.family) == [.ipv4, .ipv6])
        #expect(router.routers.map { $0.addresses.count } == [2, 1])
        #expect(router.routers.map { $0.unicastPeers.count } == [1, 1])
    }

    @Test func whatAFarewellNeedsIsWrittenAndReadAgain() throws {
        let text = """
            vrrp = web
                interface = eth0
                id = 51
                priority = 150
                interval = 100ms
                address = 192.0.2.10/24
                address = 192.0.2.11/32 dev eth1
                address = 2001:db8::10/64
                unicast = 192.0.2.3
                unicast = 2001:db8::3
                source = 192.0.2.2
                checksum = v2
                group = both
                vmac = yes
                watchdog = /dev/watchdog
            vrrp = old
                interface = eth1
                id = 52
                version = 2
                interval = 3
                auth = pass:secret
                address = 198.51.100.1/32

            """
        let before = try routers(text)
        var configuration = Configuration()
        configuration.routers = before
        let after = try #require(parse(configuration.farewellText).configuration).routers
        func withoutLines(_ routers: [RouterConfiguration]) -> [RouterConfiguration] {
            routers.map { router in
                var copy = router
                copy.line = 0
                return copy
            }
        }
        #expect(before.count == 2 && withoutLines(after) == withoutLines(before))
    }

    @Test func aLinkLocalAddressIsAdvertisedFirst() throws {
        let more = "\taddress=fd00::2/64\n\taddress=fe80::1/64\n\taddress=fd00::1/64\n"
        let routers = try #require(try routers(Self.least + more).first).routers
        #expect(routers.map { $0.addresses.map { "\($0)" } } == [["192.0.2.10"], ["fe80::1", "fd00::2", "fd00::1"]])
    }

    @Test func sectionsOfOneGroupMoveAsOne() throws {
        let text =
            "vrrp=a\n\tinterface=eth0\n\tid=1\n\taddress=192.0.2.1/24\n\tgroup=g\n"
            + "vrrp=b\n\tinterface=eth1\n\tid=1\n\taddress=10.0.0.1/24\n\taddress=fd00::1/64\n\tgroup=g\n"
            + "vrrp=c\n\tinterface=eth1\n\tid=2\n\taddress=10.0.0.2/24\n"
        let result = parse(text + Self.service)
        let configuration = try #require(result.configuration)
        #expect(configuration.groupSettings.map(\.name) == ["g", "c"])
        #expect(
            configuration.groupSettings.map { $0.routers.map(\.interface) } == [["eth0", "eth1", "eth1"], ["eth1"]])
    }

    @Test func oneLinkOfTwoSectionsIsOne() throws {
        let link = "\tlink=udp 10.9.0.2 via eth2\n\tkeys=/etc/director/keys\n\tdead=400ms\n"
        let text = Self.least + link + "vrrp=b\n\tinterface=eth0\n\tid=52\n\taddress=192.0.2.20/24\n" + link
        let configuration = try #require(parse(text + Self.service).configuration)
        #expect(configuration.links.count == 1)
        #expect(configuration.heartbeatInterval == .milliseconds(80))
    }

    /// What is added to the least section, and the first error.
    @Test(arguments: [
        ("\tid=0\n", "5:5: error: id is a number from 1 to 255, not '0'"),
        ("\tpriority=256\n", "5:11: error: priority is a number from 1 to 255, not '256'"),
        ("\tversion=4\n", "5:10: error: version is 2 or 3, not '4'"),
        (
            "\tinterval=5ms\n",
            "5:11: error: interval is a time such as 200ms, 5s or 2m, 10ms to 1h, not '5ms'"
        ),
        ("\tinterval=15ms\n", "5:2: error: the interval of version 3 is 10ms to 40950ms in steps of 10ms, not 15ms"),
        (
            "\tversion=2\n\tinterval=100ms\n",
            "6:2: error: the interval of version 2 is 1 to 255 whole seconds: take version = 3 for 100ms"
        ),
        ("\tversion=2\n\taddress=2001:db8::1/64\n", "6:10: error: version 2 knows no IPv6: take version = 3"),
        (
            "\tauth=pass:secret\n",
            "5:2: error: version 3 has no authentication: take auth away, or version = 2"
        ),
        ("\tversion=2\n\tauth=secret\n", "6:7: error: auth is pass:SECRET, as keepalived's auth_type PASS"),
        (
            "\taddress=192.0.2.300/24\n",
            "5:10: error: address is ADDRESS/LENGTH, such as 192.0.2.10/24, not '192.0.2.300/24'"
        ),
        ("\taddress=192.0.2.10/32\n", "5:10: error: the address 192.0.2.10 stands in line 4 already"),
        ("\taddress=192.0.2.11/24 dev\n", "5:27: error: dev needs the name of an interface"),
        (
            "\tinterface=a-very-long-interface\n",
            "5:12: error: interface: 'a-very-long-interface' is no interface's name, which has 1 to 15 characters"
        ),
        ("\tpreempt=maybe\n", "5:10: error: preempt is yes, no, or a delay such as 30s, at most 1h, not 'maybe'"),
        ("\tunicast=2001:db8::1\n", "5:2: error: there are IPv4 addresses, but no unicast peer of IPv4"),
        ("\tunicast=224.0.0.18\n", "5:10: error: unicast is the address of a host, not '224.0.0.18'"),
        ("\tsource=::1\n", "5:9: error: the source ::1 is of a family that no address has"),
        ("\tchecksum=v3\n", "5:11: error: checksum is standard or v2, not 'v3'"),
        ("\taccept=1\n", "5:9: error: accept is yes or no, not '1'"),
        ("\tlink=udp 10.9.0.2 via eth1\n", "5:7: error: link needs keys = FILE: its messages are signed"),
        ("\tlink=udp 10.9.0.2\n", "5:19: error: the link's interface is missing: write via IFACE behind the address"),
        (
            "\tlink=mcast 10.9.0.2 via eth1\n",
            "5:13: error: this link needs a multicast group, such as 239.255.0.1:694, not '10.9.0.2'"
        ),
        ("\tlink=multicast 239.0.0.1 via eth1\n", "5:7: error: link is udp, mcast, bcast or serial, not 'multicast'"),
        ("\tlink=serial ttyS0\n", "5:14: error: a serial link is a device such as /dev/ttyS0, not 'ttyS0'"),
        (
            "\tlink=serial /dev/ttyS0 1200\n",
            "5:25: error: a serial line has one of 9600, 19200, 38400, 57600, 115200, 230400, 460800, 921600 baud"
        ),
        (
            "\tlink=bcast eth1 detekt=yes\n",
            "5:18: error: behind a link may stand detect = yes, not 'detekt=yes'"
        ),
        ("\tkeys=keys\n", "5:7: error: keys is a whole path, not 'keys'"),
        ("\tkeys=/broken\n\tlink=bcast eth1\n", "5:2: error: the key file /broken is broken"),
        (
            "\tfence=external/ipmi\n",
            "5:2: error: fence needs link = ...: without a link a cut cable looks like a dead peer, and it would be shot"
        ),
        ("\tfence=null hostlist\n", "5:13: error: a parameter of fence is name=value, not 'hostlist'"),
        (
            "\ttrack=pings 10.0.0.1\n",
            "5:8: error: track is interface NAME, ping ADDRESS, program PATH, file PATH or services, not 'pings', did you mean 'ping'?"
        ),
        ("\ttrack=ping 10.0.0.1 weight 0\n", "5:29: error: weight is a number from -253 to 253 apart from 0"),
        (
            "\ttrack=file /run/x interval 1s\n",
            "5:29: error: interval has a meaning for ping and program only: others are watched all the time"
        ),
        (
            "\ttrack=ping 10.0.0.1 interval 10ms\n",
            "5:31: error: the interval of track is a time such as 500ms or 5s, at least 100ms"
        ),
        (
            "\ttrack=ping fe80::1\n",
            "5:13: error: track = ping needs an address that is reached by a route: fe80::1 is link-local"
        ),
        (
            "\tgroup=\(String(repeating: "g", count: 65))\n",
            "5:8: error: group is a name of 1 to 64 bytes, not of 65"
        ),
        ("\tid=51 52\n", "5:8: error: '52' behind the value of id has no meaning"),
        (
            "vrrp=web\n\tinterface=eth1\n\tid=51\n\taddress=192.0.2.11/24\n",
            "5:1: error: the vrrp section 'web' stands in line 1 already"
        ),
        (
            "vrrp=b\n\tinterface=eth0\n\tid=51\n\taddress=192.0.2.11/24\n",
            "7:2: error: id 51 on eth0 is that of the vrrp section in line 1 already"
        ),
        (
            "\tgroup=g\n\tpriority=150\nvrrp=b\n\tinterface=eth0\n\tid=52\n\taddress=192.0.2.11/24\n\tgroup=g\n",
            "7:1: error: the group 'g' moves as one, and line 1 has another priority"
        ),
        ("vrrp=b\n\tinterface=eth0\n\taddress=192.0.2.11/24\n", "5:1: error: the vrrp section 'b' needs id = 1 to 255"),
        (
            "\twatchdog=/dev/watchdog\nvrrp=b\n\tinterface=eth1\n\tid=51\n\taddress=192.0.2.11/24\n"
                + "\twatchdog=/dev/watchdog1\n",
            "10:2: error: a machine has one watchdog, and line 5 names another"
        ),
        (
            "\tkeys=/k\n\tlink=udp 10.9.0.2 via eth1\n\tlink=udp 10.9.0.3 via eth1\n",
            "7:7: error: the link to 10.9.0.2 in line 6 has port 694 on eth1 already: give this one another, on both sides"
        ),
        ("\tfence=null timeout 0s\n", "5:21: error: the timeout of fence is a time from 1s to 10m"),
    ])
    func whatCannotWorkIsSaid(addition: String, error: String) {
        let result = parse(Self.least + addition + Self.service)
        #expect(result.configuration == nil)
        #expect(result.diagnostics.first { $0.severity == .error }?.description == "x.cf:" + error)
    }

    @Test(arguments: [
        ("\tkeys=/k\n", "5:2: warning: keys has no effect without link = ..."),
        ("\tkeys=/elsewhere\n\tlink=bcast eth1\n", "5:2: warning: the key file /elsewhere is not here"),
        (
            "\tpriority=255\n\tpreempt=no\n",
            "6:2: warning: priority 255 owns the addresses and preempts whatever preempt says"
        ),
        (
            "\tversion=2\n\tauth=pass:0123456789\n",
            "6:7: warning: only the first eight bytes of the secret are sent, as keepalived does"
        ),
        ("\tid=52\n", "5:2: warning: id stands in line 3 already: the last one counts"),
        (
            "\tlink=bcast eth1\n\tkeys=/k\n\tdead=500ms\n",
            "7:2: warning: dead is shorter than three advertisement intervals (3000ms): a takeover waits for those "
                + "in any case, and a link that falters for a moment counts as silent"
        ),
        (
            "\tpriority=255\n\taccept=no\n",
            "6:2: warning: priority 255 owns the addresses: packets for them are accepted all the same"
        ),
        (
            "\tvmac=yes\n\tunicast=192.0.2.3\n",
            "5:2: warning: with unicast the advertisements come from the interface's own MAC address: switches learn "
                + "the virtual one from announcements only"
        ),
        (
            "\tlink=serial /dev/ttyS0\n\tkeys=/k\n\tdead=200ms\n\tinterval=50ms\n",
            "5:7: warning: at 19200 baud a message takes 81ms, and dead asks for one every 40ms: "
                + "take a faster line, or a longer dead"
        ),
        (
            "\tgroup=g\nvrrp=b\n\tinterface=eth1\n\tid=51\n\taddress=192.0.2.11/24\n\tgroup=g\n\tinterval=2s\n",
            "11:2: warning: the group 'g' moves as one, and line 1 has another interval: it is taken over when the "
                + "slower one is silent"
        ),
    ])
    func whatWorksOtherwiseThanMeantIsSaid(addition: String, warning: String) {
        let result = parse(Self.least + addition + Self.service)
        #expect(result.configuration != nil)
        #expect(result.diagnostics.map(\.description).contains("x.cf:" + warning))
    }

    @Test func secretsAreInNoMessage() {
        for text in ["\tversion=2\n\tauth=topsecret\n", "\tauth=pass:topsecret\n", "\tauth=pass:topsecret x\n"] {
            let said = parse(Self.least + text + Self.service).diagnostics.map(\.description).joined()
            #expect(!said.contains("topsecret") && !said.isEmpty)
        }
    }
}
