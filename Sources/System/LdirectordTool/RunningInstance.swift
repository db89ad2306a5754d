internal import CLinux
internal import Glibc

/// A running instance, Director's or ldirectord's own.
package struct RunningInstance: Sendable {
    package let pid: Int32
    private let files: InstanceFiles

    package init?(_ files: InstanceFiles) {
        guard let pid = files.runningPid() else { return nil }
        self.pid = pid
        self.files = files
    }

    /// Has it read its file again; false when it could not be told.
    package func reload() -> Bool {
        kill(pid, SIGHUP) == 0
    }

    /// Asks it to stop and waits until it has ended; false when it is still there after this many seconds.
    package func stop(within seconds: Int64) -> Bool {
        guard kill(pid, SIGTERM) == 0 else { return errno == ESRCH }
        let limit = clinux_monotonic_nanoseconds() + seconds * 1_000_000_000
        while InstanceFiles.isLdirectord(pid) {
            guard clinux_monotonic_nanoseconds() < limit else { return false }
            _ = poll(nil, 0, 20)
        }
        return true
    }
}
