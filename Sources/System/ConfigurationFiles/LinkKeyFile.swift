package import DirectorConfig
internal import Glibc
package import VirtualRouting

/// The file with the secrets of the links (`keys = FILE`). Whoever can read it can end the service of both directors,
/// so that one that others may read is refused.
package enum LinkKeyFile {
    static let sizeLimit = 65_536

    package struct Refusal: Error, Hashable, CustomStringConvertible {
        package let description: String
        /// There is no such file, or it is not for whoever asks: on another machine, or to root, it may be good.
        package var isOutOfReach = false
    }

    /// What is wrong with the file, nil when its keys can be used.
    package static let problem: @Sendable (String) -> KeyFileProblem? = { path in
        do throws(Refusal) {
            _ = try read(path)
            return nil
        } catch {
            return KeyFileProblem(.error, error.description)
        }
    }

    /// The same for who only looks at a configuration: keys stay on the machines that use them.
    package static let problemFromAfar: @Sendable (String) -> KeyFileProblem? = { path in
        do throws(Refusal) {
            _ = try read(path)
            return nil
        } catch {
            guard error.isOutOfReach else { return KeyFileProblem(.error, error.description) }
            return KeyFileProblem(.warning, "\(error.description); a director that cannot read it refuses this file")
        }
    }

    package static func read(_ path: String) throws(Refusal) -> LinkKeys {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW)
        guard descriptor >= 0 else {
            let problem = FileProblem(path: path, errno: errno)
            throw Refusal(
                description: "the key file \(path) cannot be read: \(problem.reason)",
                isOutOfReach: [ENOENT, ENOTDIR, EACCES].contains(problem.errno))
        }
        defer { close(descriptor) }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw Refusal(description: "the key file \(path) is not a plain file")
        }
        // Its owner may do with it what he likes.
        guard status.st_uid == 0 || status.st_uid == geteuid() else {
            throw Refusal(
                description: "the key file \(path) belongs to the user with the number \(status.st_uid), "
                    + "who may use it: chown root \(path)")
        }
        let mode = status.st_mode & 0o777
        guard mode & 0o077 == 0 else {
            throw Refusal(
                description: "the key file \(path) has mode 0\(String(mode, radix: 8)) and others may use it: "
                    + "chmod 600 \(path)")
        }
        guard status.st_size <= sizeLimit else { throw Refusal(description: "the key file \(path) is too large") }
        var bytes = [UInt8](repeating: 0, count: sizeLimit)
        let count = unsafe Glibc.read(descriptor, &bytes, bytes.count)
        guard count >= 0, let text = String(validating: bytes[..<count], as: UTF8.self) else {
            throw Refusal(description: "the key file \(path) is no text")
        }
        do throws(LinkKeys.FileProblem) {
            return try LinkKeys(text: text)
        } catch {
            let place = error.line > 0 ? "\(path):\(error.line)" : path
            throw Refusal(description: "\(place): \(error.text)")
        }
    }
}
