internal import CLinux
import Glibc
import Synchronization

/// A descriptor to which lines are written without waiting.
///
/// A line goes out at once, on the thread that logs it, so that the last line before a crash is not lost. What the
/// reader does not take waits in a queue, which a thread writes out; the thread exists only while there is a queue.
final class LogOutput: Sendable {
    static let queueLimit = 1 << 20

    private enum Kind {
        /// send() takes a flag for this one call.
        case socket
        /// A description of our own that does not block; the mode of the inherited one is not ours to change, since
        /// the shell and other programs share it.
        case nonblocking
        /// A file, or what cannot be opened anew: asked first whether it is ready.
        case polled
    }

    private struct State {
        var queue: [UInt8] = []
        /// The lines that are in the queue, for the count of what is dropped with it.
        var queuedLines = 0
        var dropped = 0
        var isDraining = false
    }

    private let descriptor: Int32
    private let kind: Kind
    private let state = Mutex(State())

    init(descriptor: Int32) {
        var status = stat()
        let type = unsafe fstat(descriptor, &status) == 0 ? status.st_mode & S_IFMT : 0
        let own =
            type == S_IFIFO || type == S_IFCHR
            ? unsafe clinux_open("/proc/self/fd/\(descriptor)", O_WRONLY | O_NONBLOCK | O_NOCTTY, 0) : -1
        self.descriptor = own >= 0 ? own : descriptor
        kind = own >= 0 ? .nonblocking : type == S_IFSOCK ? .socket : .polled
    }

    deinit {
        if kind == .nonblocking { close(descriptor) }
    }

    /// The number of lines dropped since the last call.
    func takeDropped() -> Int {
        state.withLock { state in
            defer { state.dropped = 0 }
            return state.dropped
        }
    }

    /// Writes or queues a line; when that cannot be, this many lines count as dropped.
    func write(_ line: [UInt8], standingFor lines: Int) {
        let needsThread = state.withLock { state in
            let taken = state.queue.isEmpty ? writeSome(line[...]) : 0
            guard let taken else {
                state.dropped += lines
                return false
            }
            guard taken < line.count else { return false }
            // A line that has begun is finished in any case.
            guard taken > 0 || state.queue.count + line.count <= Self.queueLimit else {
                state.dropped += lines
                return false
            }
            state.queue += line[taken...]
            state.queuedLines += lines
            defer { state.isDraining = true }
            return !state.isDraining
        }
        if needsThread { startDraining() }
    }

    /// How many bytes were taken, nil when the descriptor is closed or broken.
    private func writeSome(_ bytes: ArraySlice<UInt8>) -> Int? {
        if kind == .polled, !isReady(wait: 0) { return 0 }
        while true {
            let count = unsafe bytes.withUnsafeBytes { buffer in
                kind == .socket
                    ? unsafe send(
                        descriptor, buffer.baseAddress, buffer.count, Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL))
                    : unsafe Glibc.write(descriptor, buffer.baseAddress, buffer.count)
            }
            if count >= 0 { return count }
            if errno == EAGAIN { return 0 }
            if errno != EINTR { return nil }
        }
    }

    private func isReady(wait milliseconds: Int32) -> Bool {
        var ready = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        return unsafe poll(&ready, 1, milliseconds) == 1
    }

    private func startDraining() {
        let context = unsafe Unmanaged.passRetained(self)
        let body: @convention(c) @Sendable (UnsafeMutableRawPointer?) -> Void = { context in
            guard let context = unsafe context else { return }
            let output = unsafe Unmanaged<LogOutput>.fromOpaque(context).takeRetainedValue()
            while output.drainSome() {}
        }
        guard unsafe clinux_thread_start("log", body, context.toOpaque()) != 0 else { return }
        unsafe context.release()
        // The next line tries again.
        state.withLock { $0.isDraining = false }
    }

    /// Waits until the reader takes something; false when the queue is empty.
    private func drainSome() -> Bool {
        _ = isReady(wait: 1_000)
        return state.withLock { state in
            // Whole lines of at most what a pipe takes at once, so that no other program's line comes in between.
            let head = state.queue.prefix(LogLine.limit)
            let end = head.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? head.endIndex
            guard let taken = writeSome(head[..<end]) else {
                state.dropped += state.queuedLines
                state = State(dropped: state.dropped)
                return false
            }
            state.queue.removeFirst(taken)
            guard state.queue.isEmpty else { return true }
            state = State(dropped: state.dropped)
            return false
        }
    }
}
