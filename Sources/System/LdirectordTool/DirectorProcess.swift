internal import CLinux
internal import Glibc
internal import MachineFacts

/// Starts directord as ldirectord is started: in the background, or in this process's place.
package struct DirectorProcess: Sendable {
    private let files: InstanceFiles
    /// The name under which it shows up in listings of processes, where scripts look for ldirectord.
    private static let name = "ldirectord"
    /// Milliseconds. A first table waits for name servers at worst, and a cluster manager gives a start a minute.
    private static let readyLimit: Int64 = 45_000

    package init(_ files: InstanceFiles) {
        self.files = files
    }

    package struct Failure: Error, Hashable, CustomStringConvertible {
        package let description: String
        /// It is there, and nobody is served yet.
        package var isRunning = false
    }

    private var arguments: [String] {
        [
            "--config", files.configuration, "--runtime-dir", files.runtimeDirectory, "--state-dir",
            files.stateDirectory, "--instance", files.instance,
        ]
    }

    /// Becomes directord in the foreground; comes back only when that failed.
    package func become(debug: Bool) -> Failure {
        let path = ProgramEnvironment.ownProgram("directord")
        let mode = debug ? ["--ldirectord", "debug", "--log-level", "debug"] : ["--ldirectord", "supervised"]
        return Self.become(path, [Self.name] + arguments + mode)
    }

    static func become(_ path: String, _ words: [String]) -> Failure {
        let words = unsafe Words(words)
        let environment = unsafe Words(ProgramEnvironment.everything)
        let reason = unsafe clinux_become_program(path, words.pointers, environment.pointers)
        return Failure(description: "cannot start \(path): \(describe(reason))")
    }

    /// Starts it in a session of its own and waits until its first table is in the kernel, or until it has ended.
    package func start() throws(Failure) {
        let path = ProgramEnvironment.ownProgram("directord")
        var ready: [Int32] = [-1, -1]
        var words: [Int32] = [-1, -1]
        guard unsafe clinux_pipe(&ready, false) == 0, unsafe clinux_pipe(&words, false) == 0 else {
            throw Failure(description: "cannot make a pipe: \(Self.describe(errno))")
        }
        let list = unsafe Words(
            [Self.name] + arguments + [
                "--ldirectord", "daemon", "--pid-file", files.pidFile, "--ready-fd", "3",
            ])
        let environment = unsafe Words(ProgramEnvironment.variables)
        let mappings = [
            clinux_spawn_mapping(parent: ready[1], child: 3), clinux_spawn_mapping(parent: words[1], child: 2),
        ]
        let directory = unsafe Words(["/"])
        var pid: pid_t = 0
        let reason = unsafe clinux_spawn(
            &pid, path, list.pointers, environment.pointers, mappings, mappings.count,
            clinux_spawn_options(
                own_group: false, directory: directory.pointers[0], new_session: true, keep_mask: false))
        close(ready[1])
        close(words[1])
        defer {
            close(ready[0])
            close(words[0])
        }
        guard reason == 0 else { throw Failure(description: "cannot start \(path): \(Self.describe(reason))") }
        try Self.wait(ready: ready[0], words: words[0], milliseconds: Self.readyLimit)
    }

    /// - Parameters:
    ///   - ready: where a word says that the first table is in the kernel, and an end that it has ended.
    ///   - words: what it says otherwise.
    static func wait(ready: Int32, words: Int32, milliseconds: Int64) throws(Failure) {
        let limit = clinux_monotonic_nanoseconds() / 1_000_000 + milliseconds
        var said: [UInt8] = []
        var isOpen = true
        while true {
            let left = limit - clinux_monotonic_nanoseconds() / 1_000_000
            // Whoever starts it is to know that nobody is served yet: a script, a cluster that would give it addresses.
            guard left > 0 else {
                throw Failure(
                    description:
                        "no table is in the kernel after \(milliseconds / 1000) s; it goes on, and its log says "
                        + "what it waits for", isRunning: true)
            }
            var polled = [
                pollfd(fd: ready, events: Int16(POLLIN), revents: 0),
                pollfd(fd: isOpen ? words : -1, events: Int16(POLLIN), revents: 0),
            ]
            guard unsafe poll(&polled, nfds_t(polled.count), Int32(left)) > 0 else { continue }
            if polled[1].revents != 0 { isOpen = take(words, into: &said) }
            guard polled[0].revents != 0 else { continue }
            var bytes: [UInt8] = []
            if take(ready, into: &bytes) { return }
            while take(words, into: &said) {}
            throw Failure(description: Self.reason(said))
        }
    }

    /// Reads what is there; false at the end.
    private static func take(_ descriptor: Int32, into bytes: inout [UInt8]) -> Bool {
        var chunk = [UInt8](repeating: 0, count: 4096)
        let count = unsafe read(descriptor, &chunk, chunk.count)
        guard count > 0 else { return count < 0 && errno == EINTR }
        bytes += chunk[..<count]
        if bytes.count > 1 << 16 { bytes.removeFirst(bytes.count - 1 << 16) }
        return true
    }

    /// Of what it said, the first line that tells of an error.
    private static func reason(_ said: [UInt8]) -> String {
        let lines = String(decoding: said, as: UTF8.self).split(separator: "\n")
        let telling = lines.first { $0.contains(" error ") || $0.contains(" critical ") } ?? lines.last
        return "it ended at once\(telling.map { ": \($0)" } ?? "")"
    }

    static func describe(_ number: Int32) -> String {
        var buffer = [CChar](repeating: 0, count: 256)
        unsafe clinux_describe_error(number, &buffer, buffer.count)
        return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// A null-terminated array of C strings, for the rest of the process's life.
    @unsafe private struct Words {
        let pointers: [UnsafeMutablePointer<CChar>?]

        init(_ words: [String]) {
            unsafe pointers = words.map { unsafe strdup($0) } + [nil]
        }
    }
}
