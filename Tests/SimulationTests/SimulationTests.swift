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
            #expect(simulation.takeovers > 0, "seed \(seed): nobody was ever master")
        }
    }

    @Test func aSeedTellsTheSameStoryTwice() {
        for seed in [UInt64(7), 1234] {
            var (first, second) = (Simulation(seed: seed), Simulation(seed: seed))
            #expect(first.run() == second.run())
            #expect(first.events == second.events && first.takeovers == second.takeovers)
        }
    }
}
