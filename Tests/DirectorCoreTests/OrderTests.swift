import DirectorConfig
import DirectorCore
import NetworkTypes
import Testing
import TimeTypes
import VirtualServers

/// What operators order for single servers.
struct OrderTests {
    @Test(arguments: [(false, -1), (true, 0)])
    func aDisabledServerIsOutAtOnceAndEnablingBringsItBack(quiescent: Bool, weight: Int32) throws {
        var drill = Drill { $0.quiescent = quiescent }
        try drill.order(.disable, 1)
        #expect(drill.weights == [weight, 5, 5])
        drill.check(1, true)
        #expect(drill.weights == [weight, 5, 5])
        let outcome = try drill.order(.enable, 1)
        #expect(outcome.text == "real server 10.0.0.1:80 of TCP 192.0.2.1:80 is enabled")
        #expect(drill.weights == [5, 5, 5])
        #expect(drill.events == [.serverDisabled, .serverEnabled])
        #expect(drill.director.memory.items.isEmpty)
    }

    @Test(arguments: [OperatorAction.disable, .drain], [false, true])
    func aServerWithoutChecksComesBackAfterARestart(action: OperatorAction, quiescent: Bool) throws {
        var drill = Drill {
            $0.quiescent = quiescent
            $0.reals[0].check = .alwaysUp
        }
        // In use, and from now on as it is.
        drill.load { $0.reals[0].check = .off }
        try drill.order(action, 1)
        drill.restart()
        drill.restart()
        #expect(drill.weights[0] < 1)
        try drill.order(.enable, 1)
        #expect(drill.weights == [5, 5, 5])
    }

    @Test func anOrderWhoseServiceHasLeftCanBeTakenBack() throws {
        var drill = Drill()
        try drill.order(.disable, 1)
        var without = drill.farm.configuration
        without.virtuals = []
        _ = drill.director.load(without, at: drill.now)
        drill.converge()
        #expect(drill.events == [.serverDisabled, .orderWaits])
        #expect(throws: OrderRefusal.self) { try drill.order(.enable, 2) }
        let outcome = try drill.order(.enable, 1)
        #expect(outcome.isChange && outcome.text.hasSuffix("which is not configured, is taken back"))
        #expect(throws: OrderRefusal.self) { try drill.order(.enable, 1) }
        drill.load { _ in }
        #expect(drill.director.memory.items.isEmpty)
    }

    @Test func anOrderAgainChangesNothing() throws {
        var drill = Drill()
        for action in [OperatorAction.disable, .drain, .enable] {
            let first = try drill.order(action, 1)
            #expect(first.isChange)
            let memory = drill.director.memory
            drill.pass(.seconds(10))
            let again = try drill.order(action, 1)
            #expect(!again.isChange)
            #expect(again.text.contains("already"))
            #expect(drill.director.memory == memory)
        }
        #expect(drill.events == [.serverDisabled, .serverDraining, .serverDrained, .serverEnabled])
    }

    @Test func aServerThatIsDownStaysOutWhenItIsEnabled() throws {
        var drill = Drill()
        try drill.order(.disable, 1)
        drill.check(1, false, reason: "connection refused")
        let outcome = try drill.order(.enable, 1)
        #expect(outcome.text.hasSuffix("is enabled, but its checks fail: connection refused"))
        #expect(drill.weights == [-1, 5, 5])
    }

