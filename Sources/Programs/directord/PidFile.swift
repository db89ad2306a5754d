import CLinux
import EventLoop
import Glibc

/// The file that tells others the number of this process, as long as it runs.
@LoopActor final class PidFile {
    private let path: String

    init(_ path: String) throws {
        self.path = path
        let draft = "\(path).\(getpid())"
        let descriptor = clinux_open(draft, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
        guard descriptor >= 0 else { throw Self.problem(path) }
        let text = "\(getpid())\n"
        let isWhole = write(descriptor, text, text.utf8.count) == text.utf8.count
        // Nobody finds it half written.
        guard close(descriptor) == 0, isWhole, rename(draft, path) == 0 else {
            let problem = Self.problem(path)
            unlink(draft)
            throw problem
        }
    }

    private static func problem(_ path: String) -> RuntimeDirectory.Problem {
        RuntimeDirectory.Problem(description: "cannot write \(path): \(String(cString: strerror(errno)))")
    }

    /// Takes it away, unless it is another's by now.
    func remove() {
        guard let file = fopen(path, "re") else { return }
        var bytes = [UInt8](repeating: 0, count: 32)
        let count = fread(&bytes, 1, bytes.count, file)
        fclose(file)
        let written = String(decoding: bytes[..<count], as: UTF8.self).split(separator: "\n").first ?? ""
        if Int32(written) == getpid() { unlink(path) }
    }
}
