import NetworkTypes
import Testing
import TimeTypes

@testable import VirtualRouting

/// RFC 9568 section 6.4 and RFC 3768 section 6.4, line by line, without links.
struct RouterStateTests {
    // MARK: Timers

    @Test(arguments: [
        (100, 1000, Advertisement.Version.v3, 609.375, 3609.375), (254, 1000, .v3, 7.8125, 3007.8125),
        (1, 1000, .v3, 996.09375, 3996.09375), (100, 10, .v3, 6.09375, 36.09375),
        (100, 40_950, .v3, 24953.90625, 147803.90625),
        // Version 2 has a skew of a second at most whatever the interval is.
        (100, 1000, .v2, 609.375, 3609.375), (100, 5000, .v2, 609.375, 15609.375),
    ])
    func skewAndMasterDownInterval(
        priority: UInt8, interval: Int, version: Advertisement.Version, skew: Double, down: Double
    ) throws {
        let settings = RouterSettings(
            interface: "eth0", routerID: 1, version: version, priority: priority, interval: .milliseconds(interval),
            addresses: [try address("192.0.2.1")])
        let router = VirtualRouter(settings, primaryAddress: try address("10.0.0.1"))
        #expect(router.skew(priority: priority) == .nanoseconds(Int64(skew * 1_000_000)))
        #expect(router.masterDownInterval(priority: priority) == .nanoseconds(Int64(down * 1_000_000)))
    }

    // MARK: Initialize

    @Test func startupBeginsAsBackup() throws {
        var node = try Node()
        #expect(node.role == .initialize && node.dueAt == nil)
        node.start()
        #expect(node.role == .backup && node.steps.isEmpty)
        #expect(node.dueAt == 3609.375)
    }

    @Test func theOwnerIsMasterAtOnce() throws {
        var node = try Node(priority: 255)
        node.start()
        #expect(node.role == .master)
        #expect(node.steps == ["advertise 255", "acquire", "announce takeover"])
    }

    @Test func nothingIsHeardBeforeTheStart() throws {
        var node = try Node()
        try node.hear(priority: 0, at: 0)
        #expect(node.role == .initialize && node.steps.isEmpty && node.dueAt == nil)
    }

    // MARK: Backup

    @Test func aSilentMasterIsReplacedWhenItsTimerFires() throws {
        var node = try Node()
        node.start()
        node.tick(3609.3)
        #expect(node.role == .backup)
        node.tick(3609.375)
        #expect(node.role == .master)
        #expect(node.steps == ["advertise 100", "acquire", "announce takeover"])
        #expect(node.dueAt == 4609.375)
    }

    @Test(arguments: [100, 101, 255])
    func advertisementsOfEqualOrHigherPriorityRestartTheTimer(priority: UInt8) throws {
        var node = try Node()
        node.start()
        try node.hear(priority: priority, at: 3000)
        #expect(node.role == .backup && node.dueAt == 3000 + 3609.375)
    }

    @Test func aLowerPriorityIsIgnoredSoThatItIsPreempted() throws {
        var node = try Node()
        node.start()
        try node.hear(priority: 99, at: 3000)
        #expect(node.dueAt == 3609.375)
        node.tick(3609.375)
        #expect(node.role == .master)
        #expect(node.events.contains(.role(group: "web", .master, .preempting)))
    }

    @Test func withoutPreemptionALowerPriorityIsFollowed() throws {
        var node = try Node(preemption: .never)
        node.start()
        try node.hear(priority: 1, at: 3000)
        #expect(node.dueAt == 3000 + 3609.375)
    }

    @Test func theOwnerPreemptsWhateverIsConfigured() throws {
        var node = try Node(priority: 255, preemption: .never)
        #expect(node.node.groups[0].mayPreempt(at: node.instant(0)))
        node = try Node(priority: 254, preemption: .never)
        #expect(!node.node.groups[0].mayPreempt(at: node.instant(0)))
    }

