import DirectorConfig
import DirectorCore
import HealthChecking
import NetworkTypes
import Testing
import TimeTypes
import VirtualServers

/// Whatever comes in whatever order — results, orders, reloads, restarts, strangers, clocks — some things hold at all
/// times.
struct PoolSimulationTests {
    private struct Random {
        var state: UInt64

        mutating func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % max(bound, 1)
        }
    }

    private static let servers = 5

    private static func settle(_ random: inout Random, _ virtual: inout VirtualConfiguration) {
        virtual.policy.drain = random.next(2) == 0 ? nil : .seconds(20)
        virtual.policy.slowStart = random.next(2) == 0 ? nil : .seconds(10)
        virtual.policy.flap =
            random.next(2) == 0
            ? nil : FlapPolicy(changes: 3, window: .seconds(30), hold: .seconds(7), longest: .seconds(60))
        virtual.policy.minimumUp = [nil, .servers(2), .percent(50), .servers(9)][random.next(4)]
        virtual.quiescent = random.next(2) == 0
        virtual.failureCount = 1 + random.next(2)
        virtual.rise = 1 + random.next(3)
        virtual.fallback = random.next(2) == 0 ? nil : Farm.fallback
        virtual.reals = (0..<Self.servers).filter { _ in random.next(5) > 0 }.map { index in
            let server = Farm.server(UInt32(index + 1), weight: Int32(random.next(4) * 7))
            var real = RealConfiguration(line: index, server: server, check: .probe(Farm.check(server.endpoint)))
            if random.next(3) == 0 {
                let target = Endpoint(server.endpoint.address, 22)
                real.further = [ProbeSetting(name: "connect port 22", spec: Farm.check(target))]
            }
            return real
        }
    }

    @Test(arguments: 1...12 as ClosedRange<UInt64>)
    func someThingsHoldAtAllTimes(seed: UInt64) throws {
        var random = Random(state: seed &* 7_919)
        var drill = Drill(servers: Self.servers, up: seed % 2 == 0)
        for step in 0..<400 {
            let last = UInt32(1 + random.next(Self.servers))
            switch random.next(12) {
            case 0...4: drill.check(last, random.next(3) > 0, index: random.next(2))
            case 5: _ = try? drill.order(OperatorAction.allCases[random.next(3)], last)
            case 6: drill.load { Self.settle(&random, &$0) }
            case 7: drill.restart(after: .milliseconds(random.next(5_000)))
            case 8: drill.count(last, active: UInt32(random.next(2)), packets: UInt64(random.next(3)))
            case 9: drill.setClock(ahead: .seconds(random.next(200_000) - 100_000))
            case 10:
                var table = drill.director.actual
                table.entries[drill.farm.id]?.servers[Drill.server(last)]?.weight = 3
                _ = drill.director.observe(table, at: drill.now)
                drill.converge()
            default: drill.pass(.milliseconds(random.next(9_000)))
            }
            try holds(drill, "seed \(seed) step \(step)")
        }
    }

    private func holds(_ drill: Drill, _ place: Comment) throws {
        var director = drill.director
        // The kernel has what is wanted, so there is nothing to do, and no deadline that would come at once for ever.
        _ = director.advance(to: drill.now)
        #expect(director.plan(at: drill.now).isEmpty, place)
        if let deadline = director.nextDeadline { #expect(deadline > drill.now.instant, place) }

        let state = try #require(drill.director.services[drill.farm.id], place)
        let entry = try #require(drill.director.actual.entries[drill.farm.id], place)
        let reals = state.configuration.reals
        var serving = 0
        for real in reals {
            let endpoint = real.server.endpoint
            let weight = entry.servers[endpoint]?.weight ?? 0
            #expect(weight <= real.server.weight, place)
            if let withdrawal = state.withdrawals[endpoint] {
                // What somebody took out gets nothing, and what drains is there as long as it does.
                #expect(weight == 0, place)
                if withdrawal.cause == .drain, !withdrawal.isDraining { #expect(entry.servers[endpoint] == nil, place) }
            } else if state.health[endpoint]?.state == .up {
                #expect(entry.servers[endpoint] != nil, place)
                #expect(weight > 0 || real.server.weight == 0, place)
            }
            if weight > 0 { serving += 1 }
        }
        // The floor holds as far as there are servers that were ever in order.
        if let minimum = state.configuration.policy.minimumUp {
            let pool = reals.filter { $0.server.weight > 0 && state.withdrawals[$0.server.endpoint] == nil }
            let able = pool.count { state.health[$0.server.endpoint]?.lastGood != nil }
            #expect(serving >= min(minimum.servers(of: pool.count), able), place)
        }
        // Orders are for servers that are configured; the rest is on its way out.
        for (endpoint, withdrawal) in state.withdrawals {
            let isConfigured = reals.contains { $0.server.endpoint == endpoint }
            #expect(isConfigured == (withdrawal.cause != .removal), place)
            if withdrawal.cause == .removal { #expect(entry.servers[endpoint]?.weight == 0, place) }
        }
        // Nobody is in the kernel whom nothing speaks for.
        for endpoint in entry.servers.keys {
            #expect(
                state.health[endpoint] != nil || state.withdrawals[endpoint] != nil
                    || endpoint == state.configuration.fallback?.endpoint, place)
        }
        let hasFallback = state.configuration.fallback.map { entry.servers[$0.endpoint] != nil } ?? false
        #expect(hasFallback == (state.servingCount == 0 && state.configuration.fallback != nil), place)
    }
}