    @Test func whatKeepsAnEnabledServerOutIsSaid() throws {
        var drill = Drill {
            $0.agent = AgentSettings(port: 9707)
            $0.reals[2].server.weight = 0
        }
        drill.say(1, "maint # disk")
        let name = "of TCP 192.0.2.1:80 is enabled already, but"
        let said = try [1, 2, 3].map { try drill.order(.enable, $0).text }
        #expect(
            said == [
                "real server 10.0.0.1:80 \(name) its agent says maint # disk",
                "real server 10.0.0.2:80 \(name) its agent has not answered yet",
                "real server 10.0.0.3:80 \(name) its weight is 0 in the file",
            ])
    }

    @Test func aDrainedServerThatBecomesAFallbackIsNotSaidToHaveLeft() throws {
        var drill = Drill { $0.policy.drain = .seconds(60) }
        try drill.order(.drain, 1)
        drill.load { virtual in
            let server = virtual.reals.removeFirst()
            virtual.tiers = [
                FallbackTier(line: 9, servers: [.init(server: server.server, probes: server.probes)])
            ]
        }
        #expect(drill.director.services[drill.farm.id]?.withdrawals.isEmpty == true)
        #expect(drill.weightOf(Drill.server(1)) == -1)
    }

    @Test func anOrderOutlastsRestartsAndReloadsWhileTheServerIsConfigured() throws {
        var drill = Drill()
        try drill.order(.disable, 1)
        let kept = drill.director.memory.items.first
        let item = try #require(kept)
        #expect(item.by == "root")
        #expect(item.since == drill.now.wall)
        drill.restart(after: .seconds(100))
        drill.check(1, true)
        #expect(drill.weights == [-1, 5, 5])
        let items = drill.director.memory.items
        #expect(items == [item])
        drill.load { $0.reals[0].server.weight = 9 }
        #expect(drill.weights == [-1, 5, 5])
        let first = drill.farm.configuration.virtuals[0].reals[0]
        drill.load { $0.reals.removeFirst() }
        #expect(drill.director.memory.items.isEmpty)
        #expect(drill.events.contains(.orderDropped))
        drill.load { $0.reals.insert(first, at: 0) }
        drill.check(1, true)
        #expect(drill.weights == [9, 5, 5])
    }

    @Test func anOrderForAServerThatWasRemovedWhileNoEngineRanIsForgotten() throws {
        var drill = Drill()
        try drill.order(.disable, 1)
        var smaller = drill.farm.configuration
        smaller.virtuals[0].reals.removeFirst()
        drill.restart(smaller)
        #expect(drill.director.memory.items.isEmpty)
        #expect(drill.events.contains(.orderDropped))
    }

    @Test(arguments: [true, false])
    func anOrderWaitsForTheReturnOfItsSection(isGoneWithoutAnEngine: Bool) throws {
        var drill = Drill()
        try drill.order(.disable, 1)
        let items = drill.director.memory.items
        if isGoneWithoutAnEngine {
            drill.restart(Configuration())
        } else {
            _ = drill.director.load(Configuration(), at: drill.now)
            drill.converge()
        }
        #expect(drill.director.actual.entries.isEmpty && drill.director.memory.items.isEmpty)
        drill.restart(Configuration())
        _ = drill.director.load(drill.farm.configuration, at: drill.now)
        drill.converge()
        for last in 1...3 { drill.check(UInt32(last), true) }
        #expect(drill.weights == [-1, 5, 5])
        #expect(drill.director.memory.items == items && drill.director.memory.awaited.isEmpty)
        let told = drill.director.history.records.filter { $0.kind == .serverDisabled }
        #expect(told.count == 2 && told.last?.text.contains("is disabled (ordered by root at ") == true)
    }

    /// Also on the peer, which never lost it.
    @Test func enablingIsAChangeWhereAnOrderIsForgottenHereAlone() throws {
        var drill = Drill()
        try drill.order(.disable, 1)
        let first = drill.farm.configuration.virtuals[0].reals[0]
        drill.load { $0.reals.removeFirst() }
        drill.load { $0.reals.insert(first, at: 0) }
        #expect(drill.director.sharedOrders.all.map(\.action) == [.disable])
        let isChange = [try drill.order(.enable, 1).isChange, try drill.order(.enable, 1).isChange]
        #expect(isChange == [true, false])
        #expect(drill.director.sharedOrders.all.map(\.action) == [.enable])
    }

    @Test func disablingADrainingServerTakesItOutAtOnce() throws {
        var drill = Drill { $0.policy.drain = .seconds(30) }
        try drill.order(.drain, 1)
        drill.count(1, active: 3)
        try drill.order(.disable, 1)
        #expect(drill.weights == [-1, 5, 5])
        try drill.order(.enable, 1)
        #expect(drill.weights == [5, 5, 5])
    }

    @Test func aServerThatIsRemovedFromTheFileWhileTheOperatorDrainsItKeepsItsDeadline() throws {
        var drill = Drill { $0.policy.drain = .seconds(30) }
        try drill.order(.drain, 1)
        drill.count(1, active: 3)
        drill.pass(.seconds(20))
        drill.load { $0.reals.removeFirst() }
        drill.count(1, active: 3)
        #expect(drill.weightOf(Drill.server(1)) == 0)
        #expect(throws: OrderRefusal.self) {
            var copy = drill
            try copy.order(.enable, 1)
        }
        drill.pass(.seconds(11))
        #expect(drill.weightOf(Drill.server(1)) == -1)
    }
}