    @Test func delayedPreemptionFollowsAtFirst() throws {
        var node = try Node(preemption: .delayed(.seconds(30)))
        node.start()
        for second in 1...29 { try node.hear(priority: 50, at: Double(second) * 1000) }
        #expect(node.dueAt == 29_000 + 3609.375)
        for second in 30...32 { try node.hear(priority: 50, at: Double(second) * 1000) }
        #expect(node.role == .backup && node.dueAt == 29_000 + 3609.375)
        node.tick(29_000 + 3609.375)
        #expect(node.role == .master)
    }

    @Test func preemptionWaitsUntilWeAreReady() throws {
        var node = try Node(isReady: false)
        node.start()
        try node.hear(priority: 50, at: 3000)
        #expect(node.dueAt == 3000 + 3609.375)
        node.actions = node.node.setReady(true, at: node.instant(3500))
        try node.hear(priority: 50, at: 4000)
        #expect(node.dueAt == 3000 + 3609.375)
        // Better an unready director than none.
        node = try Node(isReady: false)
        node.start()
        node.tick(3609.375)
        #expect(node.role == .master)
    }

    @Test func priorityZeroLeavesOnlyTheSkew() throws {
        var node = try Node()
        node.start()
        try node.hear(priority: 200, at: 1000)
        try node.hear(priority: 0, at: 2000)
        #expect(node.dueAt == 2609.375)
        node.tick(2609.375)
        #expect(node.role == .master)
        #expect(node.events.contains(.role(group: "web", .master, .masterGaveUp)))
    }

    @Test func theMastersIntervalIsLearnt() throws {
        var node = try Node()
        node.start()
        try node.hear(priority: 200, interval: .milliseconds(100), at: 1000)
        // 3 * 100 + 156 * 100 / 256
        #expect(node.dueAt == 1360.9375)
        // As master our own interval counts again, and so does it for the next wait.
        node.tick(1360.9375)
        #expect(node.role == .master && node.dueAt == 2360.9375)
    }

    @Test func shutdownOfABackupIsSilent() throws {
        var node = try Node()
        node.start()
        node.actions = node.node.stop(at: node.instant(100))
        #expect(node.role == .initialize && node.steps.isEmpty && node.dueAt == nil)
    }

    // MARK: Master

    func master(_ priority: UInt8 = 100, version: Advertisement.Version = .v3, own: String = "10.0.0.5") throws -> Node
    {
        var node = try Node(priority: priority, version: version, own: own)
        node.start()
        node.run(until: 4000)
        #expect(node.role == .master)
        return node
    }

    @Test func theMasterAdvertisesEveryInterval() throws {
        var node = try Node()
        node.start()
        node.run(until: 3609.375 + 10_000)
        #expect(node.sent.count == 11)
    }

    @Test func shutdownSendsPriorityZeroBeforeTheAddressesGo() throws {
        var node = try master()
        node.actions = node.node.stop(at: node.instant(4100))
        #expect(node.steps == ["advertise 0", "release"])
        #expect(node.role == .initialize && node.dueAt == nil)
    }

    @Test func priorityZeroIsAnsweredAtOnce() throws {
        var node = try master()
        try node.hear(priority: 0, at: 4100)
        #expect(node.role == .master && node.steps == ["advertise 100"])
        #expect(node.dueAt == 5100)
    }

    @Test(arguments: [
        (101, "10.0.0.1", true), (100, "10.0.0.6", true), (100, "10.0.0.4", false), (99, "10.0.0.9", false),
    ])
    func theBetterOfTwoMastersGoesOn(priority: UInt8, source: String, yields: Bool) throws {
        var node = try master()
        try node.hear(priority: priority, from: source, at: 4100)
        if yields {
            #expect(node.role == .backup && node.steps == ["release"])
            #expect(node.dueAt == 4100 + 3609.375)
        } else {
            #expect(node.role == .master && node.steps == ["advertise 100", "announce conflict"])
        }
    }

