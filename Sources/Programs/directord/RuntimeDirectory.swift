import CLinux
import EventLoop
import Glibc

/// The directory of one run: sockets, memory, and the lock that keeps a second director out.
@LoopActor final class RuntimeDirectory {
    struct Problem: Error, CustomStringConvertible {
        let description: String
    }

    private let lock: Int32

    /// Makes the directory where it is missing and takes the lock, which the kernel gives back when the process ends.
    init(_ path: String) throws {
        try Self.make(path)
        let file = path + "/directord.pid"
        lock = clinux_open(file, O_RDWR | O_CREAT, 0o644)
        guard lock >= 0 else { throw Problem(description: "cannot write \(file): \(Self.reason)") }
        guard clinux_lock_exclusive(lock) == 0 else {
            throw Problem(
                description: "another directord runs with runtime directory \(path); a second one needs --runtime-dir")
        }
        let text = "\(getpid())\n"
        guard ftruncate(lock, 0) == 0, write(lock, text, text.utf8.count) == text.utf8.count else {
            throw Problem(description: "cannot write \(file): \(Self.reason)")
        }
    }

    private static func make(_ path: String) throws {
        var made = path.hasPrefix("/") ? "" : "."
        for component in path.split(separator: "/") {
            made += "/" + String(component)
            guard mkdir(made, 0o755) == 0 || errno == EEXIST else {
                throw Problem(description: "cannot make the runtime directory \(path): \(reason)")
            }
        }
    }

    private static var reason: String { String(cString: strerror(errno)) }
}

/// A lock that the daemons inherit and so hold as long as one of them lives: those of a directord that was killed end a
/// moment later than it, and the next one must not start its own beside them.
@LoopActor struct DaemonLock {
    let childEnd: Int32

    init(_ directory: String) throws {
        let file = directory + "/daemons.lock"
        childEnd = clinux_open(file, O_RDWR | O_CREAT, 0o644)
        guard childEnd >= 0 else {
            throw RuntimeDirectory.Problem(description: "cannot write \(file): \(String(cString: strerror(errno)))")
        }
    }

    /// Whether no daemon of an earlier directord lives any more.
    func take() -> Bool {
        clinux_lock_exclusive(childEnd) == 0
    }
}

/// A pipe whose one end every child holds: it ends when this process does, however it dies.
@LoopActor struct LifeLine {
    let childEnd: Int32

    init() throws {
        var ends: [Int32] = [0, 0]
        guard clinux_pipe(&ends, false) == 0 else {
            throw RuntimeDirectory.Problem(description: "cannot make a pipe: \(String(cString: strerror(errno)))")
        }
        // The other end stays open until the process ends; nothing is ever written to it.
        childEnd = ends[0]
    }
}
