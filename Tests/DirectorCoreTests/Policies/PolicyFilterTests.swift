import DirectorConfig
import DirectorCore
import NetworkTypes
import Testing
import TimeTypes
import VirtualRouting
import VirtualServers

/// Which policies act on what happens.
struct PolicyFilterTests {
    private static func at(_ seconds: Int64) -> MonotonicInstant {
        MonotonicInstant(nanoseconds: seconds * 1_000_000_000)
    }

    private static func event(_ kind: EventKind, server last: UInt32? = nil, name: String? = nil) -> EventRecord {
        var record = EventRecord(
            kind, at: WallTime(milliseconds: 0), service: last == nil ? nil : Farm().id,
            server: last.map { Endpoint(IPAddress(ipv4: 0x0A00_0000 + $0), 80) }, "x")
        record.name = name
        return record
    }

    private static func filter(_ trigger: EventTrigger, _ count: Int = 1, in window: Duration? = nil) -> PolicyFilter {
        var configuration = Configuration()
        configuration.policies = [policy(trigger, count, in: window)]
        var filter = PolicyFilter()
        filter.reconfigure(configuration)
        return filter
    }

    private static func policy(_ trigger: EventTrigger, _ count: Int = 1, in window: Duration? = nil) -> EventPolicy {
        var policy = EventPolicy(line: 1, trigger: trigger, action: .log(nil))
        policy.count = count
        policy.window = window
        return policy
    }

    @Test func oneIsEnoughWithoutACount() {
        var filter = Self.filter(.kind(.drift))
        for second in 0..<3 as Range<Int64> {
            #expect(filter.take(Self.event(.drift, server: 1), at: Self.at(second)).firings.map(\.count) == [1])
        }
        #expect(filter.take(Self.event(.realServerDown, server: 1), at: Self.at(3)).firings.isEmpty)
    }

    @Test func threeServersWithinAMinuteAreCountedAndThenFromZero() {
        var filter = Self.filter(.kind(.realServerDown), 3, in: .seconds(60))
        var acted: [Int] = []
        for (second, server) in [(0, 1), (59, 2), (61, 3), (62, 4), (63, 5), (64, 6), (65, 7)] as [(Int64, UInt32)] {
            let firings = filter.take(Self.event(.realServerDown, server: server), at: Self.at(second)).firings
            if firings.first?.count == 3 { acted.append(Int(second)) }
        }
        // The first was too old for the third; then the second, third and fourth; then three more.
        #expect(acted == [62, 65])
    }

    @Test func aRecoveryTakesItsServerOutOfTheCount() {
        var filter = Self.filter(.kind(.realServerDown), 2, in: .seconds(60))
        func take(_ kind: EventKind, _ server: UInt32) -> Int {
            filter.take(Self.event(kind, server: server), at: Self.at(1)).firings.count
        }
        #expect(take(.realServerDown, 1) == 0)
        #expect(take(.realServerUp, 1) == 0)
        #expect(take(.realServerDown, 2) == 0)
        // Another's recovery clears nothing.
        #expect(take(.realServerUp, 3) == 0)
        #expect(take(.realServerDown, 1) == 1)
    }

    /// One breaks, another comes back and breaks again: two are broken.
    private static let links: [FailoverEvent] = [
        .link(index: 0, peer: "lb2", isUp: false), .link(index: 1, peer: "lb2", isUp: true),
        .link(index: 1, peer: "lb2", isUp: false),
    ]
    private static let peers: [FailoverEvent] = [
        .peer(name: "lb2", .vanished), .peer(name: "lb3", .appeared), .peer(name: "lb3", .vanished),
    ]
    private static let tracked: [FailoverEvent] = [
        .tracked(item: "interface eth1", works: false, why: ""),
        .tracked(item: "ping 10.0.0.1", works: true, why: ""),
        .tracked(item: "ping 10.0.0.1", works: false, why: ""),
    ]
    private static let devices: [FailoverEvent] = [
        .device(name: "watchdog /dev/watchdog", isUsable: false, why: ""),
        .device(name: "link 1", isUsable: true, why: ""), .device(name: "link 1", isUsable: false, why: ""),
    ]

    @Test(arguments: [links, peers, tracked, devices])
    func whatThePairTellsOfIsToldApart(events: [FailoverEvent]) {
        let records = events.map { EventRecord($0, at: WallTime(milliseconds: 0)) }
        var filter = Self.filter(.kind(records[0].kind), 2, in: .seconds(60))
        #expect(records.map { filter.take($0, at: Self.at(1)).firings.count } == [0, 0, 1])
        #expect(records.allSatisfy { $0.name?.isEmpty == false })
    }