    @Test func version2AnswersALesserMasterWithItsNextAdvertisement() throws {
        var node = try master(version: .v2)
        try node.hear(priority: 99, at: 4100)
        #expect(node.role == .master && node.steps == ["announce conflict"])
        #expect(node.dueAt == 4609.375)
    }

    @Test func aYieldingMasterTakesTheSendersInterval() throws {
        var node = try master()
        try node.hear(priority: 200, interval: .milliseconds(100), at: 4100)
        #expect(node.dueAt == 4100 + 360.9375)
    }

    @Test func twoMastersWhoCannotAgreeDoNotFloodTheNetwork() throws {
        var node = try master()
        var answers = 0
        for round in 0..<1000 {
            try node.hear(priority: 50, at: 4100 + Double(round))
            answers += node.sent.count
        }
        #expect(answers <= 3)
    }

    // MARK: Announcements

    @Test func announcementsAreRepeatedAfterADelay() throws {
        var node = try Node()
        node.start()
        node.run(until: 9000)
        #expect(node.steps.filter { $0.hasPrefix("announce") } == ["announce takeover", "announce repeated"])
    }

    @Test func theWinnerOfAConflictAnnouncesAtOnceAndWhenItIsOver() throws {
        var node = try master()
        node.run(until: 10_000)
        var all: [String] = []
        for round in 0..<5 {
            try node.hear(priority: 50, at: 10_000 + Double(round) * 300)
            all += node.steps
        }
        // At once, and once a second while it goes on.
        #expect(all.filter { $0 == "announce conflict" }.count == 2)
        node.run(until: 20_000)
        #expect(node.steps.filter { $0 == "announce conflict" }.count == 1)
    }

    // MARK: Faults, weights

    @Test func aFaultGivesUpAndRecoveryStartsAnew() throws {
        var node = try master()
        node.actions = node.node.track(TrackingState(isFaulty: true), group: 0, at: node.instant(4100))
        #expect(node.role == .fault && node.steps == ["advertise 0", "release"] && node.dueAt == nil)
        try node.hear(priority: 0, at: 4200)
        #expect(node.role == .fault && node.steps.isEmpty)
        node.actions = node.node.track(TrackingState(), group: 0, at: node.instant(5000))
        #expect(node.role == .backup && node.dueAt == 5000 + 3609.375)
    }

    @Test func whoGoesOnAsMasterWithAFaultGivesUpWhatItStillHolds() throws {
        var node = try Node()
        node.actions = node.node.track(TrackingState(isFaulty: true), group: 0, at: node.instant(0))
        node.actions = node.node.start(at: node.instant(0), resuming: ["web"])
        #expect(node.role == .fault && node.steps == ["advertise 0", "release"])
        // Without an earlier life there is nothing to give up.
        var fresh = try Node()
        fresh.actions = fresh.node.track(TrackingState(isFaulty: true), group: 0, at: fresh.instant(0))
        fresh.start()
        #expect(fresh.role == .fault && fresh.steps.isEmpty)
    }

    @Test func weightsMoveThePriorityWithinItsRange() throws {
        for (adjustment, priority) in [(20, UInt8(120)), (-20, 80), (500, 254), (-500, 1)] {
            var node = try master()
            node.actions = node.node.track(TrackingState(adjustment: adjustment), group: 0, at: node.instant(4100))
            node.run(until: 5000)
            #expect(node.sent == [priority])
        }
        var owner = try Node(priority: 255)
        owner.actions = owner.node.track(TrackingState(adjustment: -50), group: 0, at: owner.instant(0))
        owner.start()
        #expect(owner.sent == [255])
    }

    // MARK: Groups

