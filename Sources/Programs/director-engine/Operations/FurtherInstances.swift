import Actions
import DirectorCore
import EventLoop
import MachineFacts

/// The instances that `execute` names: each is a director of its own, started and stopped through ldirectord's command
/// line as if by hand.
@LoopActor final class FurtherInstances {
    /// A start waits for the first table.
    private static let deadline = Duration.seconds(60)
    private unowned let operations: Operations
    private var tails: [String] = []

    init(_ operations: Operations) {
        self.operations = operations
    }

    func begin(_ new: [String]) {
        tails = Self.unique(new)
        for tail in tails { run(tail, "start") }
    }

    /// Those that stay reload theirs too, or start where they have ended.
    func reload(_ new: [String]) {
        let old = tails
        tails = Self.unique(new)
        for tail in old where !tails.contains(tail) { run(tail, "stop") }
        for tail in tails {
            if old.contains(tail) {
                operations.programs.run(request(tail, "reload"), key: key(tail)) { [weak self] outcome in
                    if !outcome.isSuccess { self?.run(tail, "start") }
                }
            } else {
                run(tail, "start")
            }
        }
    }

    func stop() {
        for tail in tails { run(tail, "stop") }
    }

    private func run(_ tail: String, _ command: String) {
        operations.run(request(tail, command), key: key(tail))
    }

    private func key(_ tail: String) -> String { "execute \(tail)" }

    private func request(_ tail: String, _ command: String) -> ProgramRequest {
        let words = tail.split(separator: " ").map(String.init)
        return ProgramRequest(
            name: "execute \(tail): \(command)", path: ProgramEnvironment.ownProgram("director"),
            arguments: ["ldirectord"] + words + [command], deadline: Self.deadline)
    }

    private static func unique(_ tails: [String]) -> [String] {
        var seen: Set<String> = []
        return tails.filter { !$0.isEmpty && seen.insert($0).inserted }
    }
}
