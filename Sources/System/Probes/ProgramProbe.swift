internal import EventLoop
internal import Glibc
internal import HealthChecking
internal import MachineFacts
internal import NameService
internal import TimeTypes

/// A check that another program makes: it leads a process group of its own, which is killed as a whole at the deadline,
/// and what it leaves running is killed when it ends.
@LoopActor final class ProgramProbe: ProbeRun {
    /// What is kept of its output; the last line is told when it fails.
    private static let outputLimit = 16_384
    private static let longestWords = 160
    /// ldirectord makes a function of the file: a `return` is allowed in it, and what it returns is not looked at. So
    /// it is in a file that is done.
    private static let perl = """
        $0 = shift; my $file = $0 =~ m{/} ? $0 : "./$0"; -f -r $file or die "cannot read $0\\n"; do $file; die $@ if $@;
        exit 0
        """

    private let check: ProgramCheck
    private let timeout: Duration
    private let begin: MonotonicInstant
    private let completion: @LoopActor (ProbeOutcome) -> Void
    /// Programs that were given up, and killed, but have not ended: in a file system that does not answer, not even a
    /// killed one can. A reload that changes every check gives up 64 at most, for a moment.
    private static var abandoned = 0
    private static let mostAbandoned = 256

    private var child: ChildProcess?
    private var deadline: RunDeadline?
    private var isOverdue = false
    private var isShell = false
    /// It was cancelled, while its program was on its way.
    private var isGivenUp = false
    /// The program is being started; its file may be in a file system that does not answer.
    private var isStarting = false

    init(
        _ check: ProgramCheck, timeout: Duration, begin: MonotonicInstant,
        completion: @escaping @LoopActor (ProbeOutcome) -> Void
    ) {
        self.check = check
        self.timeout = timeout
        self.begin = begin
        self.completion = completion
    }

    func start() {
        guard Self.abandoned < Self.mostAbandoned else {
            return end(.unjudged("\(Self.abandoned) programs of checks that are not run any more cannot be killed"))
        }
        deadline = RunDeadline(from: begin, timeout) { [unowned self] in expire() }
        switch check.form {
        case .perl: spawn("perl", ["-e", Self.perl, check.command] + check.arguments)
        case .program: spawn(check.command, check.arguments)
        }
    }

    private func notStarted(_ number: Int32, isShortage: Bool) {
        guard !isOverdue else { return completion(.gone) }
        if isShortage || FailureReason.isShortage(number) {
            return end(.unjudged("cannot start \(check.command): \(Self.words(number))"))
        }
        let words = ErrnoText.describe(number)
        // ldirectord runs programs as root, so that a file may never have needed to be anybody's else.
        let hint = number == EACCES ? " (programs run as user \(UserNames.own))" : ""
        end(.failed("cannot start \(check.command): \(words.prefix(1).lowercased() + words.dropFirst())\(hint)"))
    }

    private static func words(_ number: Int32) -> String {
        number == EAGAIN ? "no more processes may be started (TasksMax, LimitNPROC)" : FailureReason.errno(number)
    }

    func cancel() {
        deadline?.cancel()
        deadline = nil
        guard !isGivenUp, isStarting || child != nil else { return }
        isGivenUp = true
        // The loop reaps it.
        child?.kill(SIGKILL)
        Self.abandoned += 1
    }

    private func spawn(_ program: String, _ arguments: [String]) {
        var options = ChildProcess.Options()
        options.environment = CheckEnvironment.variables
        options.directory = "/"
        options.leavesNothing = true
        options.outputLimit = Self.outputLimit
        isStarting = true
        do throws(LoopError) {
            // Whoever cancels does not keep the run, which is needed until its program has ended.
            try ChildProcess.spawnAside(
                CheckEnvironment.find(program), arguments, options, started: { [self] in started($0) },
                onExit: { [self] in ended($0) })
        } catch {
            isStarting = false
            notStarted(error.errno, isShortage: true)
        }
    }

    private func started(_ result: Result<ChildProcess, LoopError>) {
        isStarting = false
        switch result {
        case .success(let child):
            self.child = child
            if isOverdue || isGivenUp { child.kill(SIGKILL) }
        case .failure(let error):
            guard !isGivenUp else {
                Self.abandoned -= 1
                return
            }
            // A script without an interpreter line is the shell's, as execvp(3) has it and with it ldirectord.
            if error.errno == ENOEXEC, check.form == .program, !isOverdue, !isShell {
                isShell = true
                return spawn("/bin/sh", [CheckEnvironment.find(check.command)] + check.arguments)
            }
            notStarted(error.errno, isShortage: error.code == .watch)
        }
    }

    private func ended(_ child: ChildProcess) {
        self.child = nil
        guard !isGivenUp else {
            Self.abandoned -= 1
            return
        }
        guard !isOverdue else { return completion(.gone) }
        let how = child.end ?? .exited(status: 255)
        if how.isSuccess { return end(.passed("\(check.name) says up")) }
        let words = lastLine(child.output)
        end(.failed("\(check.name) \(how)" + (words.isEmpty ? "" : ": \(words)")))
    }

    private func lastLine(_ output: [UInt8]) -> String {
        let lines = output.split(separator: UInt8(ascii: "\n"))
        guard let last = lines.last(where: { $0.contains { $0 > 32 } }) else { return "" }
        let text = PlainText.line(last)
        return text.count <= Self.longestWords ? text : String(text.prefix(Self.longestWords)) + "..."
    }

    private func expire() {
        deadline = nil
        isOverdue = true
        child?.kill(SIGKILL)
        let span = FailureReason.text(timeout)
        let words = isStarting ? "could not be started within \(span)" : "did not end within \(span) and was killed"
        completion(.overdue("\(check.name) \(words)"))
    }

    private func end(_ outcome: ProbeOutcome) {
        cancel()
        completion(outcome)
    }
}

extension ProgramCheck {
    /// The program's own name, without its folders.
    fileprivate var name: String { command.split(separator: "/").last.map(String.init) ?? command }
}

/// What programs are started with: the environment of the prober, which is the one that directord was started with.
private enum CheckEnvironment {
    static let variables: [String] = {
        var variables = ProgramEnvironment.everything
        if !variables.contains(where: { $0.hasPrefix("PATH=") }) {
            variables.append("PATH=\(ProgramEnvironment.standardPath)")
        }
        // ldirectord sets it for itself, so that its programs have it too.
        if !variables.contains(where: { $0.hasPrefix("PERLIO=") }) { variables.append("PERLIO=perlio") }
        return variables
    }()

    private static let folders: [String] = {
        let path = variables.first { $0.hasPrefix("PATH=") }?.dropFirst("PATH=".count) ?? ""
        return path.split(separator: ":").map(String.init)
    }()

    /// A name without a folder is looked for in PATH; what is not found there stays, and starting it says so.
    static func find(_ program: String) -> String {
        guard !program.contains("/") else { return program }
        return folders.lazy.map { "\($0)/\(program)" }.first { unsafe access($0, X_OK) == 0 } ?? program
    }
}
