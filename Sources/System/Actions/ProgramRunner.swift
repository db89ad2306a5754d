internal import DirectorCore
package import EventLoop
internal import Glibc
internal import HealthChecking
internal import MachineFacts
internal import TimeTypes

/// Something to be run: what ldirectord's keys name, or what sends a mail.
package struct ProgramRequest: Sendable {
    /// What it is, for messages: `fallbackcommand of TCP 192.0.2.1:80`.
    package var name: String
    package var path: String
    package var arguments: [String]
    /// What it reads on standard input.
    package var input: [UInt8]?
    /// Variables of its environment besides those of every program.
    package var environment: [String] = []
    /// When it, and everything that it started and left in its process group, is killed.
    package var deadline: Duration
    /// What it leaves running in its group when it ends is killed then. A line of ldirectord's may start a daemon.
    package var leavesNothing: Bool

    package init(
        name: String, path: String, arguments: [String], input: [UInt8]? = nil, deadline: Duration = .seconds(60),
        leavesNothing: Bool = false
    ) {
        self.name = name
        self.path = path
        self.arguments = arguments
        self.input = input
        self.deadline = deadline
        self.leavesNothing = leavesNothing
    }

    /// A line for the shell.
    package static func shell(_ line: String, name: String, deadline: Duration = .seconds(60)) -> ProgramRequest {
        ProgramRequest(name: name, path: "/bin/sh", arguments: ["-c", line], deadline: deadline)
    }
}

/// What became of a request.
package enum ProgramOutcome: Hashable, Sendable, CustomStringConvertible {
    case ended(ChildProcess.End, output: String)
    /// Killed at its deadline.
    case late(after: Duration, output: String)
    case notStarted(reason: String)
    /// Newer requests took its place in the queue.
    case dropped

    package var isSuccess: Bool {
        if case .ended(let end, _) = self { end.isSuccess } else { false }
    }

    /// The last line that it wrote, fit for a terminal; empty when there is none.
    package var lastLine: String {
        switch self {
        case .ended(_, let output), .late(_, let output):
            output.split(whereSeparator: \.isNewline).last.map { PlainText.line(String($0)) } ?? ""
        case .notStarted, .dropped: ""
        }
    }

    package var description: String {
        let said = lastLine.isEmpty ? "" : ": \(lastLine)"
        return switch self {
        case .ended(let end, _): "\(end)\(said)"
        case .late(let after, _): "was killed, since it had not ended after \(after.components.seconds) s\(said)"
        case .notStarted(let reason): "was not started: \(reason)"
        case .dropped: "was left out, since too much waits to be run"
        }
    }
}

/// Runs programs one after the other for each key and side by side for different keys, each in a process group of its
/// own with a deadline; so many at a time, so many waiting, so much output kept. Nobody waits for them.
@LoopActor package final class ProgramRunner {
    private struct Job: Sendable {
        var request: ProgramRequest
        var completion: @LoopActor @Sendable (ProgramOutcome) -> Void
    }

    private static let outputLimit = 4096
    private var queue: ProgramQueue<Job>
    private var waiting: [CheckedContinuation<Void, Never>] = []

    package init(runningLimit: Int = 8, waitingLimit: Int = 1_000, waitingLimitPerKey: Int = 16) {
        queue = ProgramQueue(
            runningLimit: runningLimit, waitingLimit: waitingLimit, waitingLimitPerKey: waitingLimitPerKey)
    }

    package var isIdle: Bool { queue.isEmpty }

    /// `completion` runs once, on the loop, later than this call.
    package func run(
        _ request: ProgramRequest, key: String, completion: @escaping @LoopActor @Sendable (ProgramOutcome) -> Void
    ) {
        if let dropped = queue.add(Job(request: request, completion: completion), key: key) {
            EventLoop.main.schedule(after: .zero) { dropped.completion(.dropped) }
        }
        startWaiting()
    }

    /// Returns when nothing runs or waits any more, or after this time.
    package func drain(within limit: Duration) async {
        let end = EventLoop.now + limit
        while !queue.isEmpty, EventLoop.now < end {
            await EventLoop.main.sleep(for: .milliseconds(20))
        }
    }

    private func startWaiting() {
        while let (key, job) = queue.next() { start(job, key) }
    }

    private func start(_ job: Job, _ key: String) {
        var options = ChildProcess.Options()
        options.environment = ProgramEnvironment.variables + job.request.environment
        options.directory = "/"
        options.outputLimit = Self.outputLimit
        options.input = job.request.input
        options.leavesNothing = job.request.leavesNothing
        let request = job.request
        do throws(LoopError) {
            let deadline = Deadline()
            let child = try ChildProcess.spawn(request.path, request.arguments, options) { [self] child in
                deadline.timer?.cancel()
                let output = String(decoding: child.output, as: UTF8.self)
                let end = child.end ?? .exited(status: 255)
                let outcome: ProgramOutcome =
                    deadline.hasPassed ? .late(after: request.deadline, output: output) : .ended(end, output: output)
                finish(job, key, outcome)
            }
            deadline.timer = EventLoop.main.schedule(after: request.deadline) {
                deadline.hasPassed = true
                child.kill(SIGKILL)
            }
        } catch {
            // Whoever asked is in the middle of something of its own.
            EventLoop.main.schedule(after: .zero) { [self] in
                finish(job, key, .notStarted(reason: error.description))
            }
        }
    }

    private func finish(_ job: Job, _ key: String, _ outcome: ProgramOutcome) {
        queue.finished(key)
        job.completion(outcome)
        startWaiting()
    }

    @LoopActor private final class Deadline {
        var timer: LoopTimer?
        var hasPassed = false
    }
}
