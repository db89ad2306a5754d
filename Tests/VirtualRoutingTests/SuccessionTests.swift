import NetworkTypes
import Testing
import TimeTypes

@testable import VirtualRouting

/// Other settings while the director runs.
struct SuccessionTests {
    private func instant(_ milliseconds: Int64) -> MonotonicInstant {
        MonotonicInstant(nanoseconds: (1_000_000 + milliseconds) * 1_000_000)
    }

    private func node(
        _ routers: [(name: String, id: UInt8)], priority: UInt8 = 100, interval: Duration = .seconds(1),
        boot: UInt64 = 1
    ) throws -> FailoverNode {
        let own = try address("10.0.0.5")
        let virtual = try address("192.0.2.10")
        let groups = routers.map { name, id in
            GroupSettings(
                name: name,
                routers: [
                    RouterSettings(
                        interface: "eth0", routerID: id, priority: priority, interval: interval, addresses: [virtual])
                ])
        }
        return FailoverNode(
            .init(name: "self", boot: BootID(high: 0, low: boot)), groups: groups,
            primaryAddresses: groups.map { _ in [own] }, detects: [], heartbeatInterval: .milliseconds(200))
    }

    /// A node that is master of all its groups.
    private func master(_ routers: [(name: String, id: UInt8)]) throws -> FailoverNode {
        var node = try node(routers)
        _ = node.setReady(true, at: instant(0))
        _ = node.start(at: instant(0))
        while let due = node.deadline, node.groups.contains(where: { $0.role != .master }), due < instant(10_000) {
            _ = node.tick(at: due)
        }
        #expect(node.groups.allSatisfy { $0.role == .master })
        return node
    }

    private func priorities(_ actions: [FailoverAction]) -> [UInt8] {
        actions.compactMap { if case .advertise(_, _, let advertisement) = $0 { advertisement.priority } else { nil } }
    }

    @Test func theSameRoutersStayMasterAndSayAtOnceWhatIsNew() throws {
        var old = try master([("web", 51)])
        var new = try node([("renamed", 51)], priority: 42, boot: 2)
        #expect(old.leave(to: new, at: instant(5000)).isEmpty)
        let actions = new.succeed(old, at: instant(5000))
        #expect(new.groups.map(\.role) == [.master])
        #expect(priorities(actions) == [42])
        // Nothing is given up, taken anew or told as an event.
        #expect(!actions.contains { if case .release = $0 { true } else if case .report = $0 { true } else { false } })
        #expect(new.groups[0].isReady)
    }

    @Test func theOperatorsOrdersStay() throws {
        var old = try master([("web", 51)])
        _ = old.standBy(group: 0, at: instant(5000))
        #expect(old.groups[0].role == .backup && old.groups[0].isStandby)
        var new = try node([("web", 51)], boot: 2)
        _ = new.succeed(old, at: instant(5001))
        #expect(new.groups[0].role == .backup && new.groups[0].isStandby)
    }

    /// As a restart does, which knows nothing but the names.
    @Test(arguments: [true, false])
    func aStandbyStaysOneUnderAnotherId(isMaster: Bool) throws {
        var old = try master([("web", 51)])
        _ = old.standBy(group: 0, at: instant(5000))
        // Nobody else was there: it took the addresses again.
        if isMaster { while old.groups[0].role != .master, let due = old.deadline { _ = old.tick(at: due) } }
        let end = old.deadline ?? instant(5000)
        var new = try node([("web", 53), ("mail", 54)], boot: 2)
        _ = old.leave(to: new, at: end)
        _ = new.succeed(old, at: end)
        #expect(new.groups.map(\.isStandby) == [true, false])
        #expect(HandOverOrders(of: new.groups).standby == ["web"])
    }

    @Test func otherRoutersAreGivenUpAndBegunAnew() throws {
        var old = try master([("web", 51), ("mail", 52)])
        var new = try node([("web", 51), ("mail", 53)], boot: 2)
        let farewell = old.leave(to: new, at: instant(5000))
        #expect(priorities(farewell) == [0] && farewell.contains(.release(group: 1)))
        _ = new.succeed(old, at: instant(5000))
        #expect(new.groups.map(\.role) == [.master, .backup])
        let gone = try node([("mail", 53)], boot: 3)
        #expect(priorities(new.leave(to: gone, at: instant(5001))) == [0])
    }

    @Test func aBackupGoesOnWaitingForItsMaster() throws {
        var old = try node([("web", 51)])
        _ = old.start(at: instant(0))
        let heard = Advertisement(
            version: .v3, routerID: 51, priority: 200, interval: .seconds(1), addresses: [try address("192.0.2.10")])
        _ = old.receive(heard, group: 0, router: 0, from: try address("10.0.0.9"), at: instant(500))
        let due = old.deadline
        var new = try node([("web", 51)], boot: 2)
        _ = new.succeed(old, at: instant(600))
        #expect(new.groups[0].role == .backup && new.deadline == due)
    }

    /// RFC 9568 learns the interval of a master that is followed. Of one that is only heard ours counts, as it is now.
    @Test(arguments: [(UInt8(200), Duration.seconds(1)), (50, .seconds(2))])
    func theMastersIntervalIsKeptAndOurOwnIsNot(master: UInt8, interval: Duration) throws {
        var old = try node([("web", 51)])
        _ = old.setReady(true, at: instant(0))
        _ = old.start(at: instant(0))
        let heard = Advertisement(
            version: .v3, routerID: 51, priority: master, interval: .seconds(1), addresses: [try address("192.0.2.10")])
        _ = old.receive(heard, group: 0, router: 0, from: try address("10.0.0.9"), at: instant(500))
        var new = try node([("web", 51)], interval: .seconds(2), boot: 2)
        _ = new.succeed(old, at: instant(600))
        #expect(new.groups[0].routers[0].masterInterval == interval)
    }

    /// What is inherited has the times of the node before, so that time goes on from there.
    @Test func timeGoesOnAcrossAReload() throws {
        let first = MonotonicInstant(nanoseconds: 1_000_000_000_000)
        var old = try Duo.node(0, [Duo.settings("web")])
        _ = old.start(at: first)
        _ = old.tick(at: first + .seconds(5))
        var new = try Duo.node(0, [Duo.settings("web")], boot: 2)
        _ = new.succeed(old, at: first + .seconds(1))
        #expect(new.deadline.map { $0 >= first + .seconds(5) } == true)
    }
}
