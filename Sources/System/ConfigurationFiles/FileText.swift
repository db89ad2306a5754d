internal import CLinux
import Glibc

/// The bytes of a file that was read, for who asks for them later. Many of them are kept by the kernel: while a large
/// table is made of them their room is better used for that.
struct FileText: Sendable {
    private static let fewBytes = 1 << 16

    private final class KernelMemory: Sendable {
        let descriptor: Int32
        let count: Int

        /// Nil where the kernel gives none.
        init?(_ bytes: [UInt8]) {
            descriptor = unsafe clinux_memory_file(bytes, bytes.count)
            count = bytes.count
            if descriptor < 0 { return nil }
        }

        deinit {
            if descriptor >= 0 { close(descriptor) }
        }
    }

    private enum Place {
        case here([UInt8])
        case kernel(KernelMemory)
    }

    private let place: Place

    init(_ bytes: [UInt8]) {
        place = bytes.count > Self.fewBytes ? KernelMemory(bytes).map { .kernel($0) } ?? .here(bytes) : .here(bytes)
    }

    /// - Parameter path: of the file, for what cannot be read again.
    func bytes(of path: String) throws(FileProblem) -> [UInt8] {
        switch place {
        case .here(let bytes): return bytes
        case .kernel(let memory):
            let bytes = try Self.start(of: memory.descriptor, room: memory.count, path: path)
            guard bytes.count == memory.count else { throw FileProblem(path: path, errno: EIO) }
            return bytes
        }
    }

    /// The bytes of an open file from its start, as many as there are or as there is room for.
    static func start(of descriptor: Int32, room: Int, path: String) throws(FileProblem) -> [UInt8] {
        var failure: Int32 = 0
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: room) { buffer, length in
            length = 0
            guard let start = buffer.baseAddress else { return }
            while length < room {
                let count = unsafe pread(descriptor, start + length, room - length, off_t(length))
                if count < 0, errno == EINTR { continue }
                if count < 0 { failure = errno }
                guard count > 0 else { break }
                length += count
            }
        }
        guard failure == 0 else { throw FileProblem(path: path, errno: failure) }
        return bytes
    }
}
