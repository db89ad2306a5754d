import DirectorConfig
import NetworkTypes
import Testing
import TimeTypes
import VirtualRouting
import VirtualServers

@testable import DirectorCore

/// Orders that were given on the other director of a pair.
struct PeerOrderTests {
    private let service = "TCP 192.0.2.1:80"

    private func configuration(servers: Int) throws -> Configuration {
        let id = VirtualService.ID.address(.tcp, try #require(Endpoint("192.0.2.1:80")))
        var virtual = VirtualConfiguration(line: 1, service: VirtualService(id))
        virtual.reals = try (1...servers).map { number in
            let endpoint = try #require(Endpoint("10.0.0.\(number):80"))
            return RealConfiguration(line: 2, server: RealServer(endpoint, method: .masquerading), check: .alwaysUp)
        }
        var configuration = Configuration()
        configuration.virtuals = [virtual]
        return configuration
    }

    private func moment(_ seconds: Int64) -> Moment {
        Moment(
            WallTime(milliseconds: 1_769_848_200_000 + seconds * 1000),
            .init(nanoseconds: (5000 + seconds) * 1_000_000_000))
    }

    private func director(servers: Int = 2, memory: OperatorMemory = OperatorMemory()) throws -> Director {
        Director(
            try configuration(servers: servers), actual: VirtualServerTable(), memory: memory, at: moment(0))
    }

    private func order(_ number: Int, _ action: SharedOrder.Action, second: Int64) -> SharedOrder {
        SharedOrder(
            service: service, server: "10.0.0.\(number):80", action: action, by: "anna",
            at: moment(second).wall.milliseconds)
    }

    private func causes(_ director: Director) -> [String: Withdrawal.Cause] {
        var found: [String: Withdrawal.Cause] = [:]
        for service in director.services.values {
            for (server, withdrawal) in service.withdrawals { found[server.description] = withdrawal.cause }
        }
        return found
    }

    @Test func theyHoldHereWithTheirGiverAndTime() throws {
        var director = try director()
        #expect(director.takeOver([order(1, .disable, second: -60)], at: moment(1)) == true)
        let id = try #require(director.services.keys.first)
        let server = try #require(Endpoint("10.0.0.1:80"))
        let withdrawal = try #require(director.services[id]?.withdrawals[server])
        #expect(withdrawal.cause == .disable && withdrawal.by == "anna" && withdrawal.since.wall == moment(-60).wall)
        let event = try #require(director.takeReports().last { $0.kind == .serverDisabled })
        #expect(event.text.contains("is disabled (ordered by anna on the peer, at "))
        // Told again it changes nothing.
        #expect(director.takeOver([order(1, .disable, second: -60)], at: moment(2)) == false)
        #expect(director.takeOver([order(1, .enable, second: 3)], at: moment(3)) == true)
        #expect(causes(director).isEmpty)
    }

    @Test func theNewestCounts() throws {
        var director = try director()
        _ = try director.carryOut(.drain, virtual: service, server: "10.0.0.1:80", by: "bert", at: moment(10))
        #expect(director.takeOver([order(1, .enable, second: 9)], at: moment(11)) == false)
        #expect(causes(director) == ["10.0.0.1:80": .drain])
        // The peer's clock is an hour ahead: an order given here afterwards counts all the same.
        #expect(director.takeOver([order(1, .disable, second: 3600)], at: moment(12)) == true)
        _ = try director.carryOut(.enable, virtual: service, server: "10.0.0.1:80", by: "bert", at: moment(13))
        #expect(causes(director).isEmpty)
        let latest = try #require(director.sharedOrders.all.first)
        #expect(latest.action == .enable && latest.at == moment(3600).wall.milliseconds + 1)
    }

    @Test func theyWaitForServersThatAreNotConfiguredYet() throws {
        var director = try director()
        #expect(director.takeOver([order(3, .drain, second: 1)], at: moment(1)) == false)
        _ = director.load(try configuration(servers: 3), at: moment(2))
        #expect(causes(director) == ["10.0.0.3:80": .drain])
    }

    @Test func theyGoOnWaitingAfterARestart() throws {
        var director = try director()
        _ = director.takeOver([order(3, .drain, second: 1)], at: moment(1))
        #expect(director.memory.awaited == [.init(service: service, server: "10.0.0.3:80")])
        var next = try self.director(memory: director.memory)
        #expect(causes(next).isEmpty)
        _ = next.load(try configuration(servers: 3), at: moment(2))
        #expect(causes(next) == ["10.0.0.3:80": .drain] && next.memory.awaited.isEmpty)
        // Or the file has got the server meanwhile.
        let later = try self.director(servers: 3, memory: director.memory)
        #expect(causes(later) == ["10.0.0.3:80": .drain])
    }

    @Test func theyGoOnWaitingWhenALoadIsTakenBack() throws {
        var director = try director()
        _ = director.takeOver([order(3, .drain, second: 1)], at: moment(1))
        _ = director.load(try configuration(servers: 3), at: moment(2))
        let commands = director.plan(at: moment(2)).commands
        let refused = try #require(commands.last)
        let outcome = director.settle(commands, refusals: [.init(refused, "no memory")], at: moment(2))
        guard case .takenBack = outcome else {
            Issue.record("the load is in force: \(outcome)")
            return
        }
        #expect(causes(director).isEmpty)
        _ = director.load(try configuration(servers: 3), at: moment(3))
        #expect(causes(director) == ["10.0.0.3:80": .drain])
    }

    @Test func whatIsOrderedDuringALoadHoldsWhenItIsTakenBack() throws {
        var director = try director()
        _ = director.takeOver([order(2, .drain, second: 0)], at: moment(0))
        _ = director.load(try configuration(servers: 3), at: moment(1))
        _ = director.takeOver([order(1, .disable, second: 1), order(2, .enable, second: 1)], at: moment(1))
        let commands = director.plan(at: moment(2)).commands
        let refused = try #require(commands.last)
        _ = director.settle(commands, refusals: [.init(refused, "no memory")], at: moment(2))
        #expect(causes(director) == ["10.0.0.1:80": .disable])
    }

    @Test func anAbsurdTimeChangesNothing() throws {
        var director = try director()
        for time in [Int64.min, -1, .max] {
            let absurd = SharedOrder(
                service: service, server: "10.0.0.1:80", action: .disable, by: "anna", at: time)
            #expect(director.takeOver([absurd], at: moment(1)) == false)
        }
        #expect(causes(director).isEmpty && director.sharedOrders.count == 0)
    }

    @Test func theyOutlastARestart() throws {
        var director = try director()
        _ = director.takeOver([order(1, .disable, second: 1), order(2, .enable, second: 1)], at: moment(1))
        let next = try self.director(memory: director.memory)
        #expect(causes(next) == ["10.0.0.1:80": .disable])
        // What was taken back is remembered, too: an older order of the peer must not come back.
        #expect(next.sharedOrders == director.sharedOrders && next.sharedOrders.count == 2)
    }
}
