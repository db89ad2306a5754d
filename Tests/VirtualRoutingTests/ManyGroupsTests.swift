import NetworkTypes
import Testing
import TimeTypes

@testable import VirtualRouting

/// So many groups on a pair that their states take several messages of a link, of which any may be the first, or lost.
/// Long names make thirty enough for that.
struct ManyGroupsTests {
    private static let name = String(repeating: "x", count: 60)

    private func node(_ director: Int, priority: UInt8, count: Int = 30, boot: UInt64 = 1) throws -> FailoverNode {
        try Duo.node(
            director, (0..<count).map { try Duo.settings("\(Self.name)\($0)", id: UInt8($0 + 1), priority: priority) },
            boot: boot)
    }

    /// Director 0 is master of all.
    private func duo(priority: UInt8 = 150) throws -> Duo {
        var duo = Duo([try node(0, priority: priority), try node(1, priority: 100)])
        for director in [0, 1] {
            duo.act(director) { $0.setReady(true, at: $1) + $0.start(at: $1) }
            duo.run(until: duo.time + 4000)
        }
        #expect(duo.roles(0) == [.master] && duo.roles(1) == [.backup])
        #expect(duo.nodes[1].peers.peers[0].reports.allSatisfy { $0?.role == .master })
        duo.taken = []
        return duo
    }

    /// The master's program is another run of the same director.
    private func replace(_ duo: inout Duo, by new: FailoverNode, _ body: (inout Duo, FailoverNode) -> Void) {
        let old = duo.nodes[0]
        duo.nodes[0] = new
        body(&duo, old)
    }

    @Test(arguments: [true, false], [true, false])
    func nothingMovesWhenTheMastersProgramIsReloadedOrRestarted(reloads: Bool, hasNetwork: Bool) throws {
        var duo = try duo()
        // The links alone hold what is left when the network is cut.
        duo.hasNetwork = hasNetwork
        if !hasNetwork { duo.run(until: 16_000) }
        for boot in 2...3 {
            if reloads {
                let new = try node(0, priority: 150, boot: UInt64(boot))
                duo.act(0) { $0.leave(to: new, at: $1) }
                replace(&duo, by: new) { duo, old in duo.act(0) { $0.succeed(old, at: $1) } }
            } else {
                replace(&duo, by: try node(0, priority: 150, boot: UInt64(boot))) { duo, old in
                    let names = Set(old.groups.map(\.name))
                    duo.act(0) { $0.setReady(true, at: $1) + $0.start(at: $1, resuming: names) }
                }
            }
            duo.run(until: duo.time + 5000)
            #expect(duo.roles(0) == [.master] && duo.roles(1) == [.backup])
            #expect(!duo.taken.contains { $0.director == 1 })
        }
    }

    @Test func aBackupThatIsReloadedTakesNothing() throws {
        var duo = try duo()
        duo.hasNetwork = false
        duo.run(until: 16_000)
        let new = try node(1, priority: 100, boot: 2)
        duo.act(1) { $0.leave(to: new, at: $1) }
        let old = duo.nodes[1]
        duo.nodes[1] = new
        duo.act(1) { $0.succeed(old, at: $1) }
        duo.run(until: duo.time + 5000)
        #expect(duo.taken.isEmpty)
    }

    @Test func groupsThatANewRunHasNoMoreAreTakenAfterAWhile() throws {
        var duo = try duo()
        // A restart with a shorter file: nobody says farewell.
        replace(&duo, by: try node(0, priority: 150, count: 20, boot: 2)) { duo, old in
            duo.act(0) { $0.setReady(true, at: $1) + $0.start(at: $1, resuming: Set(old.groups.map(\.name))) }
        }
        duo.run(until: duo.time + 1000)
        #expect(duo.roles(1) == [.backup])
        duo.run(until: duo.time + 5000)
        #expect(duo.nodes[1].groups.filter { $0.role == .master }.map(\.index) == Array(20..<30))
    }

