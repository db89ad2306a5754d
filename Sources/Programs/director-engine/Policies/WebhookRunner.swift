import Actions
import EventLoop
import MachineFacts
import TimeTypes

/// Posts JSON texts without anybody waiting for it, each by a short process without privileges (`director-prober
/// --deliver-webhook`): one after the other for each URL, tried three times.
@LoopActor final class WebhookRunner {
    /// Pauses before the second and the third attempt.
    static let pauses: [Duration] = [.seconds(5), .seconds(30)]
    static let waitingLimit = 200
    private static let deadline = Duration.seconds(30)

    private let runner = ProgramRunner(
        runningLimit: 4, waitingLimit: WebhookRunner.waitingLimit, waitingLimitPerKey: 64)
    private var retrying = 0

    /// `done` gets what went wrong for good, nil when it was delivered.
    func send(_ text: [UInt8], to url: String, done: @escaping @LoopActor @Sendable (String?) -> Void) {
        attempt(text, url, number: 0, done)
    }

    func drain(within limit: Duration) async {
        await runner.drain(within: limit)
    }

    private func attempt(
        _ text: [UInt8], _ url: String, number: Int, _ done: @escaping @LoopActor @Sendable (String?) -> Void
    ) {
        let request = ProgramRequest(
            name: "webhook", path: ProgramEnvironment.ownProgram("director-prober"),
            arguments: ["--deliver-webhook"], input: Array((url + "\n").utf8) + text, deadline: Self.deadline,
            leavesNothing: true)
        runner.run(request, key: url) { [self] outcome in
            if outcome.isSuccess { return done(nil) }
            guard outcome != .dropped, number < Self.pauses.count, retrying < Self.waitingLimit else {
                return done("is given up after \(number + 1) attempts: \(outcome)")
            }
            retrying += 1
            EventLoop.main.schedule(after: Self.pauses[number]) { [self] in
                retrying -= 1
                attempt(text, url, number: number + 1, done)
            }
        }
    }
}
