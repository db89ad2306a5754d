import FailoverSimulator
import Glibc

// Runs the pair through thousands of seeded faults and prints one line, and the seeds that failed with how to replay
// them.
//   failover-simulation [--runs N] [--from SEED] [--seed SEED [--trace]]

struct Options {
    var runs: UInt64 = 10_000
    var from: UInt64 = 1
    var seed: UInt64?
    var isTraced = false

    init?(_ arguments: [String]) {
        var rest = arguments[...]
        while let option = rest.popFirst() {
            if option == "--trace" {
                isTraced = true
                continue
            }
            guard let text = rest.popFirst(), let value = UInt64(text) else { return nil }
            switch option {
            case "--runs": runs = value
            case "--from": from = value
            case "--seed": seed = value
            default: return nil
            }
        }
    }
}

struct Tally: Sendable {
    var failures: [Failure] = []
    var events = 0
    var takeovers = 0

    struct Failure: Sendable {
        var seed: UInt64
        var text: String
    }

    /// Every second seed, so that two threads share the work.
    init(part: UInt64, _ options: Options) {
        for seed in options.from..<options.from + options.runs where seed % 2 == part && failures.count < 10 {
            var simulation = Simulation(seed: seed)
            if let violation = simulation.run() { failures.append(Failure(seed: seed, text: violation)) }
            events += simulation.events
            takeovers += simulation.takeovers
        }
    }
}

func replay(_ seed: UInt64, _ options: Options) -> Int32 {
    let trace: @Sendable (String) -> Void = { print($0) }
    var simulation = Simulation(seed: seed, trace: options.isTraced ? trace : nil)
    let violation = simulation.run()
    print("seed \(seed): \(violation ?? "nothing was violated"), \(simulation.events) events")
    return violation == nil ? 0 : 1
}

func runAll(_ options: Options) async -> Int32 {
    async let even = Tally(part: 0, options)
    async let odd = Tally(part: 1, options)
    let tallies = [await even, await odd]
    let failures = tallies.flatMap { $0.failures }.sorted { $0.seed < $1.seed }
    for failure in failures {
        print("seed \(failure.seed): \(failure.text)")
        print("    replay: \(CommandLine.arguments[0]) --seed \(failure.seed) --trace")
    }
    let events = tallies[0].events + tallies[1].events
    let takeovers = tallies[0].takeovers + tallies[1].takeovers
    print("\(options.runs) runs, \(events) events, \(takeovers) takeovers: \(failures.count) failed")
    return failures.isEmpty && takeovers > 0 ? 0 : 1
}

if let options = Options(Array(CommandLine.arguments.dropFirst())) {
    let status = if let seed = options.seed { replay(seed, options) } else { await runAll(options) }
    exit(status)
} else {
    print("usage: failover-simulation [--runs N] [--from SEED] [--seed SEED [--trace]]")
    exit(2)
}
