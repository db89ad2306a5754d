internal import EventLoop
internal import Glibc

/// What blocks on a disk, for helper threads.
package enum DirectoryListing {
    package struct Problem: Error, Hashable, CustomStringConvertible {
        package let description: String
        /// There is no such directory.
        package let isMissing: Bool
    }

    /// The names of the entries, at most this many.
    package static func names(_ path: String, limit: Int = 10_000) throws(Problem) -> [String] {
        guard let directory = unsafe opendir(path) else {
            let reason = errno
            throw Problem(
                description: "cannot look into \(path): \(ErrnoText.describe(reason))", isMissing: reason == ENOENT)
        }
        defer { unsafe closedir(directory) }
        var names: [String] = []
        while names.count < limit, let entry = unsafe readdir(directory) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { tuple in
                unsafe tuple.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }
}
