internal import EventLoop
internal import Glibc
internal import HealthChecking
internal import MachineFacts
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
        do throws(LoopError) {
            child = try launch()
            deadline = RunDeadline(from: begin, timeout) { [unowned self] in expire() }
        } catch {
            if error.code == .watch || FailureReason.isShortage(error.errno) {
                return end(.unjudged("cannot start \(check.command): \(Self.words(error.errno))"))
            }
            let words = ErrnoText.describe(error.errno)
            // ldirectord runs programs as root, so that a file may never have needed to be anybody's else.
            let hint = error.errno == EACCES ? " (programs run as user \(ProgramEnvironment.userName))" : ""
            end(.failed("cannot start \(check.command): \(words.prefix(1).lowercased() + words.dropFirst())\(hint)"))
        }
    }

    private static func words(_ number: Int32) -> String {
        number == EAGAIN ? "no more processes may be started (TasksMax, LimitNPROC)" : FailureReason.errno(number)
    }

    func cancel() {
        deadline?.cancel()
        deadline = nil
        guard let child else { return }
        // The loop reaps it.
        child.kill(SIGKILL)
        self.child = nil
        Self.abandoned += 1
    }

    private func launch() throws(LoopError) -> ChildProcess {
        switch check.form {
        case .perl: return try spawn("perl", ["-e", Self.perl, check.command] + check.arguments)
        case .program:
            do throws(LoopError) {
                return try spawn(check.command, check.arguments)
            } catch {
                // A script without an interpreter line is the shell's, as execvp(3) has it and with it ldirectord.
                guard error.errno == ENOEXEC else { throw error }
                return try spawn("/bin/sh", [CheckEnvironment.find(check.command)] + check.arguments)
            }
        }
    }

    private func spawn(_ program: String, _ arguments: [String]) throws(LoopError) -> ChildProcess {
        var options = ChildProcess.Options()
        options.environment = CheckEnvironment.variables
        options.directory = "/"
        options.leavesNothing = true
        options.outputLimit = Self.outputLimit
        return try ChildProcess.spawn(CheckEnvironment.find(program), arguments, options) { [weak self] child in
            if let self, self.child === child { ended(child) } else { Self.abandoned -= 1 }
        }
    }

    private func ended(_ child: ChildProcess) {
        self.child = nil
        guard !isOverdue else { return completion(.gone) }
        let how = child.end ?? .exited(status: 255)
        if how.isSuccess { return end(.passed("\(check.name) says up")) }
        let words = lastLine(child.output)
        end(.failed("\(check.name) \(how)" + (words.isEmpty ? "" : ": \(words)")))
    }

    private func lastLine(_ output: [UInt8]) -> String {
        let lines = output.split(separator: UInt8(ascii: "\n"))
        guard let last = lines.last(where: { $0.contains { $0 > 32 } }) else { return "" }
        let text = String(decoding: last, as: UTF8.self).unicodeScalars.map { scalar in
            scalar.value < 0x20 || (0x7F..<0xA0).contains(scalar.value) ? " " : Character(scalar)
        }
        return text.count <= Self.longestWords ? String(text) : String(text.prefix(Self.longestWords)) + "..."
    }

    private func expire() {
        deadline = nil
        isOverdue = true
        child?.kill(SIGKILL)
        completion(.overdue("\(check.name) did not end within \(FailureReason.text(timeout)) and was killed"))
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