    @Test func aGroupMovesAsOne() throws {
        var node = try Node(routers: 2)
        node.start()
        try node.hear(priority: 200, router: 0, at: 3000)
        // The second router hears nothing, but the group's master lives.
        node.tick(3609.375)
        #expect(node.role == .backup && node.dueAt == 6609.375)
        node.tick(6609.375)
        #expect(node.steps == ["advertise 100", "advertise 100", "acquire", "announce takeover"])
        try node.hear(priority: 200, router: 1, at: 7000)
        #expect(node.role == .backup && node.steps == ["release"])
    }

    @Test func groupsOfEqualPriorityDoNotYieldToEachOther() throws {
        var node = try Node(routers: 2)
        node.start()
        node.run(until: 4000)
        // On the first interface the other's address is lower, on the second it is higher.
        try node.hear(priority: 100, from: "10.0.0.4", router: 0, at: 4100)
        #expect(node.role == .master)
        try node.hear(priority: 100, from: "10.0.0.9", router: 1, at: 4101)
        #expect(node.role == .master)
        // The second alone decides when the first hears nothing.
        node.run(until: 20_000)
        try node.hear(priority: 100, from: "10.0.0.9", router: 1, at: 20_001)
        #expect(node.role == .backup)
    }

    /// The one that was replaced a moment ago was heard on the first interface. It decides nothing.
    @Test func whoWasMasterBeforeIsNotTheOther() throws {
        var node = try Node(routers: 2)
        node.start()
        try node.hear(priority: 50, from: "10.0.0.2", router: 0, at: 3500)
        node.run(until: 3700)
        #expect(node.role == .master)
        try node.hear(priority: 100, from: "10.0.0.9", router: 1, at: 3800)
        #expect(node.role == .backup)
    }

    // MARK: A clock that jumps, a process that slept

    @Test func aClockThatStepsBackChangesNothing() throws {
        var node = try master()
        node.tick(-5000)
        #expect(node.role == .master && node.steps.isEmpty)
    }

    @Test func aMasterThatSleptLeavesTheAddressesWhereTheyWentWithoutPreemption() throws {
        var node = try Node(priority: 150, preemption: .never)
        node.start()
        node.run(until: 5000)
        try node.hear(priority: 100, at: 15_000)
        #expect(node.role == .backup)
        // With preemption it takes them back as any better master does.
        node = try Node(priority: 150)
        node.start()
        node.run(until: 5000)
        try node.hear(priority: 100, at: 15_000)
        #expect(node.role == .master)
    }

    // MARK: Orders

    @Test func takeoverOutranksTheMasterAndLastsAsLongAsItHolds() throws {
        var node = try Node(priority: 100)
        node.start()
        try node.hear(priority: 150, at: 1000)
        node.actions = node.node.takeOver(group: 0, at: node.instant(1100))
        #expect(node.role == .master && node.steps == ["advertise 151", "acquire", "announce takeover"])
        try node.hear(priority: 150, at: 1200)
        #expect(node.role == .master)
        try node.hear(priority: 200, at: 1300)
        #expect(node.role == .backup)
        node.run(until: 10_000)
        #expect(node.sent.first == 100)
    }

    @Test func anOwnerCannotBeOutranked() throws {
        var node = try Node()
        node.start()
        try node.hear(priority: 255, at: 1000)
        node.actions = node.node.takeOver(group: 0, at: node.instant(1100))
        #expect(node.role == .backup)
        #expect(node.events.count == 1)
    }

    @Test func standbyGivesUpAndReturnsWhenNobodyElseComes() throws {
        var node = try master(150)
        node.actions = node.node.standBy(group: 0, at: node.instant(4100))
        #expect(node.role == .backup && node.steps == ["advertise 0", "release"])
        try node.hear(priority: 100, at: 4200)
        try node.hear(priority: 100, at: 5200)
        #expect(node.role == .backup)
        // It is followed although it is lower; its silence ends the standby.
        node.run(until: 12_000)
        #expect(node.role == .master)
    }
}