/// Which server is meant.
struct OrderNameTests {
    private func director() throws -> Director {
        var configuration = Configuration()
        func virtual(_ id: VirtualService.ID, name: String? = nil, reals: [String]) throws {
            var virtual = VirtualConfiguration(line: 1, service: VirtualService(id))
            virtual.serviceName = name
            virtual.reals = try reals.map {
                RealConfiguration(line: 2, server: RealServer(try #require(Endpoint($0))), check: .alwaysUp)
            }
            virtual.fallback = RealServer(try #require(Endpoint("127.0.0.1:80")))
            configuration.virtuals.append(virtual)
        }
        func address(_ transport: TransportProtocol, _ text: String) throws -> VirtualService.ID {
            .address(transport, try #require(Endpoint(text)))
        }
        try virtual(address(.tcp, "192.0.2.1:80"), name: "shop", reals: ["10.0.0.1:80", "10.0.0.2:80", "10.0.0.2:81"])
        try virtual(address(.tcp, "192.0.2.1:53"), reals: ["10.0.0.1:53"])
        try virtual(address(.udp, "192.0.2.1:53"), reals: ["10.0.0.1:53"])
        try virtual(address(.tcp, "[2001:db8::1]:80"), reals: ["[2001:db8::2]:80"])
        try virtual(.firewallMark(7, .ipv4), reals: ["10.0.0.7:0"])
        try virtual(.firewallMark(8, .ipv4), reals: ["10.0.0.8:0"])
        try virtual(.firewallMark(8, .ipv6), reals: ["[2001:db8::8]:0"])
        return Director(configuration, actual: .init(), at: Farm.now)
    }

    @Test(arguments: [
        ("TCP 192.0.2.1:80", "10.0.0.1:80", "TCP 192.0.2.1:80", "10.0.0.1:80"),
        ("tcp  192.0.2.1:80", "10.0.0.1", "TCP 192.0.2.1:80", "10.0.0.1:80"),
        ("192.0.2.1:80", "10.0.0.2:81", "TCP 192.0.2.1:80", "10.0.0.2:81"),
        ("shop", "10.0.0.1:80", "TCP 192.0.2.1:80", "10.0.0.1:80"),
        ("UDP 192.0.2.1:53", "10.0.0.1:53", "UDP 192.0.2.1:53", "10.0.0.1:53"),
        ("[2001:db8::1]:80", "[2001:db8::2]:80", "TCP [2001:db8::1]:80", "[2001:db8::2]:80"),
        ("2001:db8::1", "[2001:db8::2]", "TCP [2001:db8::1]:80", "[2001:db8::2]:80"),
        ("FWM 7", "10.0.0.7:0", "FWM 7", "10.0.0.7:0"), ("7", "10.0.0.7", "FWM 7", "10.0.0.7:0"),
        ("FWM 8", "10.0.0.8", "FWM 8", "10.0.0.8:0"), ("FWM 8 IPv6", "2001:db8::8", "FWM 8 IPv6", "[2001:db8::8]:0"),
    ])
    func oneThingIsMeant(virtual: String, server: String, service: String, endpoint: String) throws {
        var director = try director()
        let outcome = try director.carryOut(.disable, virtual: virtual, server: server, by: "me", at: Farm.now)
        #expect(outcome.service.description == service)
        #expect(outcome.server.description == endpoint)
    }

    @Test(arguments: [
        ("192.0.2.1:53", "10.0.0.1", "'192.0.2.1:53' may be TCP 192.0.2.1:53, UDP 192.0.2.1:53: write one of them"),
        ("8", "10.0.0.8", "'8' may be FWM 8, FWM 8 IPv6: write one of them"),
        (
            "192.0.2.1:81", "x",
            "no virtual service '192.0.2.1:81' is configured, did you mean TCP 192.0.2.1:80, TCP 192.0.2.1:53, UDP 192.0.2.1:53?"
        ),
        ("shpo", "x", "no virtual service 'shpo' is configured, did you mean TCP 192.0.2.1:80?"),
        ("shop", "10.0.0.2", "'10.0.0.2' may be 10.0.0.2:80, 10.0.0.2:81: write one of them"),
        (
            "shop", "10.0.0.3:80",
            "TCP 192.0.2.1:80 has no real server '10.0.0.3:80', did you mean 10.0.0.1:80, 10.0.0.2:80, 10.0.0.2:81?"
        ),
        ("shop", "10.0.0.7:0", "10.0.0.7:0 is no real server of TCP 192.0.2.1:80, but of FWM 7"),
        (
            "shop", "127.0.0.1:80",
            "127.0.0.1:80 is a fallback of TCP 192.0.2.1:80: only real servers are drained, disabled and enabled"
        ),
        ("FWM 7", "nonsense", "FWM 7 has no real server 'nonsense': configured is 10.0.0.7:0"),
        (
            "", "x",
            "no virtual service '' is configured: configured are FWM 7, FWM 8, FWM 8 IPv6, TCP 192.0.2.1:53, TCP 192.0.2.1:80 and 2 more"
        ),
    ])
    func whatIsNotMeantIsSaidInOneLine(virtual: String, server: String, says: String) throws {
        var director = try director()
        do {
            _ = try director.carryOut(.drain, virtual: virtual, server: server, by: "me", at: Farm.now)
            Issue.record("not refused")
        } catch {
            #expect(error.description == says)
        }
        #expect(director.memory.items.isEmpty)
    }
}
