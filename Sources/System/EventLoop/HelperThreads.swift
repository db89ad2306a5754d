internal import CLinux
internal import Glibc
internal import Synchronization

/// A few threads for calls that block, such as getaddrinfo. They are started when there is work, stay for the next, and
/// take work in order.
package final class HelperThreads: Sendable {
    package typealias Work = @Sendable () -> Void

    private struct State {
        var queue: [Work] = []
        var idle = 0
        var threads = 0
    }

    /// Work that waits for a thread, at most: beyond that something is stuck, and more of it does not help.
    static let queueLimit = 4096

    private let limit: Int
    /// Added to the threads' own (setpriority(2)): higher is more patient.
    private let niceness: Int32
    private let state = Mutex(State())
    /// Counts what is in the queue: a thread that reads it sleeps until there is something.
    private let semaphore: Int32

    package init(limit: Int, niceness: Int32 = 0) {
        self.limit = limit
        self.niceness = niceness
        semaphore = clinux_eventfd_create(true, false)
        precondition(semaphore >= 0, "cannot create the helper threads' semaphore: \(ErrnoText.describe(errno))")
    }

    package func run(_ work: @escaping Work) throws(LoopError) {
        let needsThread: Bool? = state.withLock { state in
            guard state.queue.count < Self.queueLimit else { return nil }
            let needsThread = state.idle <= state.queue.count && state.threads < limit
            if needsThread { state.threads += 1 }
            return needsThread
        }
        guard let needsThread else { throw LoopError(.blocking, "\(Self.queueLimit) blocking calls wait already") }
        if needsThread { try startThread() }
        state.withLock { $0.queue.append(work) }
        var one: UInt64 = 1
        _ = unsafe write(semaphore, &one, MemoryLayout<UInt64>.size)
    }

    /// Fails only when there is no other thread, with which the work would just be done later.
    private func startThread() throws(LoopError) {
        let context = unsafe Unmanaged.passRetained(self)
        let reason = unsafe clinux_thread_start("helper", Self.body, context.toOpaque())
        guard reason != 0 else { return }
        unsafe context.release()
        let others = state.withLock { state in
            state.threads -= 1
            return state.threads
        }
        if others == 0 { throw LoopError(.blocking, "cannot start a helper thread", errno: reason) }
    }

    private static let body: @convention(c) @Sendable (UnsafeMutableRawPointer?) -> Void = { context in
        guard let context = unsafe context else { return }
        unsafe Unmanaged<HelperThreads>.fromOpaque(context).takeRetainedValue().serve()
    }

    private func serve() {
        // Linux has a niceness for each thread. One who may not be nicer works as before.
        if niceness > 0 { _ = setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, niceness) }
        while true {
            state.withLock { $0.idle += 1 }
            var count: UInt64 = 0
            let length = unsafe read(semaphore, &count, MemoryLayout<UInt64>.size)
            let work = state.withLock { state in
                state.idle -= 1
                return length > 0 && !state.queue.isEmpty ? state.queue.removeFirst() : nil
            }
            work?()
        }
    }
}

extension HelperThreads {
    @LoopActor func result<Result: Sendable>(of work: @escaping @Sendable () throws -> Result) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            do throws(LoopError) {
                try run { continuation.resume(with: Swift.Result { try work() }) }
            } catch {
                continuation.resume(throwing: error)
            }
        }
    }
}

extension EventLoop {
    /// Runs a call that blocks on a helper thread (there are four) and resumes on the loop with its result. The call
    /// cannot be interrupted: a cancelled caller still waits for it.
    @LoopActor package func runBlocking<Result: Sendable>(
        _ work: @escaping @Sendable () throws -> Result
    ) async throws -> Result {
        try await helpers.result(of: work)
    }
}
