import NetworkTypes
import Testing
import TimeTypes

@testable import VirtualRouting

/// What the links change: who may be replaced, who asks first, who gives way.
struct PairTests {
    /// The other director, as its messages on the links show it.
    struct Other {
        var heartbeat = Heartbeat(
            sender: "other", boot: BootID(high: 2, low: 1), link: 0, sequence: 0, interval: .milliseconds(200))

        init() { heartbeat.hears = [BootID(high: 1, low: 1)] }

        mutating func says(
            _ role: Role, priority: UInt8 = 150, isWilling: Bool = true, isReady: Bool = true,
            hearsMaster: Bool = false, reach: Reach? = nil, link: Int = 0
        ) throws -> Heartbeat {
            heartbeat.sequence += 1
            heartbeat.link = UInt8(link)
            heartbeat.groups = [
                GroupReport(
                    name: "web", role: role, priority: priority, isWilling: isWilling, isReady: isReady,
                    hearsMaster: hearsMaster, address: try address("10.0.0.9"), reach: reach)
            ]
            return heartbeat
        }

        mutating func leaves() -> Heartbeat {
            heartbeat.sequence += 1
            heartbeat.isLeaving = true
            heartbeat.groups = []
            return heartbeat
        }

        mutating func restarts() {
            heartbeat.boot = BootID(high: 2, low: heartbeat.boot.low + 1)
            heartbeat.sequence = 0
            heartbeat.isLeaving = false
        }
    }

    /// A backup that has asked and been answered, with a master that both VRRP and the link tell of until `at`.
    func backup(until at: Double = 5000, fencing: Bool = false, detects: Bool = false) throws -> (Node, Other) {
        var (node, other) = (try Node(links: 1, detects: detects, fencing: fencing), Other())
        node.start()
        for instant in stride(from: 100.0, through: at, by: 100) {
            node.run(until: instant)
            if instant.truncatingRemainder(dividingBy: 1000) == 0 { try node.hear(priority: 150, at: instant) }
            node.actions = try node.node.receive(other.says(.master), link: 0, at: node.instant(instant))
        }
        #expect(node.role == .backup)
        return (node, other)
    }

    // MARK: Replay

    @Test func aPeerThatLeftAndComesBackIsToldOfOnce() throws {
        var (node, other) = (try Node(links: 1), Other())
        node.start()
        func told(_ heartbeat: Heartbeat, at time: Double) throws -> [FailoverEvent.PeerChange] {
            try node.node.receive(heartbeat, link: 0, at: node.instant(time)).compactMap { action in
                if case .report(.peer(_, let change)) = action { change } else { nil }
            }
        }
        #expect(try told(other.says(.backup), at: 10) == [.appeared])
        #expect(try told(other.leaves(), at: 20) == [.left])
        other.restarts()
        #expect(try told(other.says(.backup), at: 30) == [.appeared])
        other.restarts()
        #expect(try told(other.says(.backup), at: 40) == [.restarted])
    }

    @Test func nothingIsTakenUpTwiceOrFromBefore() throws {
        var (node, other) = (try Node(links: 2), Other())
        node.start()
        func receive(_ heartbeat: Heartbeat, link: Int = 0) throws(HeartbeatRefusal) {
            _ = try node.node.receive(heartbeat, link: link, at: node.instant(10))
        }
        let first = try other.says(.backup)
        let second = try other.says(.backup)
        try receive(second)
        #expect(throws: HeartbeatRefusal.replayed) { try receive(second) }
        #expect(throws: HeartbeatRefusal.replayed) { try receive(first) }
        // A message of one link does not keep another alive.
        try receive(try other.says(.backup, link: 1), link: 1)
        let third = try other.says(.backup)
        #expect(throws: HeartbeatRefusal.otherLink) { try receive(third, link: 1) }
        // The run before cannot come back.
        other.restarts()
        try receive(try other.says(.backup))
        #expect(throws: HeartbeatRefusal.formerRun) { try receive(third) }
        #expect(node.node.peers.refusals == [.replayed: 2, .otherLink: 1, .formerRun: 1])
    }

