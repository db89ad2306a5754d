/// A thread beside the loop for work that takes processor time and not only waits: one thing after the other, in order.
/// Its priority is lower, so that on a busy machine it takes time from nothing that is urgent.
package final class BackgroundThread: Sendable {
    private let helpers = HelperThreads(limit: 1, niceness: 5)

    package init() {}

    /// Runs work on the thread and resumes on the loop with its result.
    /// - Throws: what the work throws; `LoopError` when it cannot be run.
    @LoopActor package func run<Result: Sendable>(
        _ work: @escaping @Sendable () throws -> Result
    ) async throws -> Result {
        try await helpers.result(of: work)
    }
}

extension EventLoop {
    /// Lets everything else that waits for the loop have its turn.
    @LoopActor package func nextTurn() async {
        await withCheckedContinuation { continuation in post { continuation.resume() } }
    }

    /// Does the same to each of many, a few in a turn of the loop: others wait for those few only.
    @LoopActor package func forEach<Element>(_ elements: [Element], _ body: (Element) -> Void) async {
        for (index, element) in elements.enumerated() {
            if index > 0, index % Self.fewInATurn == 0 { await nextTurn() }
            body(element)
        }
    }

    private static let fewInATurn = 16
}
