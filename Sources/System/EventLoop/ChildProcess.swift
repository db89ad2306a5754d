internal import CLinux
internal import Glibc

/// A program that the loop started and watches until it has ended.
///
/// The loop keeps it alive until then; its owner may forget it.
@LoopActor package final class ChildProcess {
    /// How a process ended.
    package enum End: Hashable, Sendable, CustomStringConvertible {
        case exited(status: Int32)
        case killed(signal: Int32, dumpedCore: Bool)

        package var isSuccess: Bool { self == .exited(status: 0) }

        package var description: String {
            switch self {
            case .exited(let status): "exited with status \(status)"
            case .killed(let signal, let dumpedCore):
                "was killed by \(ChildProcess.signalName(signal))\(dumpedCore ? " (core dumped)" : "")"
            }
        }
    }

    /// What the program is started with. It gets no descriptor but those named here.
    package struct Options: Sendable {
        /// The whole environment, as NAME=value.
        package var environment: [String] = []
        /// Descriptors of this process by the number they have in the child. 0, 1 and 2 are /dev/null when absent.
        package var descriptors: [Int32: Int32] = [:]
        /// The child leads a process group of its own, which `kill` then reaches as a whole.
        package var ownGroup = true
        /// With `ownGroup`: what the program leaves running in its group when it ends is killed.
        package var leavesNothing = false
        /// The program is one of ours, which blocks the signals that it handles: they are blocked from the start, or
        /// one that comes before its first line would end it.
        package var blocksSignals = false
        package var directory: String?
        /// Standard output and error are gathered, up to this many bytes; what comes after is read and dropped, so
        /// that the program never waits for us. Nil: not gathered.
        package var outputLimit: Int?
        /// What the program reads on standard input, handed over as a file in memory.
        package var input: [UInt8]?

        package init() {}
    }

    package let pid: Int32
    package let path: String
    package private(set) var end: End?
    /// What was gathered so far.
    package var output: [UInt8] { capture?.bytes ?? [] }
    package var outputWasCut: Bool { capture?.wasCut ?? false }

    private let ownGroup: Bool
    private let leavesNothing: Bool
    private let pidfd: Int32
    private var watch: DescriptorWatch?
    private let capture: OutputCapture?
    private let onExit: @LoopActor (ChildProcess) -> Void

    /// Starts a program. `arguments` do not include the program's own name. `onExit` runs once, on the loop, when it
    /// has ended; its `end` and `output` are complete then.
    package static func spawn(
        _ path: String, _ arguments: [String], _ options: Options = Options(), on loop: EventLoop = .main,
        onExit: @escaping @LoopActor (ChildProcess) -> Void
    ) throws(LoopError) -> ChildProcess {
        let surroundings = try Surroundings(path, options)
        defer { surroundings.closeInput() }
        let pid = try start(path, arguments, options, surroundings.descriptors)
        return try adopt(pid, path, options, surroundings.capture, on: loop, onExit)
    }

    /// The same without waiting: who starts a program waits until its file has been read, and a file system that does
    /// not answer would hold the loop. `started` comes later, in any case.
    package static func spawnAside(
        _ path: String, _ arguments: [String], _ options: Options = Options(), on loop: EventLoop = .main,
        started: @escaping @LoopActor @Sendable (Result<ChildProcess, LoopError>) -> Void,
        onExit: @escaping @LoopActor @Sendable (ChildProcess) -> Void
    ) throws(LoopError) {
        let surroundings = try Surroundings(path, options)
        do throws(LoopError) {
            try starters.run {
                let pid = Result { () throws(LoopError) in
                    try start(path, arguments, options, surroundings.descriptors)
                }
                loop.post {
                    surroundings.closeInput()
                    do throws(LoopError) {
                        started(.success(try adopt(pid.get(), path, options, surroundings.capture, on: loop, onExit)))
                    } catch {
                        started(.failure(error))
                    }
                }
            }
        } catch {
            surroundings.closeInput()
            throw error
        }
    }

    /// One that hangs keeps its thread, so there are many; whoever calls knows how many programs may hang.
    private static let starters = HelperThreads(limit: 512)

    /// What a program is given that has to be opened before it starts.
    private struct Surroundings: Sendable {
        var descriptors: [Int32: Int32]
        let capture: OutputCapture?
        private let input: Int32?

        @LoopActor init(_ path: String, _ options: Options) throws(LoopError) {
            capture = try options.outputLimit.map { limit throws(LoopError) in try OutputCapture(limit: limit) }
            descriptors = options.descriptors
            if let capture {
                descriptors[STDOUT_FILENO] = capture.writer
                descriptors[STDERR_FILENO] = capture.writer
            }
            guard let bytes = options.input else {
                input = nil
                return
            }
            let file = unsafe clinux_memory_file(bytes, bytes.count)
            guard file >= 0 else { throw LoopError(.spawn, "cannot keep the input of \(path)", errno: errno) }
            descriptors[STDIN_FILENO] = file
            input = file
        }

        func closeInput() {
            if let input { close(input) }
        }
    }

    /// Watches a program that has just been started.
    private static func adopt(
        _ pid: pid_t, _ path: String, _ options: Options, _ capture: OutputCapture?, on loop: EventLoop,
        _ onExit: @escaping @LoopActor (ChildProcess) -> Void
    ) throws(LoopError) -> ChildProcess {
        capture?.closeWriter()
        do throws(LoopError) {
            let pidfd = clinux_pidfd_open(pid)
            guard pidfd >= 0 else { throw LoopError(.spawn, "cannot watch \(path)", errno: errno) }
            let child = ChildProcess(
                path: path, pid: pid, pidfd: pidfd, options: options, capture: capture, onExit: onExit)
            // The closures hold the child until it has ended.
            try capture?.begin(on: loop)
            child.watch = try loop.watch(pidfd, .readable) { _ in child.reap() }
            return child
        } catch {
            // A program that nobody watches must not run on. The wait is the moment that the kernel takes to kill it.
            capture?.finish()
            _ = Glibc.kill(options.ownGroup ? -pid : pid, SIGKILL)
            _ = waitpid(pid, nil, 0)
            throw error
        }
    }

    deinit {
        close(pidfd)
    }

    private init(
        path: String, pid: pid_t, pidfd: Int32, options: Options, capture: OutputCapture?,
        onExit: @escaping @LoopActor (ChildProcess) -> Void
    ) {
        self.path = path
        self.pid = pid
        self.pidfd = pidfd
        ownGroup = options.ownGroup
        leavesNothing = options.ownGroup && options.leavesNothing
        self.capture = capture
        self.onExit = onExit
    }

    /// Sends a signal to the whole group if it has its own, else to the process. Once it has ended, nothing is sent:
    /// its number may be somebody else's.
    package func kill(_ signal: Int32) {
        guard end == nil else { return }
        _ = Glibc.kill(ownGroup ? -pid : pid, signal)
    }

    /// SIGKILL, or the signal's number where it has no name.
    package nonisolated static func signalName(_ number: Int32) -> String {
        guard let name = unsafe clinux_signal_name(number) else { return "signal \(number)" }
        return unsafe String(cString: name)
    }

    private func reap() {
        var code: Int32 = 0
        var signaled = false
        var dumpedCore = false
        // Before it is reaped its number is nobody else's.
        if leavesNothing { _ = Glibc.kill(-pid, SIGKILL) }
        let result = unsafe clinux_reap(pid, &code, &signaled, &dumpedCore)
        // 0: the descriptor was ready too early. ECHILD: somebody else reaped it, and its status is lost.
        guard result != 0 else { return }
        if result < 0 {
            end = .exited(status: 255)
        } else {
            end = signaled ? .killed(signal: code, dumpedCore: dumpedCore) : .exited(status: code)
        }
        watch?.cancel()
        watch = nil
        // A grandchild may hold the pipe open for long; what the program itself wrote is in it by now.
        capture?.finish()
        onExit(self)
    }

    private nonisolated static func start(
        _ path: String, _ arguments: [String], _ options: Options, _ descriptors: [Int32: Int32]
    ) throws(LoopError) -> pid_t {
        let mappings = descriptors.map { clinux_spawn_mapping(parent: $0.value, child: $0.key) }
        let argumentList = unsafe CStringList([path] + arguments)
        let environment = unsafe CStringList(options.environment)
        let directory = unsafe CStringList(options.directory.map { [$0] } ?? [])
        defer {
            unsafe argumentList.free()
            unsafe environment.free()
            unsafe directory.free()
        }
        var pid: pid_t = 0
        let reason = unsafe clinux_spawn(
            &pid, path, argumentList.pointers, environment.pointers, mappings, mappings.count,
            clinux_spawn_options(
                own_group: options.ownGroup, directory: directory.pointers[0], new_session: false,
                keep_mask: options.blocksSignals))
        guard reason == 0 else { throw LoopError(.spawn, "cannot start \(path)", errno: reason) }
        return pid
    }
}

/// A null-terminated array of C strings, freed by its owner.
@unsafe private struct CStringList {
    let pointers: [UnsafeMutablePointer<CChar>?]

    init(_ strings: [String]) {
        unsafe pointers = strings.map { unsafe strdup($0) } + [nil]
    }

    func free() {
        unsafe pointers.forEach { unsafe Glibc.free($0) }
    }
}
