import Glibc

/// A small text in the runtime directory that outlives the process, such as what an engine has to know of its
/// predecessor.
package struct RuntimeFile: Sendable {
    private let path: String
    private let mode: mode_t

    package init(_ name: String, in runtimeDirectory: String, mode: UInt32 = 0o644) {
        path = "\(runtimeDirectory)/\(name)"
        self.mode = mode
    }

    /// Empty when there is no file yet.
    package func read() throws(FileProblem) -> String {
        String(decoding: try readBytes() ?? [], as: UTF8.self)
    }

    /// Nil when there is no file yet.
    package func readBytes() throws(FileProblem) -> [UInt8]? {
        do {
            return try ConfigurationFile.read(path).0
        } catch {
            guard error.errno == ENOENT else { throw error }
            return nil
        }
    }

    package func remove() {
        _ = unsafe unlink(path)
    }

    /// Writes the text whole or not at all.
    package func write(_ text: String) throws(FileProblem) {
        try write(Array(text.utf8))
    }

    package func write(_ bytes: [UInt8]) throws(FileProblem) {
        let draft = path + ".new"
        let descriptor = unsafe open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw FileProblem(writing: draft, errno: errno) }
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                let reason = errno
                close(descriptor)
                // It would take the last of the room from the next attempt, and from others.
                _ = unsafe unlink(draft)
                throw FileProblem(writing: draft, errno: reason)
            }
            rest = rest.dropFirst(count)
        }
        guard close(descriptor) == 0, unsafe rename(draft, path) == 0 else {
            let reason = errno
            _ = unsafe unlink(draft)
            throw FileProblem(writing: path, errno: reason)
        }
    }
}