    @Test func namesAreToldApart() {
        var filter = Self.filter(.named(.eventRaised, "disk"), 2, in: .seconds(60))
        func take(_ kind: EventKind, _ name: String) -> Int {
            filter.take(Self.event(kind, name: name), at: Self.at(1)).firings.count
        }
        #expect(take(.eventRaised, "ups") == 0)
        #expect(take(.eventRaised, "disk") == 0)
        #expect(take(.eventCleared, "ups") == 0)
        #expect(take(.eventRaised, "disk") == 1)
        #expect(take(.eventRaised, "disk") == 0)
        #expect(take(.eventCleared, "disk") == 0)
        #expect(take(.eventRaised, "disk") == 0)
    }

    @Test func aSectionsPolicySeesItsOwnServiceOnly() {
        var farm = Farm()
        farm.configuration.virtuals[0].policies = [Self.policy(.kind(.realServerDown))]
        var filter = PolicyFilter()
        filter.reconfigure(farm.configuration)
        #expect(filter.take(Self.event(.realServerDown, server: 1), at: Self.at(0)).firings.count == 1)
        var other = Self.event(.realServerDown, server: 1)
        other.service = .firewallMark(7, .ipv4)
        #expect(filter.take(other, at: Self.at(0)).firings.isEmpty)
        other.service = nil
        #expect(filter.take(other, at: Self.at(0)).firings.isEmpty)
    }

    @Test func aReloadKeepsTheCountsOfWhatStays() {
        var configuration = Configuration()
        configuration.policies = [Self.policy(.kind(.drift), 2, in: .seconds(60))]
        var filter = PolicyFilter()
        filter.reconfigure(configuration)
        #expect(filter.take(Self.event(.drift, server: 1), at: Self.at(0)).firings.isEmpty)
        configuration.policies[0].line = 9
        configuration.policies.insert(Self.policy(.kind(.proberLost)), at: 0)
        filter.reconfigure(configuration)
        let firings = filter.take(Self.event(.drift, server: 1), at: Self.at(1)).firings
        #expect(firings.map(\.policy.line) == [9])
        filter.reconfigure(Configuration())
        #expect(filter.isEmpty)
    }

    @Test func aMassFailureIsCutOffAndThatIsSaidOnce() {
        var filter = Self.filter(.kind(.realServerDown))
        var firings = 0
        var complaints: [String] = []
        for server in 0..<1_000 as Range<UInt32> {
            let outcome = filter.take(Self.event(.realServerDown, server: server), at: Self.at(1))
            firings += outcome.firings.count
            complaints += outcome.complaints
        }
        #expect(firings == PolicyFilter.budget.actions)
        #expect(complaints.count == 1)
        #expect(complaints[0].contains("the policy of line 1 (real-server-down do log) has acted 60 times within 60s"))
        #expect(filter.take(Self.event(.realServerDown, server: 1), at: Self.at(62)).firings.count == 1)
    }

    @Test func summariesCountNothingAndLongChainsAreCut() {
        var filter = Self.filter(.kind(.eventRaised))
        var summary = Self.event(.eventRaised, name: "a")
        summary.repeats = 12
        #expect(filter.take(summary, at: Self.at(0)).firings.isEmpty)
        var deep = Self.event(.eventRaised, name: "a")
        deep.depth = PolicyFilter.depthLimit - 1
        #expect(filter.take(deep, at: Self.at(0)).firings.count == 1)
        deep.depth += 1
        #expect(filter.take(deep, at: Self.at(0)).firings.isEmpty)
    }

    @Test func whatAProgramIsTold() {
        var record = Self.event(.realServerDown, server: 1)
        record.number = 17
        let firing = PolicyFilter.Firing(
            policy: Self.policy(.kind(.realServerDown), 3, in: .seconds(60)), service: nil, record: record, count: 3)
        let facts = PolicyFacts(firing, host: "lb1")
        #expect(facts.source == "TCP 192.0.2.1:80")
        #expect(
            facts.variables == [
                "DIRECTOR_EVENT=real-server-down", "DIRECTOR_SEVERITY=info", "DIRECTOR_TEXT=x (3 within 60s)",
                "DIRECTOR_TIME=1970-01-01T00:00:00.000Z", "DIRECTOR_NUMBER=17", "DIRECTOR_COUNT=3",
                "DIRECTOR_SERVICE=TCP 192.0.2.1:80", "DIRECTOR_SERVER=10.0.0.1:80", "DIRECTOR_NAME=",
                "DIRECTOR_ROUTER=",
                "DIRECTOR_SOURCE=", "DIRECTOR_HOST=lb1", "DIRECTOR_POLICY=1",
            ])
    }
}
