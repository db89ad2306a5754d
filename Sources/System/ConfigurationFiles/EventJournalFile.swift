import Glibc
import Synchronization

/// Lines that outlast the process: appended to a file, which becomes the old one when it is large, so that the two
/// never take more than twice the limit. It blocks on the disk: a loop must not call it.
///
/// A line is there whole or not at all, as far as this process can see to it: what was written of one when the disk was
/// full is taken back. What a crash of the machine left half is for the reader to pass over.
package final class EventJournalFile: Sendable {
    package static let defaultLimit = 1 << 20

    private struct State {
        var descriptor: Int32 = -1
        var size = 0
    }

    package let path: String
    private let limit: Int
    private let state = Mutex(State())

    /// - Parameter limit: bytes of one file.
    package init(path: String, limit: Int = EventJournalFile.defaultLimit) {
        self.path = path
        self.limit = limit
    }

    deinit {
        state.withLock { if $0.descriptor >= 0 { close($0.descriptor) } }
    }

    private var oldPath: String { path + ".old" }

    /// Every line of both files, oldest first, as far as they can be read. Neither becomes the other meanwhile.
    package func lines() throws(FileProblem) -> [ArraySlice<UInt8>] {
        try state.withLock { (_) throws(FileProblem) in try linesUnlocked() }
    }

    private func linesUnlocked() throws(FileProblem) -> [ArraySlice<UInt8>] {
        var lines: [ArraySlice<UInt8>] = []
        for path in [oldPath, path] {
            do {
                let (bytes, _) = try ConfigurationFile.read(path)
                lines += bytes.split(separator: UInt8(ascii: "\n"))
            } catch {
                guard error.errno == ENOENT else { throw error }
            }
        }
        return lines
    }

    /// Appends whole lines, all of them or none.
    package func append(_ bytes: [UInt8]) throws(FileProblem) {
        try state.withLock { (state) throws(FileProblem) in
            if state.size > 0, state.size + bytes.count > limit { try turnOver(&state) }
            try open(&state)
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = unsafe rest.withUnsafeBytes { unsafe write(state.descriptor, $0.baseAddress, $0.count) }
                if count < 0, errno == EINTR { continue }
                guard count > 0 else {
                    let reason = errno
                    _ = ftruncate(state.descriptor, off_t(state.size))
                    throw FileProblem(writing: path, errno: reason)
                }
                rest = rest.dropFirst(count)
            }
            state.size += bytes.count
        }
    }

    /// The file that is open may not be the one at the path any more: somebody removed it, or cleared its directory.
    private func open(_ state: inout State) throws(FileProblem) {
        var here = stat()
        if state.descriptor >= 0 {
            var open = stat()
            guard unsafe stat(path, &here) == 0, unsafe fstat(state.descriptor, &open) == 0,
                here.st_ino == open.st_ino, here.st_dev == open.st_dev
            else {
                close(state.descriptor)
                state = State()
                return try self.open(&state)
            }
            state.size = Int(open.st_size)
            return
        }
        let descriptor = unsafe Glibc.open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o640)
        guard descriptor >= 0 else { throw FileProblem(writing: path, errno: errno) }
        guard unsafe fstat(descriptor, &here) == 0 else {
            let reason = errno
            close(descriptor)
            throw FileProblem(writing: path, errno: reason)
        }
        state = State(descriptor: descriptor, size: Int(here.st_size))
        endLastLine(&state)
        if state.size > limit { try turnOver(&state) }
        if state.descriptor < 0 { try open(&state) }
    }

    /// A crash may have left half a line: the next one begins on its own.
    private func endLastLine(_ state: inout State) {
        var last: UInt8 = 0
        guard state.size > 0, unsafe pread(state.descriptor, &last, 1, off_t(state.size - 1)) == 1,
            last != UInt8(ascii: "\n")
        else { return }
        var end = UInt8(ascii: "\n")
        if unsafe write(state.descriptor, &end, 1) == 1 { state.size += 1 }
    }

    private func turnOver(_ state: inout State) throws(FileProblem) {
        guard unsafe rename(path, oldPath) == 0 || errno == ENOENT else {
            throw FileProblem(writing: oldPath, errno: errno)
        }
        if state.descriptor >= 0 { close(state.descriptor) }
        state = State()
    }
}