    /// The message that shows it is reason enough to look: no beat of our own has to come first.
    @Test func theyAreTakenWithTheFirstMessageThatShowsIt() throws {
        var duo = try Duo([node(0, priority: 150, count: 1), node(1, priority: 100, count: 1)])
        for director in [0, 1] {
            duo.act(director) { $0.setReady(true, at: $1) + $0.start(at: $1) }
            duo.run(until: duo.time + 4000)
        }
        duo.hasNetwork = false
        duo.run(until: 16_050)
        duo.nodes[0] = try node(0, priority: 150, count: 0, boot: 2)
        duo.act(0) { $0.start(at: $1) }
        duo.taken = []
        // Five beats after its first that shows that it hears us, at 16.25 s; our own come at other times.
        duo.run(until: 17_249)
        #expect(duo.taken.isEmpty)
        duo.run(until: 17_251)
        #expect(duo.taken.map(\.director) == [1])
    }

    @Test func aRunThatHasLostItsGroupsIsReplacedAtOnce() throws {
        var duo = try duo()
        replace(&duo, by: try node(0, priority: 150, boot: 2)) { duo, _ in
            // Unready, or it would rightly take them back.
            duo.act(0) { $0.start(at: $1) }
        }
        duo.run(until: duo.time + 250)
        #expect(duo.roles(1) == [.master])
    }

    @Test func whatWasSaidBeforeALongSilenceDoesNotComeBack() throws {
        var duo = try duo()
        // The other one is master long since, and does not go by what the old run said.
        duo.freeze(0)
        duo.run(until: 30_000)
        #expect(duo.roles(1) == [.master])
        var heartbeat = Heartbeat(
            sender: "director 0", boot: BootID(high: 1, low: 9), link: 0, sequence: 1, interval: .milliseconds(200))
        heartbeat.hears = [BootID(high: 2, low: 1)]
        _ = try duo.nodes[1].receive(heartbeat, link: 0, at: duo.instant(40_000))
        #expect(duo.nodes[1].peers.peers[0].reports.allSatisfy { $0 == nil })
    }

    @Test func whoHasJustStartedWaitsUntilItWasToldOfEachGroup() throws {
        // An owner that is not ready disturbs no master; it hears of the last groups with a later message.
        var duo = try duo()
        var owner = try node(1, priority: 255, boot: 2)
        _ = owner.start(at: duo.instant)
        duo.nodes[1] = owner
        var heartbeat = Heartbeat(
            sender: "director 0", boot: BootID(high: 1, low: 1), link: 0, sequence: 1000, interval: .milliseconds(200))
        heartbeat.hears = [BootID(high: 2, low: 2)]
        heartbeat.groups = duo.nodes[0].groups.prefix(10).map { $0.report(at: duo.instant) }
        var actions = try duo.nodes[1].receive(heartbeat, link: 0, at: duo.instant)
        actions += duo.nodes[1].tick(at: duo.instant(duo.time + 200))
        #expect(!actions.contains { if case .acquire = $0 { true } else { false } })
        #expect(duo.roles(1) == [.backup])
    }

    /// What advice on serial lines goes by is what is sent.
    @Test func theLengthsOnALineAreThoseOfTheMessages() throws {
        var duo = try duo()
        let keys = try #require(LinkKeys(signing: 1, secrets: [1: Array("a secret of some length".utf8)]))
        var lengths: [Int] = []
        duo.act(0) { node, now in
            let actions = node.tick(at: node.deadline ?? now)
            for case .send(_, let heartbeat) in actions {
                lengths.append(SerialFrames.frame(keys.seal(heartbeat)).count)
            }
            return actions
        }
        let told = Heartbeat.lineLengths(of: duo.nodes[0].groups.map { ($0.name, $0.primaryAddress) })
        #expect(told.count > 1 && told.count == lengths.count)
        // The director's name may be another, and where one message ends and the next begins.
        #expect(abs(told.reduce(0, +) - lengths.reduce(0, +)) < 40 * told.count, "\(told), and \(lengths) is sent")
    }

    @Test func anAnswerToAStrangerFitsIntoAMessage() throws {
        var node = try node(0, priority: 150)
        _ = node.start(at: .zero)
        let stranger = Heartbeat(
            sender: "other", boot: BootID(high: 2, low: 1), link: 0, sequence: 1, interval: .milliseconds(200))
        let answers = try node.receive(stranger, link: 0, at: .zero)
        let keys = try #require(LinkKeys(signing: 1, secrets: [1: Array("a secret of some length".utf8)]))
        let sizes = answers.compactMap { if case .send(_, let answer) = $0 { keys.seal(answer).count } else { nil } }
        #expect(sizes.count == 1 && sizes.allSatisfy { $0 > 1000 && $0 <= 1400 })
    }
}
