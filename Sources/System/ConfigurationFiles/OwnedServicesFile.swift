import DirectorCore
import Glibc
package import VirtualServers

/// The file in the runtime directory that says which services a director answers for, so that its next run removes
/// those that are not configured any more, even after a crash.
package struct OwnedServicesFile: Sendable {
    private let path: String

    package init(runtimeDirectory: String) {
        path = runtimeDirectory + "/owned"
    }

    /// Empty when there is no file yet.
    package func read() throws(FileProblem) -> Set<VirtualService.ID> {
        do {
            let (bytes, _) = try ConfigurationFile.read(path)
            return OwnedServicesText.read(String(decoding: bytes, as: UTF8.self))
        } catch {
            guard error.errno == ENOENT else { throw error }
            return []
        }
    }

    /// Writes the set whole or not at all.
    package func write(_ services: Set<VirtualService.ID>) throws(FileProblem) {
        let draft = path + ".new"
        let descriptor = unsafe open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw FileProblem(writing: draft, errno: errno) }
        var rest = Array(OwnedServicesText.write(services).utf8)[...]
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
