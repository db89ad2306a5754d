import Glibc

/// A small file that outlasts the process that writes it. It blocks on the disk: a loop must not call it.
package struct StateFile: Sendable {
    package let path: String

    package init(path: String) {
        self.path = path
    }

    /// The absolute path of what is there, without links on the way; nil when there is nothing.
    package static func realPath(_ path: String) -> String? {
        guard let found = unsafe realpath(path, nil) else { return nil }
        defer { unsafe free(found) }
        return unsafe String(cString: found)
    }

    /// Nil when there is no file yet.
    package func read() throws(FileProblem) -> [UInt8]? {
        do {
            return try ConfigurationFile.read(path).0
        } catch {
            guard error.errno == ENOENT else { throw error }
            return nil
        }
    }

    /// Writes the file whole or not at all; when this returns it is on the disk.
    package func write(_ bytes: [UInt8]) throws(FileProblem) {
        let draft = path + ".new"
        let descriptor = unsafe open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw FileProblem(writing: draft, errno: errno) }
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw failed(draft, descriptor) }
            rest = rest.dropFirst(count)
        }
        guard fsync(descriptor) == 0 else { throw failed(draft, descriptor) }
        guard close(descriptor) == 0, unsafe rename(draft, path) == 0 else {
            throw FileProblem(writing: path, errno: errno)
        }
        try keepName()
    }

    /// The file's new name is a change of its directory, which has to be on the disk as well.
    private func keepName() throws(FileProblem) {
        let slash = path.lastIndex(of: "/")
        let directory = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        let descriptor = unsafe open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileProblem(writing: directory, errno: errno) }
        // Some file systems cannot do it, and have nothing to do.
        guard fsync(descriptor) == 0 || errno == EINVAL else { throw failed(directory, descriptor) }
        close(descriptor)
    }

    private func failed(_ draft: String, _ descriptor: Int32) -> FileProblem {
        let reason = errno
        close(descriptor)
        return FileProblem(writing: draft, errno: reason)
    }
}
