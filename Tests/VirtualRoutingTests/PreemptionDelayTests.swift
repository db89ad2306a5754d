import NetworkTypes
import Testing
import TimeTypes

@testable import VirtualRouting

/// `preempt = 30s` counts from when preempting becomes possible, whenever that is.
struct PreemptionDelayTests {
    /// Of priority 150, and master for a minute.
    private func master() throws -> Node {
        var node = try Node(priority: 150, preemption: .delayed(.seconds(30)))
        node.start()
        node.run(until: 60_000)
        #expect(node.role == .master)
        return node
    }

    /// A master of this priority is heard every second, for the first time at `begin`.
    private func hear(_ node: inout Node, priority: UInt8, from begin: Double, until end: Double) throws {
        for instant in stride(from: begin, through: end, by: 1000) {
            node.run(until: instant)
            try node.hear(priority: priority, at: instant)
        }
    }

    private func expectPreemption(_ node: Node, at instant: Double) {
        #expect(!node.node.groups[0].mayPreempt(at: node.instant(instant - 1)))
        #expect(node.node.groups[0].mayPreempt(at: node.instant(instant)))
    }

    @Test func fromTheFirstLowerMasterAfterAHigherOne() throws {
        var node = try master()
        try hear(&node, priority: 200, from: 60_100, until: 120_100)
        #expect(node.role == .backup)
        try hear(&node, priority: 100, from: 121_000, until: 150_000)
        expectPreemption(node, at: 151_000)
        // And so again.
        try hear(&node, priority: 200, from: 150_500, until: 150_500)
        try hear(&node, priority: 100, from: 150_600, until: 170_600)
        expectPreemption(node, at: 180_600)
    }

    @Test func anEqualMasterIsNoneToPreempt() throws {
        var node = try Node(priority: 150, preemption: .delayed(.seconds(30)))
        node.start()
        try hear(&node, priority: 150, from: 1000, until: 100_000)
        #expect(!node.node.groups[0].mayPreempt(at: node.instant(100_000)))
    }

    @Test func fromTheRecovery() throws {
        var node = try master()
        node.actions = node.node.track(TrackingState(isFaulty: true), group: 0, at: node.instant(60_100))
        try hear(&node, priority: 100, from: 61_000, until: 100_000)
        node.actions = node.node.track(TrackingState(), group: 0, at: node.instant(100_500))
        try hear(&node, priority: 100, from: 101_000, until: 130_000)
        expectPreemption(node, at: 130_500)
    }

    @Test func fromTheEndOfStandby() throws {
        var node = try master()
        node.actions = node.node.standBy(group: 0, at: node.instant(60_100))
        #expect(node.role == .backup)
        try hear(&node, priority: 100, from: 61_000, until: 120_000)
        #expect(!node.node.groups[0].mayPreempt(at: node.instant(120_000)))
    }

    @Test func fromWhenWeAreWellPlacedAgain() throws {
        var (node, other) = (try Node(priority: 150, preemption: .delayed(.seconds(30)), links: 1), PairTests.Other())
        func reach(_ targets: UInt16) -> Reach { Reach(servesAnybody: true, targets: targets) }
        node.actions = node.node.track(TrackingState(reach: reach(1)), group: 0, at: node.instant(0))
        node.start()
        for instant in stride(from: 100.0, through: 60_000, by: 100) {
            node.run(until: instant)
            if instant.truncatingRemainder(dividingBy: 1000) == 0 { try node.hear(priority: 100, at: instant) }
            node.actions = try node.node.receive(
                other.says(.master, priority: 100, reach: reach(instant < 50_000 ? 2 : 1)), link: 0,
                at: node.instant(instant))
        }
        #expect(node.role == .backup && node.node.groups[0].isWilling)
        expectPreemption(node, at: 80_000)
    }

    /// Who has taken the addresses from us because it was better placed outranks us until it has heard that we are back.
    @Test func fromWhenTheMastersClaimIsOver() throws {
        var (node, other) = (try Node(priority: 150, preemption: .delayed(.seconds(30)), links: 1), PairTests.Other())
        func reach(_ targets: UInt16) -> Reach { Reach(servesAnybody: true, targets: targets) }
        node.actions = node.node.track(TrackingState(reach: reach(1)), group: 0, at: node.instant(0))
        node.start()
        for instant in stride(from: 100.0, through: 60_000, by: 100) {
            node.run(until: instant)
            node.actions = try node.node.receive(
                other.says(.master, priority: instant <= 50_000 ? 151 : 100, reach: reach(2)), link: 0,
                at: node.instant(instant))
            if instant == 50_000 {
                node.actions = node.node.track(TrackingState(reach: reach(2)), group: 0, at: node.instant(50_050))
            }
        }
        #expect(node.role == .backup && node.node.groups[0].isWilling)
        expectPreemption(node, at: 80_100)
    }

    @Test func byTheWordOfTheLinksAlone() throws {
        var (node, other) = (try Node(priority: 150, preemption: .delayed(.seconds(30)), links: 1), PairTests.Other())
        node.start()
        for instant in stride(from: 100.0, through: 100_000, by: 100) {
            node.run(until: instant)
            #expect(node.role == .backup)
            node.actions = try node.node.receive(
                other.says(.master, priority: instant < 80_000 ? 200 : 100), link: 0, at: node.instant(instant))
        }
        expectPreemption(node, at: 110_000)
    }
}
