internal import CLinux
internal import EventLoop
internal import Glibc

/// A director-names that runs, for who waits for what it says.
struct NameProcess: ~Copyable {
    enum End { case done, ended, late }

    private let pid: pid_t
    private let output: Int32

    /// - Parameter input: what it reads, whole.
    init(_ path: String, input: String) throws(LoopError) {
        let bytes = Array(input.utf8)
        let questions = unsafe clinux_memory_file(bytes, bytes.count)
        guard questions >= 0 else { throw LoopError(.spawn, "cannot keep questions for \(path)", errno: errno) }
        defer { close(questions) }
        var ends: [Int32] = [-1, -1]
        guard unsafe clinux_pipe(&ends, false) == 0 else {
            throw LoopError(.spawn, "cannot make a pipe for \(path)", errno: errno)
        }
        defer { close(ends[1]) }
        let mappings = [
            clinux_spawn_mapping(parent: questions, child: STDIN_FILENO),
            clinux_spawn_mapping(parent: ends[1], child: STDOUT_FILENO),
            clinux_spawn_mapping(parent: STDERR_FILENO, child: STDERR_FILENO),
        ]
        var child: pid_t = 0
        let reason = unsafe path.withCString { path in
            var arguments = unsafe [UnsafeMutablePointer(mutating: path), nil]
            let options = unsafe clinux_spawn_options(
                own_group: true, directory: nil, new_session: false, keep_mask: false)
            return unsafe clinux_spawn(&child, path, &arguments, environ, mappings, mappings.count, options)
        }
        guard reason == 0 else {
            close(ends[0])
            throw LoopError(.spawn, "cannot start \(path)", errno: reason)
        }
        pid = child
        output = ends[0]
    }

    deinit {
        close(output)
        // It has nothing to lose, and nobody waits for it any more.
        _ = kill(pid, SIGKILL)
        // One that waits for a file system that is gone does not end now, and keeps nobody from going on.
        var watched = pollfd(fd: clinux_pidfd_open(pid), events: Int16(POLLIN), revents: 0)
        if watched.fd >= 0 {
            while unsafe poll(&watched, 1, 1000) < 0, errno == EINTR {}
            close(watched.fd)
        }
        _ = waitpid(pid, nil, watched.fd >= 0 ? WNOHANG : 0)
    }

    /// Hands out its lines until there are no more, the time is over, or `take` has what it wants and says false.
    func read(until end: ContinuousClock.Instant, lineLimit: Int, _ take: (Substring) -> Bool) -> End {
        var rest: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while rest.count <= lineLimit {
            let left = (end - .now) / .milliseconds(1)
            // However much it has to say.
            guard left > 0 else { return .late }
            var watched = pollfd(fd: output, events: Int16(POLLIN), revents: 0)
            let count = unsafe poll(&watched, 1, Int32(clamping: Int64(left.rounded(.up))))
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return .late }
            let length = unsafe Glibc.read(output, &buffer, buffer.count)
            if length < 0, errno == EINTR { continue }
            guard length > 0 else { return .ended }
            rest += buffer[..<length]
            while let newline = rest.firstIndex(of: UInt8(ascii: "\n")) {
                let line = String(decoding: rest[..<newline], as: UTF8.self)
                rest.removeSubrange(...newline)
                guard take(line[...]) else { return .done }
            }
        }
        return .ended
    }
}
