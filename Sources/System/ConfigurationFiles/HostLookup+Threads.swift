internal import CLinux

extension HostLookup {
    /// With a thread for each name that is asked for at a time, in a program that has none and ends soon.
    package init(within limit: Duration) {
        self.init(within: limit) { Self.startThread($0) }
    }

    private final class Task: Sendable {
        let work: @Sendable () -> Void

        init(_ work: @escaping @Sendable () -> Void) { self.work = work }
    }

    private static func startThread(_ work: @escaping @Sendable () -> Void) -> Bool {
        let context = unsafe Unmanaged.passRetained(Task(work))
        let body: @convention(c) @Sendable (UnsafeMutableRawPointer?) -> Void = { context in
            guard let context = unsafe context else { return }
            unsafe Unmanaged<Task>.fromOpaque(context).takeRetainedValue().work()
        }
        guard unsafe clinux_thread_start("names", body, context.toOpaque()) != 0 else { return true }
        unsafe context.release()
        return false
    }
}
