import NetworkTypes
import Testing
import TimeTypes

@testable import VirtualRouting

/// Groups that get routers more or less, or become others.
struct RegroupingTests {
    private let four = "192.0.2.10"
    private let six = "2001:db8::10"

    /// Groups by name, of routers by address.
    private func settings(_ groups: [(String, [(id: UInt8, address: String)])]) throws -> [GroupSettings] {
        try groups.map { name, routers in
            GroupSettings(
                name: name,
                routers: try routers.map {
                    RouterSettings(interface: "eth0", routerID: $0.id, addresses: [try address($0.address)])
                })
        }
    }

    private func node(_ groups: [(String, [(id: UInt8, address: String)])], boot: UInt64 = 1) throws -> FailoverNode {
        try Duo.node(0, try settings(groups), links: 0, boot: boot)
    }

    private func instant(_ milliseconds: Double) -> MonotonicInstant {
        MonotonicInstant(nanoseconds: 1_000_000_000_000 + Int64(milliseconds * 1_000_000))
    }

    private func started(
        _ groups: [(String, [(id: UInt8, address: String)])], mastersOnly: Set<String>? = nil
    ) throws -> FailoverNode {
        var node = try node(groups)
        _ = node.setReady(true, at: instant(0))
        _ = node.start(at: instant(0), resuming: mastersOnly ?? Set(groups.map(\.0)))
        return node
    }

    /// What the network and the machine see of it: "51 0" is an advertisement of router 51 with priority 0.
    private func steps(_ actions: [FailoverAction]) -> [String] {
        actions.compactMap {
            switch $0 {
            case .advertise(_, _, let advertisement):
                "\(advertisement.routerID) \(advertisement.addresses[0].family) \(advertisement.priority)"
            case .acquire: "acquire"
            case .release(let group): "release \(group)"
            default: nil
            }
        }
    }

    @Test func aFamilyMoreOrLessMovesNothing() throws {
        var old = try started([("web", [(51, four)])])
        var new = try node([("web", [(51, four), (51, six)])], boot: 2)
        #expect(steps(old.leave(to: new, at: instant(5000))) == [])
        #expect(steps(new.succeed(old, at: instant(5000))) == ["51 ipv4 100", "51 ipv6 100"])
        #expect(new.groups[0].role == .master)
        // The one that goes says so alone.
        var last = try node([("web", [(51, four)])], boot: 3)
        #expect(steps(new.leave(to: last, at: instant(6000))) == ["51 ipv6 0"])
        #expect(steps(last.succeed(new, at: instant(6000))) == ["51 ipv4 100"])
        #expect(last.groups[0].role == .master)
    }

    @Test func aBackupBeginsWithTheNewOneAsBackup() throws {
        var old = try started([("web", [(51, four)])], mastersOnly: [])
        var new = try node([("web", [(51, four), (51, six)])], boot: 2)
        #expect(steps(old.leave(to: new, at: instant(1000))) == [])
        #expect(steps(new.succeed(old, at: instant(1000))) == [])
        #expect(new.groups[0].role == .backup)
        // The old one's timer would have fired at 3609 ms; the group waits for the last of its routers.
        #expect(new.deadline == instant(4609.375))
        let actions = new.tick(at: instant(4609.375))
        #expect(steps(actions) == ["51 ipv4 100", "51 ipv6 100", "acquire"])
    }

    @Test func aGroupThatIsDividedStaysMasterOfBothParts() throws {
        var old = try started([("both", [(51, four), (52, four)])])
        var new = try node([("one", [(51, four)]), ("other", [(52, four)])], boot: 2)
        #expect(steps(old.leave(to: new, at: instant(5000))) == [])
        #expect(steps(new.succeed(old, at: instant(5000))) == ["51 ipv4 100", "52 ipv4 100"])
        #expect(new.groups.map(\.role) == [.master, .master])
    }

    @Test func groupsThatBecomeOneAreMasterIfAllOfThemWere() throws {
        let before: [(String, [(id: UInt8, address: String)])] = [("one", [(51, four)]), ("other", [(52, four)])]
        var old = try started(before)
        var new = try node([("both", [(51, four), (52, four)])], boot: 2)
        #expect(steps(old.leave(to: new, at: instant(5000))) == [])
        #expect(steps(new.succeed(old, at: instant(5000))) == ["51 ipv4 100", "52 ipv4 100"])
        #expect(new.groups.map(\.role) == [.master])
        // Else the one that has a master elsewhere decides, and what is held goes.
        old = try started(before, mastersOnly: ["one"])
        new = try node([("both", [(51, four), (52, four)])], boot: 2)
        #expect(steps(old.leave(to: new, at: instant(1000))) == ["51 ipv4 0", "release 0"])
        #expect(steps(new.succeed(old, at: instant(1000))) == [])
        #expect(new.groups.map(\.role) == [.backup] && new.deadline == instant(4609.375))
    }

    @Test func whatIsNoRouterInCommonIsAnotherGroup() throws {
        // The same id on another interface or of another family is another router.
        var old = try started([("web", [(51, four)])])
        var new = try node([("web", [(51, six)])], boot: 2)
        #expect(steps(old.leave(to: new, at: instant(5000))) == ["51 ipv4 0", "release 0"])
        #expect(steps(new.succeed(old, at: instant(5000))) == [])
        #expect(new.groups[0].role == .backup)
    }

    // MARK: Intervals and versions

    private func router(_ version: Advertisement.Version, seconds: Int) throws -> GroupSettings {
        GroupSettings(
            name: "web",
            routers: [
                RouterSettings(
                    interface: "eth0", routerID: 51, version: version, interval: .seconds(seconds),
                    addresses: [try address(four)])
            ])
    }

    /// When a backup that heard its master at 500 ms takes over if it is reloaded at 600 and hears it again or not.
    @Test(arguments: [
        // Version 2 has the interval of its configuration: 3 * 5 + 156 / 256 s, from the reload and from the master.
        (Advertisement.Version.v2, 1, Advertisement.Version.v2, 5, 16_209.375, 16_709.375),
        (.v2, 5, .v2, 1, 16_109.375, 4709.375),
        (.v3, 5, .v2, 1, 18_546.875, 4709.375),
        (.v3, 1, .v2, 5, 16_209.375, 16_709.375),
        // Version 3 goes on with what was learnt.
        (.v3, 1, .v3, 5, 4109.375, 19_146.875),
        (.v2, 1, .v3, 5, 18_646.875, 19_146.875),
    ])
    func aBackupWaitsAsItsNewSettingsSay(
        version: Advertisement.Version, seconds: Int, newVersion: Advertisement.Version, newSeconds: Int,
        unheard: Double, heard: Double
    ) throws {
        let source = try address("10.0.0.9")
        func advertisement(_ version: Advertisement.Version, _ seconds: Int) throws -> Advertisement {
            Advertisement(
                version: version, routerID: 51, priority: 200, interval: .seconds(seconds),
                addresses: [try address(four)])
        }
        var old = try Duo.node(0, [try router(version, seconds: seconds)], links: 0)
        _ = old.start(at: instant(0))
        _ = old.receive(try advertisement(version, seconds), group: 0, router: 0, from: source, at: instant(500))
        var new = try Duo.node(0, [try router(newVersion, seconds: newSeconds)], links: 0, boot: 2)
        _ = old.leave(to: new, at: instant(600))
        _ = new.succeed(old, at: instant(600))
        #expect(new.deadline == instant(unheard))
        _ = new.receive(
            try advertisement(newVersion, newSeconds), group: 0, router: 0, from: source, at: instant(1100))
        #expect(new.deadline == instant(heard))
    }
}
