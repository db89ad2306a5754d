import CLinux
import EventLoop
import Glibc
import MachineFacts

/// The file by which the engine knows the processes of its director: a line `NAME PID RESTARTS` each.
@LoopActor struct ProcessFile {
    private let path: String

    init(_ runtimeDirectory: String) {
        path = ProcessTable.path(runtimeDirectory)
    }

    /// What cannot be written is missing in the metrics, and the engine knows the prober by its user then.
    func write(_ daemons: [Daemon]) {
        let own = "directord \(getpid()) 0\n"
        let text = own + daemons.map { "\($0.name) \($0.pid ?? 0) \($0.restarts)\n" }.joined()
        let draft = "\(path).draft"
        let descriptor = clinux_open(draft, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
        guard descriptor >= 0 else { return }
        let isWhole = Glibc.write(descriptor, text, text.utf8.count) == text.utf8.count
        guard close(descriptor) == 0, isWhole, rename(draft, path) == 0 else {
            unlink(draft)
            return
        }
    }

    func remove() {
        unlink(path)
    }
}
