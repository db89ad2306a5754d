internal import CLinux
internal import Synchronization

extension EventLoop {
    private static let ownThread = Mutex(false)

    /// Runs the loop on a thread of its own, once for the process: for tests, whose main thread is their runner's.
    package func startOwnThread() {
        let isFirst = Self.ownThread.withLock { started in
            defer { started = true }
            return !started
        }
        guard isFirst else { return }
        let body: @convention(c) @Sendable (UnsafeMutableRawPointer?) -> Void = { _ in EventLoop.main.run() }
        let reason = unsafe clinux_thread_start("loop", body, nil)
        precondition(reason == 0, "cannot start the loop's thread: \(ErrnoText.describe(reason))")
    }
}
