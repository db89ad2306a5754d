import FailoverSimulator
import Testing

/// A part of what `failover-simulation` runs ten thousand times in contrib/test; each seed is a whole story of two to
/// five directors with faults of all kinds.
struct SimulationTests {
    @Test(arguments: [0..<20, 20..<40, 40..<60] as [Range<UInt64>])
    func nothingIsViolated(seeds: Range<UInt64>) {
        for seed in seeds {
            var simulation = Simulation(seed: seed)
            let violation = simulation.run()
            #expect(violation == nil, "replay: .build/release/failover-simulation --seed \(seed) --trace")
            #expect(simulation.tally.takeovers > 0, "seed \(seed): nobody was ever master")
        }
    }

    /// Each in some of the runs at least: what is wrong has to happen first.
    @Test(arguments: Simulation.Sabotage.allCases) func sabotageIsFoundOut(kind: Simulation.Sabotage) {
        let found = (UInt64(0)..<60).first { seed in
            var simulation = Simulation(seed: seed, sabotage: kind)
            return simulation.run() != nil
        }
        #expect(found != nil)
    }

    @Test func aSeedTellsTheSameStoryTwice() {
        for seed in [UInt64(7), 1234] {
            var (first, second) = (Simulation(seed: seed), Simulation(seed: seed))
            #expect(first.run() == second.run())
            #expect(first.events == second.events && first.tally == second.tally)
        }
    }
}
