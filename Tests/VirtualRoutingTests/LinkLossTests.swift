import Testing
import TimeTypes

@testable import VirtualRouting

struct LinkLossTests {
    /// Heartbeats are 200 ms apart: a hundred take 20 s.
    private func running() throws -> Duo {
        var duo = Duo(try [150, 100].enumerated().map { try Duo.node($0, [Duo.settings("web", priority: $1)]) })
        for director in 0...1 { duo.act(director) { $0.start(at: $1) } }
        return duo
    }

    private func losses(_ duo: Duo) -> [String] {
        duo.told.compactMap { told in
            if case .loss = told.event { "\(told.director): \(told.event.words)" } else { nil }
        }
    }

    @Test func aLinkThatLosesMessagesIsToldOfOnceAndWhenItLosesNoMore() throws {
        var duo = try running()
        duo.run(until: 30_000)
        duo.loss = 4
        duo.run(until: 70_000)
        #expect(losses(duo) == [])
        duo.loss = 20
        duo.run(until: 150_000)
        #expect(losses(duo).count == 1)
        #expect(losses(duo).first?.hasPrefix("0: link 1 with director 1 loses messages: ") == true)
        duo.loss = 0
        duo.run(until: 200_000)
        #expect(losses(duo).dropFirst() == ["0: link 1 with director 1 loses messages no more"])
    }

    @Test func whatIsMissingWhileALinkIsDownIsNoLoss() throws {
        var duo = try running()
        duo.run(until: 30_000)
        duo.loss = 100
        duo.run(until: 40_000)
        duo.loss = 0
        duo.run(until: 90_000)
        #expect(losses(duo) == [])
        let isDown = duo.told.contains { told in
            if case .link(_, _, isUp: false) = told.event { told.director == 0 } else { false }
        }
        #expect(isDown)
    }

    @Test func aLinkThatIsDownAgainAndAgainIsToldOfByItsLossToo() throws {
        var duo = try running()
        duo.run(until: 30_000)
        for turn in 1...10 {
            duo.loss = 20
            duo.run(until: 30_000 + Double(turn) * 10_000 - 1200)
            duo.loss = 100
            duo.run(until: 30_000 + Double(turn) * 10_000)
        }
        #expect(losses(duo).count == 1)
    }
}
