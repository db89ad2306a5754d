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

struct Share: Sendable {
    var failures: [Failure] = []
    var runs = 0
    var events = 0
    var tally = Simulation.Tally()

    struct Failure: Sendable {
        var seed: UInt64
        var text: String
    }

    /// Every second seed, so that two threads share the work.
    init(part: UInt64, _ options: Options) {
        for seed in options.from..<options.from + options.runs where seed % 2 == part && failures.count < 10 {
            var simulation = Simulation(seed: seed)
            if let violation = simulation.run() { failures.append(Failure(seed: seed, text: violation)) }
            runs += 1
            events += simulation.events
            tally += simulation.tally
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
    async let even = Share(part: 0, options)
    async let odd = Share(part: 1, options)
    let shares = [await even, await odd]
    let failures = shares.flatMap { $0.failures }.sorted { $0.seed < $1.seed }
    for failure in failures {
        print("seed \(failure.seed): \(failure.text)")
        print("    replay: \(CommandLine.arguments[0]) --seed \(failure.seed) --trace")
    }
    // A share ends early that has found enough.
    let runs = shares[0].runs + shares[1].runs
    let events = shares[0].events + shares[1].events
    var tally = shares[0].tally
    tally += shares[1].tally
    print(
        "\(runs) runs, \(events) events, \(tally.takeovers) takeovers, \(tally.resumptions) of them after a "
            + "restart, \(tally.fencings) fencings, \(tally.reloads) reloads: \(failures.count) failed")
    return failures.isEmpty && tally.takeovers > 0 ? 0 : 1
}

if let options = Options(Array(CommandLine.arguments.dropFirst())) {
    let status = if let seed = options.seed { replay(seed, options) } else { await runAll(options) }
    exit(status)
} else {
    print("usage: failover-simulation [--runs N] [--from SEED] [--seed SEED [--trace]]")
    exit(2)
}
