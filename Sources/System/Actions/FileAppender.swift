internal import CLinux
package import EventLoop
internal import Glibc
internal import TimeTypes

/// Appends lines to files off the loop. A file is opened for each batch and closed after it, so that one that was
/// rotated away is followed to its successor. What cannot be written is dropped and told once until it works again;
/// nobody waits for a disk.
@LoopActor package final class FileAppender {
    /// Bytes that wait, at most; what comes on top is dropped.
    package static let queueLimit = 1 << 20

    private var queue: [(path: String, bytes: [UInt8])] = []
    private var queued = 0
    private var dropped = 0
    private var isWriting = false
    private var problems: [String: String] = [:]
    private let report: @LoopActor (String) -> Void

    package init(report: @escaping @LoopActor (String) -> Void) {
        self.report = report
    }

    package func append(_ text: String, to path: String) {
        let bytes = Array(text.utf8)
        guard queued + bytes.count <= Self.queueLimit else {
            dropped += 1
            return
        }
        queued += bytes.count
        if let last = queue.indices.last, queue[last].path == path {
            queue[last].bytes += bytes
        } else {
            queue.append((path, bytes))
        }
        writeNext()
    }

    /// Returns when everything is written, or after this time.
    package func drain(within limit: Duration) async {
        let end = EventLoop.now + limit
        while isWriting, EventLoop.now < end { await EventLoop.main.sleep(for: .milliseconds(10)) }
    }

    private func writeNext() {
        guard !isWriting, !queue.isEmpty else { return }
        isWriting = true
        let batch = queue
        queue = []
        queued = 0
        EventLoop.main.task { @LoopActor [self] in
            do {
                let outcome = try await EventLoop.main.runBlocking { Self.write(batch) }
                take(outcome)
            } catch {
                report("\(error)")
            }
            isWriting = false
            if dropped > 0 {
                report("\(dropped) lines for files were dropped, since writing did not keep up")
                dropped = 0
            }
            writeNext()
        }
    }

    private func take(_ outcome: [(path: String, problem: String?)]) {
        for (path, problem) in outcome where problems[path] != problem {
            problems[path] = problem
            if let problem { report(problem) }
        }
    }

    private nonisolated static func write(
        _ batch: [(path: String, bytes: [UInt8])]
    ) -> [(path: String, problem: String?)] {
        batch.map { path, bytes in
            // A device or a pipe whose reader is gone must not hold the helper for ever.
            let descriptor = unsafe clinux_open(path, O_WRONLY | O_APPEND | O_CREAT | O_NONBLOCK | O_NOCTTY, 0o644)
            guard descriptor >= 0 else {
                return (path, "cannot write to \(path): \(ErrnoText.describe(errno))")
            }
            defer { close(descriptor) }
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { return (path, "cannot write to \(path): \(ErrnoText.describe(errno))") }
                rest = rest.dropFirst(count)
            }
            return (path, nil)
        }
    }
}
