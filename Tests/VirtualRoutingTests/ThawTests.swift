import NetworkTypes
import Testing
import TimeTypes

@testable import VirtualRouting

/// A process that stood still for a while and finds its timers late and its sockets full.
struct ThawTests {
    /// What the better director finds when it runs again.
    struct Case: CustomStringConvertible, Sendable {
        var preemption: Preemption
        var links: Int
        var priority: UInt8
        var readsFirst: Bool
        var losesAll: Bool

        var description: String {
            "preempt \(preemption), \(links) links, priority \(priority), "
                + (losesAll ? "nothing queued" : readsFirst ? "queue first" : "timers first")
        }
    }

    static let cases: [Case] = {
        var cases: [Case] = []
        for preemption in [Preemption.never, .delayed(.seconds(30))] {
            for links in [0, 1] {
                for priority in [UInt8(200), 100] {
                    for (readsFirst, losesAll) in [(true, false), (false, false), (false, true)] {
                        cases.append(
                            Case(
                                preemption: preemption, links: links, priority: priority, readsFirst: readsFirst,
                                losesAll: losesAll))
                    }
                }
            }
        }
        return cases
    }()

    /// Director 1 is master and the better one, or of the greater address.
    private func duo(_ preemption: Preemption, links: Int, priority: UInt8) throws -> Duo {
        var duo = Duo(
            try [UInt8(100), priority].enumerated().map { director, own in
                try Duo.node(
                    director, [try Duo.settings("web", priority: own, preemption: preemption)], links: links)
            })
        for director in [1, 0] {
            duo.act(director) { $0.setReady(true, at: $1) + $0.start(at: $1) }
            duo.run(until: duo.time + 4000)
        }
        #expect(duo.role(1) == .master && duo.role(0) == .backup)
        return duo
    }

    @Test(arguments: cases) func whoSleptLeavesTheAddressesWhereTheyWent(one: Case) throws {
        // Links tell earlier that somebody may have taken over.
        for span in [one.links == 0 ? 5300.0 : 3300, 7700, 60_000] {
            var duo = try duo(one.preemption, links: one.links, priority: one.priority)
            duo.freeze(1)
            duo.run(until: 8000 + span)
            #expect(duo.role(0) == .master, "\(span) ms")
            duo.thaw(1, readsFirst: one.readsFirst, losesAll: one.losesAll)
            duo.run(until: duo.time + 20_000)
            #expect(duo.role(0) == .master && duo.role(1) == .backup, "\(span) ms")
            #expect(duo.holders == [[0]], "\(span) ms")
            // From the start on; somebody has always had them since.
            #expect(duo.longestVacancy < 4000 && duo.longestVacancy > 0)
        }
    }

    @Test func withPreemptionItTakesThemBackAtOnce() throws {
        for readsFirst in [false, true] {
            var duo = try duo(.always, links: 1, priority: 200)
            duo.freeze(1)
            duo.run(until: 14_000)
            #expect(duo.role(0) == .master)
            duo.thaw(1, readsFirst: readsFirst)
            #expect(duo.role(1) == .master && duo.role(0) == .backup)
            duo.run(until: 30_000)
            #expect(duo.holders == [[1]])
        }
    }

    /// What others said meanwhile is read in one go, and only the last of it is true.
    @Test func whoYieldsAfterItsSleepTakesNothingOnOldWords() throws {
        var (node, other) = (try Node(links: 1), PairTests.Other())
        node.start()
        node.actions = try node.node.receive(other.says(.backup), link: 0, at: node.instant(100))
        node.run(until: 5000)
        #expect(node.role == .master)
        for role in [Role.master, .backup, .backup] {
            node.actions = try node.node.receive(other.says(role), link: 0, at: node.instant(15_000))
            #expect(node.role == .backup)
        }
        // Two beats later it may.
        node.run(until: 15_399)
        #expect(node.role == .backup)
        node.run(until: 15_400)
        #expect(node.role == .master)
    }

    /// Nobody took them: it listens for an interval and goes on.
    @Test func whoIsMissedByNobodyStaysMaster() throws {
        var node = try Node(priority: 150, preemption: .never)
        node.start()
        node.run(until: 5000)
        node.tick(15_000)
        #expect(node.role == .master && node.sent.isEmpty && node.dueAt == 16_500)
        node.tick(16_500)
        #expect(node.sent == [150] && node.dueAt == 17_500)
    }

    /// Timers that are always late never keep a master from advertising.
    @Test(arguments: [0, 1]) func aSlowMasterAdvertises(links: Int) throws {
        var node = try Node(priority: 150, interval: .milliseconds(10), preemption: .never, links: links)
        node.start()
        node.run(until: 5000)
        #expect(node.role == .master)
        var sent = 0
        for turn in 1...100 {
            node.tick(5000 + Double(turn) * 40)
            sent += node.sent.count
        }
        #expect(sent >= 45)
    }

    /// What it does not know it does not say: the other would yield to it.
    @Test func theLinksHearNothingOfAGroupThatIsNotDecided() throws {
        var node = try Node(priority: 150, preemption: .never, links: 1)
        node.start()
        node.run(until: 5000)
        node.tick(15_000)
        #expect(node.heartbeats.map(\.groups) == [[]])
        node.run(until: 16_500)
        #expect(node.heartbeats.last?.groups.map(\.role) == [.master])
    }
}