    @Test func arecordingFromBeforeOurStartIsOnlyAnswered() throws {
        var (node, other) = (try Node(links: 1), Other())
        node.start()
        other.heartbeat.hears = []
        node.actions = try node.node.receive(other.says(.master, priority: 200), link: 0, at: node.instant(10))
        // It is told that it is heard; that alone makes it trusted when it shows so.
        #expect(node.heartbeats.map(\.hears) == [[other.heartbeat.boot]])
        #expect(node.node.peers.peers[0].boot == nil && node.node.peers.peers[0].lastHeard == nil)
        node.run(until: 4000)
        #expect(node.role == .master)
        other.heartbeat.hears = [BootID(high: 1, low: 1)]
        node.actions = try node.node.receive(other.says(.master, priority: 200), link: 0, at: node.instant(4100))
        #expect(node.role == .backup)
    }

    @Test func ownAndDoubledNamesAreRefused() throws {
        var (node, other) = (try Node(links: 1), Other())
        node.start()
        let own = try #require(node.heartbeats.first)
        #expect(throws: HeartbeatRefusal.ownMessage) { try node.node.receive(own, link: 0, at: node.instant(1)) }
        other.heartbeat.sender = "self"
        let doubled = try other.says(.backup)
        #expect(throws: HeartbeatRefusal.sameName) { try node.node.receive(doubled, link: 0, at: node.instant(1)) }
        for number in 0..<20 {
            other.heartbeat.sender = "director \(number)"
            let one = try other.says(.backup)
            if number < 15 {
                _ = try node.node.receive(one, link: 0, at: node.instant(2))
            } else {
                #expect(throws: HeartbeatRefusal.tooManyPeers) {
                    try node.node.receive(one, link: 0, at: node.instant(2))
                }
            }
        }
    }

    @Test func lossIsCounted() throws {
        var (node, other) = (try Node(links: 1), Other())
        node.start()
        for number in 1...100 {
            let heartbeat = try other.says(.backup)
            if number % 10 == 0 { continue }
            _ = try node.node.receive(heartbeat, link: 0, at: node.instant(Double(number)))
        }
        let link = node.node.peers.peers[0].links[0]
        #expect(link.received == 90 && link.lost == 9)
    }

    // MARK: Takeover

    @Test func aMasterThatALinkHearsIsNotReplaced() throws {
        var (node, other) = try backup()
        for instant in stride(from: 5100.0, through: 60_000, by: 100) {
            node.run(until: instant)
            #expect(node.role == .backup)
            node.actions = try node.node.receive(other.says(.master), link: 0, at: node.instant(instant))
        }
        node.run(until: 60_900)
        #expect(node.role == .backup)
        // The dead time after its last word it is.
        node.run(until: 61_000)
        #expect(node.role == .master)
    }

    @Test func silenceOfTheLinksAloneChangesNothing() throws {
        var (node, _) = try backup()
        for instant in stride(from: 6000.0, through: 20_000, by: 1000) {
            node.run(until: instant)
            try node.hear(priority: 150, at: instant)
            #expect(node.role == .backup)
        }
        node.run(until: 20_000 + 3600)
        #expect(node.role == .backup)
        node.run(until: 20_000 + 3610)
        #expect(node.role == .master)
    }

    @Test func aTrustedLinkShortensTheWait() throws {
        // VRRP is silent after 3.6 s either way; what counts is the last word on the link.
        for (detects, waits) in [(false, 1000.0), (true, 700)] {
            var (node, other) = try backup(until: 5000, detects: detects)
            for instant in stride(from: 5100.0, through: 9000, by: 100) {
                node.run(until: instant)
                node.actions = try node.node.receive(other.says(.master), link: 0, at: node.instant(instant))
            }
            node.run(until: 9000 + waits - 1)
            #expect(node.role == .backup)
            node.run(until: 9000 + waits)
            #expect(node.role == .master)
        }
    }

    @Test func aMasterThatVanishesFromATrustedLinkAndVRRPTogetherIsReplacedAtOnce() throws {
        // Its last advertisement at 5 s, its last word at 5.3 s. Three intervals and the skew, or one and 50 ms.
        for (detects, at) in [(false, 8609.375), (true, 6659.375)] {
            var (node, other) = try backup(until: 5000, detects: detects)
            for instant in [5100.0, 5200, 5300] {
                node.run(until: instant)
                node.actions = try node.node.receive(other.says(.master), link: 0, at: node.instant(instant))
            }
            node.run(until: at - 1)
            #expect(node.role == .backup)
            node.run(until: at)
            #expect(node.role == .master)
            #expect(node.events.contains(.role(group: "web", .master, .masterSilent)))
        }
    }

    @Test(arguments: [10.0, 100, 1000])
    func nobodyIsReplacedWhileItMayResume(interval: Double) throws {
        let duration = Duration.microseconds(Int64(interval * 1000))
        for detects in [false, true] {
            // The greatest priority has the least skew.
            let node = try Node(priority: 254, interval: duration, links: 1, detects: detects).node
            var router = node.groups[0].routers[0]
            let advertisement = Advertisement(
                version: .v3, routerID: 51, priority: 254, interval: duration, addresses: router.settings.addresses)
            router.follow(advertisement, from: try address("10.0.0.9"), priority: 254, at: .zero)
            let due = try #require(detects ? router.overdueAt : router.masterDownAt)
            #expect(.zero + node.resumeLimit(of: 0) < due)
        }
    }

    @Test func aCutLinkAndAMissingAdvertisementAreNoDeath() throws {
        var (node, _) = try backup(until: 5000, detects: true)
        // The link was cut at 5 s; the master is heard on until 6 s.
        node.run(until: 6000)
        try node.hear(priority: 150, at: 6000)
        node.run(until: 6000 + 3000 + 609)
        #expect(node.role == .backup)
        node.run(until: 6000 + 3000 + 610)
        #expect(node.role == .master)
    }

    @Test func theBestOfThoseWhoAreLeftTakesOverWithoutWaiting() throws {
        // A third director that could take over has a better place than we, or a worse one.
        for (third, waits) in [(UInt8(120), 6.09375), (90, 0)] {
            var (node, other) = try backup()
            var another = Other()
            another.heartbeat.sender = "third"
            another.heartbeat.boot = BootID(high: 3, low: 1)
            node.actions = try node.node.receive(
                another.says(.backup, priority: third), link: 0, at: node.instant(5000))
            node.actions = try node.node.receive(other.leaves(), link: 0, at: node.instant(5010))
            #expect(node.role == (waits == 0 ? .master : .backup))
            node.run(until: 5010 + waits)
            #expect(node.role == .master)
        }
    }

    @Test func theBestIsFirstWhenAllHaveWaitedForTheSameLink() throws {
        for (third, waits) in [(UInt8(120), 6.09375), (90, 0)] {
            var (node, other) = try backup()
            for instant in stride(from: 5100.0, through: 10_000, by: 100) {
                node.run(until: instant)
                node.actions = try node.node.receive(other.says(.master), link: 0, at: node.instant(instant))
            }
            var another = Other()
            another.heartbeat.sender = "third"
            another.heartbeat.boot = BootID(high: 3, low: 1)
            node.run(until: 10_500)
            node.actions = try node.node.receive(
                another.says(.backup, priority: third), link: 0, at: node.instant(10_500))
            node.run(until: 10_999)
            #expect(node.role == .backup)
            node.run(until: 11_000)
            #expect(node.role == (waits == 0 ? .master : .backup))
            node.run(until: 11_000 + waits)
            #expect(node.role == .master)
        }
    }

    @Test func priorityZeroNeedsTheLinksWord() throws {
        var (node, other) = try backup()
        try node.hear(priority: 0, at: 5010)
        // Anybody on the network can send priority 0.
        node.run(until: 5010 + 800)
        #expect(node.role == .backup)
        node.actions = try node.node.receive(other.leaves(), link: 0, at: node.instant(5900))
        #expect(node.role == .master)
        #expect(node.events.contains(.role(group: "web", .master, .masterGaveUp)))
    }

    @Test func aConfirmedPriorityZeroIsActedOnAtOnce() throws {
        var (node, other) = try backup()
        node.actions = try node.node.receive(other.leaves(), link: 0, at: node.instant(5010))
        #expect(node.role == .master)
    }

    @Test func aMasterThatRestartedWithoutItsRoleIsReplacedAtOnce() throws {
        var (node, other) = try backup()
        other.restarts()
        node.actions = try node.node.receive(other.says(.backup), link: 0, at: node.instant(5010))
        node.run(until: 5017)
        #expect(node.role == .master)
    }

    @Test func whoHasJustStartedAsksFirst() throws {
        // The owner, even: at most the dead time.
        var (node, other) = (try Node(priority: 255, links: 1), Other())
        node.start()
        #expect(node.role == .backup)
        #expect(node.heartbeats.map(\.isQuery) == [true])
        node.run(until: 999)
        #expect(node.role == .backup)
        node.run(until: 1000)
        #expect(node.role == .master)
        // An answer ends the wait.
        node = try Node(priority: 255, links: 1)
        node.start()
        node.actions = try node.node.receive(other.says(.backup), link: 0, at: node.instant(5))
        #expect(node.role == .master)
        // A master that lives is not disturbed before we are ready.
        node = try Node(priority: 255, links: 1, isReady: false)
        node.start()
        node.actions = try node.node.receive(other.says(.master), link: 0, at: node.instant(5))
        node.run(until: 900)
        #expect(node.role == .backup)
    }

    @Test func aQueryIsAnsweredAtOnce() throws {
        var (node, other) = try backup()
        other.restarts()
        other.heartbeat.isQuery = true
        node.actions = try node.node.receive(other.says(.backup), link: 0, at: node.instant(5010))
        #expect(node.heartbeats.contains { $0.hears.contains(other.heartbeat.boot) })
    }

    @Test func twoMastersSettleOverTheLinkAlone() throws {
        for (priority, yields) in [(UInt8(150), true), (50, false)] {
            var (node, other) = (try Node(links: 1), Other())
            node.start()
            node.run(until: 4000)
            #expect(node.role == .master)
            node.actions = try node.node.receive(
                other.says(.master, priority: priority), link: 0, at: node.instant(4100))
            #expect(node.role == (yields ? .backup : .master))
            if !yields {
                #expect(node.steps == ["advertise 100", "announce conflict"])
                #expect(node.heartbeats.count == 1)
            }
        }
    }

    // MARK: Fencing

    @Test func aVanishedMasterIsFencedFirst() throws {
        var (node, _) = try backup(fencing: true)
        node.run(until: 10_000)
        #expect(node.role == .backup && node.steps == ["fence other"])
        node.actions = node.node.fenced(false, group: 0, peer: "other", at: node.instant(10_000))
        node.run(until: 14_999)
        #expect(node.steps.isEmpty)
        node.run(until: 15_000)
        #expect(node.role == .backup && node.steps == ["fence other"])
        node.run(until: 15_500)
        node.actions = node.node.fenced(true, group: 0, peer: "other", at: node.instant(15_500))
        #expect(node.role == .master)
        #expect(node.events.contains(.role(group: "web", .master, .fenced)))
    }

    @Test func aPeerThatLeftNeedsNoFencing() throws {
        var (node, other) = try backup(fencing: true)
        node.actions = try node.node.receive(other.leaves(), link: 0, at: node.instant(5010))
        node.run(until: 5020)
        #expect(node.role == .master)
    }

    @Test func whoReturnsWhileItIsFencedStaysMaster() throws {
        var (node, other) = try backup(fencing: true)
        node.run(until: 10_000)
        node.actions = try node.node.receive(other.says(.master), link: 0, at: node.instant(10_100))
        try node.hear(priority: 150, at: 10_100)
        node.actions = node.node.fenced(true, group: 0, peer: "other", at: node.instant(10_200))
        #expect(node.role == .backup)
    }

    // MARK: Hand-over

    /// An order after the other, and no moment without a master.
    @Test func aStandbyOfTheOneWhoHasThemEndsTheOtherOne() throws {
        var duo = Duo(try [150, 100].enumerated().map { try Duo.node($0, [Duo.settings("web", priority: $1)]) })
        for director in 0...1 { duo.act(director) { $0.setReady(true, at: $1) + $0.start(at: $1) } }
        duo.run(until: 10_000)
        #expect(duo.holders == [[0]])
        duo.longestVacancy = 0
        for director in [0, 1, 0, 1] {
            duo.act(director) { $0.standBy(group: 0, at: $1) }
            #expect(duo.holders == [[1 - director]])
            duo.run(until: duo.time + 5000)
            #expect(duo.holders == [[1 - director]])
            #expect(duo.nodes[director].groups[0].isStandby && !duo.nodes[1 - director].groups[0].isStandby)
        }
        #expect(duo.longestVacancy == 0)
    }

    @Test func standbyWaitsForItsSuccessor() throws {
        var (node, other) = (try Node(priority: 150, links: 1), Other())
        node.start()
        node.run(until: 4000)
        node.actions = try node.node.receive(other.says(.backup, priority: 100), link: 0, at: node.instant(4050))
        node.actions = node.node.standBy(group: 0, at: node.instant(4100))
        #expect(node.role == .master && node.steps.isEmpty)
        #expect(node.heartbeats.last?.groups.first?.isWilling == false)
        node.actions = try node.node.receive(other.says(.master, priority: 151), link: 0, at: node.instant(4105))
        #expect(node.role == .backup && node.steps == ["release"])
        // Nobody came: it gives up all the same.
        node = try Node(priority: 150, links: 1)
        node.start()
        node.run(until: 4000)
        other.restarts()
        node.actions = try node.node.receive(other.says(.backup, priority: 100), link: 0, at: node.instant(4950))
        node.actions = node.node.standBy(group: 0, at: node.instant(5000))
        node.actions = try node.node.receive(other.says(.backup, priority: 100), link: 0, at: node.instant(5500))
        node.run(until: 6000)
        #expect(node.role == .backup && node.steps.contains("advertise 0"))
    }

    @Test func theSuccessorTakesOverWhatIsOffered() throws {
        var (node, other) = try backup()
        node.actions = try node.node.receive(other.says(.master, isWilling: false), link: 0, at: node.instant(5050))
        #expect(node.role == .master && node.steps == ["advertise 151", "acquire", "announce takeover"])
        // When the other wants the addresses again, our priority is our own again.
        node.actions = try node.node.receive(other.says(.backup, isWilling: false), link: 0, at: node.instant(5100))
        #expect(node.node.groups[0].priority == 151)
        node.actions = try node.node.receive(other.says(.backup), link: 0, at: node.instant(5200))
        #expect(node.node.groups[0].priority == 100)
        // Unready, it does not take what is offered.
        (node, other) = try backup()
        node.actions = node.node.setReady(false, at: node.instant(5010))
        node.actions = try node.node.receive(other.says(.master, isWilling: false), link: 0, at: node.instant(5050))
        #expect(node.role == .backup)
    }

    @Test func theBetterPlacedHoldsTheAddresses() throws {
        var (node, other) = (try Node(priority: 150, preemption: .never, links: 1), Other())
        node.actions = node.node.track(
            TrackingState(reach: Reach(servesAnybody: true, targets: 1)), group: 0, at: node.instant(0))
        node.start()
        node.run(until: 4000)
        let better = Reach(servesAnybody: true, targets: 2)
        for instant in stride(from: 4100.0, through: 7000, by: 100) {
            node.actions = try node.node.receive(
                other.says(.backup, priority: 100, reach: better), link: 0, at: node.instant(instant))
            #expect(node.node.groups[0].isWilling)
        }
        node.run(until: 7100)
        #expect(!node.node.groups[0].isWilling)
        node.actions = try node.node.receive(
            other.says(.master, priority: 151, reach: better), link: 0, at: node.instant(7150))
        #expect(node.role == .backup)
    }

    @Test func whoReachesNoServerTakesNothingFromOneThatDoes() throws {
        var (node, other) = (try Node(priority: 200, interval: .milliseconds(100), links: 1, isReady: false), Other())
        let all = Reach(servesAnybody: true, targets: 0)
        node.actions = node.node.track(TrackingState(reach: all), group: 0, at: node.instant(0))
        node.start()
        for instant in stride(from: 10.0, through: 8000, by: 50) {
            node.run(until: instant)
            try node.hear(priority: 100, at: instant)
            node.actions = try node.node.receive(
                other.says(.master, priority: 100, reach: all), link: 0, at: node.instant(instant))
            // The engine's first round of checks is over, and found nobody.
            if instant == 2010 {
                let state = TrackingState(reach: Reach(servesAnybody: false, targets: 0))
                node.actions = node.node.track(state, group: 0, at: node.instant(instant))
                node.actions = node.node.setReady(true, at: node.instant(instant))
            }
            #expect(node.role == .backup)
        }
        node.actions = node.node.track(TrackingState(reach: all), group: 0, at: node.instant(8010))
        node.run(until: 8500)
        #expect(node.role == .master)
    }

    @Test func servingNobodyIsWorseThanAnyNumberOfTargets() {
        #expect(Reach(servesAnybody: false, targets: 9) < Reach(servesAnybody: true, targets: 0))
        #expect(Reach(servesAnybody: true, targets: 1) < Reach(servesAnybody: true, targets: 2))
    }

    @Test func trackedItemsComeToAState() {
        let items = [
            TrackedItem(.interface("eth0")), TrackedItem(.ping("10.0.0.1")),
            TrackedItem(.ping("10.0.0.2"), weight: -30),
            TrackedItem(.file("x"), weight: 10), TrackedItem(.services),
        ]
        func state(_ works: [Bool], comparing: Bool = true) -> TrackingState {
            TrackingState(items: items, works: works, comparing: comparing)
        }
        #expect(
            state([true, true, true, true, true])
                == TrackingState(adjustment: 10, reach: Reach(servesAnybody: true, targets: 1)))
        #expect(
            state([true, false, false, false, false])
                == TrackingState(adjustment: -30, reach: Reach(servesAnybody: false, targets: 0)))
        #expect(state([false, true, true, true, true]).isFaulty)
        // Without links there is nobody to compare with.
        #expect(
            state([true, false, true, true, true], comparing: false) == TrackingState(isFaulty: true, adjustment: 10))
    }

    @Test func manyGroupsFillSeveralMessages() throws {
        let settings = try (0..<250).map {
            GroupSettings(
                name: "virtual-router-\($0)",
                routers: [
                    RouterSettings(interface: "eth0", routerID: UInt8($0 + 1), addresses: [try address("192.0.2.1")])
                ])
        }
        let own = try address("10.0.0.1")
        var node = FailoverNode(
            .init(name: "self", boot: BootID(high: 1, low: 1)), groups: settings,
            primaryAddresses: settings.map { _ in [own] }, detects: [false], heartbeatInterval: .milliseconds(200))
        let messages = node.start(at: .zero).compactMap { if case .send(_, let message) = $0 { message } else { nil } }
        let keys = try #require(LinkKeys(signing: 1, secrets: [1: Array("a secret of some length".utf8)]))
        #expect(messages.flatMap(\.groups).map(\.name) == settings.map(\.name))
        #expect(messages.allSatisfy { keys.seal($0).count <= 1400 })
    }
}
