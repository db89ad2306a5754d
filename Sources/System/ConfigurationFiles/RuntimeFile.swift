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
        do {
            let (bytes, _) = try ConfigurationFile.read(path)
            return String(decoding: bytes, as: UTF8.self)
        } catch {
            guard error.errno == ENOENT else { throw error }
            return ""
        }
    }

    /// Writes the text whole or not at all.
    package func write(_ text: String) throws(FileProblem) {
        let draft = path + ".new"
        let descriptor = unsafe open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw FileProblem(writing: draft, errno: errno) }
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                let reason = errno
                close(descriptor)
                throw FileProblem(writing: draft, errno: reason)
            }
            rest = rest.dropFirst(count)
        }
        guard close(descriptor) == 0, unsafe rename(draft, path) == 0 else {
            throw FileProblem(writing: path, errno: errno)
        }
    }
}
