import EventLoop
import Glibc
import TimeTypes

/// `track = program PATH`: run again and again, one run at a time; it works while its exit status is 0. A run that
/// takes longer than a second, or than the interval where that is longer, is killed with all that it started.
@LoopActor final class TrackedProgram {
    private let path: String
    private let interval: Duration
    private let onResult: (Bool, String) -> Void
    private var isLate = false

    init(
        _ path: String, interval: Duration,
        onResult: @escaping @LoopActor (_ works: Bool, _ why: String) -> Void
    ) {
        self.path = path
        self.interval = interval
        self.onResult = onResult
        run()
    }

    private var limit: Duration { max(interval, .seconds(1)) }

    private func run() {
        let due = EventLoop.now + interval
        if let problem = TrustedProgram.problem(path) { return finish(false, problem, due) }
        var options = ChildProcess.Options()
        options.environment = [TrustedProgram.path]
        options.leavesNothing = true
        isLate = false
        do throws(LoopError) {
            var deadline: LoopTimer?
            let child = try ChildProcess.spawn(path, [], options) { [weak self] child in
                deadline?.cancel()
                guard let self, let end = child.end else { return }
                finish(end.isSuccess, isLate ? "it did not end within \(limit)" : "it \(end)", due)
            }
            deadline = EventLoop.main.schedule(after: limit) { [weak self] in
                self?.isLate = true
                child.kill(SIGKILL)
            }
        } catch {
            finish(false, "\(error)", due)
        }
    }

    private func finish(_ works: Bool, _ why: String, _ due: MonotonicInstant) {
        onResult(works, why)
        EventLoop.main.schedule(at: max(due, EventLoop.now + .milliseconds(100))) { [weak self] in self?.run() }
    }
}

/// Programs that run as root on the word of the configuration.
enum TrustedProgram {
    /// Plugins of cluster-glue look for their helpers there.
    static let path = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/usr/share/cluster-glue"

    /// Why it is not to be run; nil when it may be.
    static func problem(_ path: String) -> String? {
        var status = stat()
        guard stat(path, &status) == 0 else { return "there is no \(path)" }
        guard status.st_mode & S_IFMT == S_IFREG else { return "\(path) is no file" }
        guard status.st_mode & 0o022 == 0 else {
            return "others than its owner can write \(path), and it would run as root: chmod go-w \(path)"
        }
        guard access(path, X_OK) == 0 else { return "\(path) is not executable: chmod +x \(path)" }
        return nil
    }
}
