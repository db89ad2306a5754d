import ControlProtocol
import ControlSocket
import Glibc
import Logs
import Terminal
import TimeTypes

/// Beats as long as something lives. A daemon that is away for a while is waited for: whoever is watched has nothing to
/// do with that.
struct AliveSession {
    private let name: String
    private let every: Duration
    private let directory: String
    /// The daemon's last refusal or absence; each is told once.
    private var trouble: String?

    init(_ options: AliveCommand.Options, _ every: Duration) {
        name = options.name
        directory = options.directory
        self.every = every
    }

    /// Returns the exit status of the command.
    mutating func run(_ words: [String]) throws(CommandFailure) -> Int32 {
        let waiter = InputWaiter(signals: [SIGCHLD, SIGTERM, SIGHUP, SIGINT])
        beat()
        let program: ForegroundProgram
        do throws(ForegroundProgram.Failure) {
            program = try ForegroundProgram(words)
        } catch {
            report(failure(error.description))
            StandardStream.error.write("director: \(error)\n")
            return error.status
        }
        var next = TopCommand.instant() + every
        while true {
            let ready = waiter.wait(keys: nil, socket: nil, milliseconds: Self.milliseconds(until: next))
            if let end = program.reaped() {
                let report: OutsideReport =
                    end == .exited(0)
                    ? .end(name: name) : failure("\(words.first ?? "") \(end)")
                self.report(report)
                return end.status
            }
            // What the terminal sends, it sends to the program too.
            for number in ready.signals where number == SIGTERM || number == SIGHUP { program.signal(number) }
            if TopCommand.instant() >= next {
                beat()
                next = TopCommand.instant() + every
            }
        }
    }

    mutating func follow(_ pid: Int32) throws(CommandFailure) {
        guard let process = WatchedProcess(pid) else { throw .failed("there is no process \(pid)") }
        try firstBeat()
        let waiter = InputWaiter(signals: [SIGTERM, SIGHUP, SIGINT])
        var next = TopCommand.instant() + every
        while true {
            let ready = waiter.wait(keys: nil, socket: process.descriptor, milliseconds: Self.milliseconds(until: next))
            if ready.socket { return report(.failed(name: name, reason: "process \(pid) has ended")) }
            if !ready.signals.isEmpty { return }
            if TopCommand.instant() >= next {
                beat()
                next = TopCommand.instant() + every
            }
        }
    }

    /// Lines that come faster than four within the time of a heartbeat are one beat together, as soon as there may be
    /// one: the last line before a pause counts from when it came.
    mutating func followLines() throws(CommandFailure) {
        try firstBeat()
        let waiter = InputWaiter(signals: [SIGTERM, SIGHUP, SIGINT])
        var next = TopCommand.instant() + every / 4
        var hasLine = false
        while true {
            let wait = hasLine ? Self.milliseconds(until: next) : 60_000
            let ready = waiter.wait(keys: STDIN_FILENO, socket: nil, milliseconds: wait)
            if !ready.signals.isEmpty { return }
            if ready.keys {
                // Its end is silence, and the last line was said before it.
                guard let bytes = InputWaiter.read(STDIN_FILENO) else { return hasLine ? beat() : () }
                if bytes.contains(UInt8(ascii: "\n")) { hasLine = true }
            }
            guard hasLine, TopCommand.instant() >= next else { continue }
            beat()
            hasLine = false
            next = TopCommand.instant() + every / 4
        }
    }

    /// What is wrong with the name or the permission is known at once.
    private func firstBeat() throws(CommandFailure) {
        _ = try DaemonRequest.ask(.report(.beat(name: name, every: every)), directory)
    }

    private mutating func beat() {
        report(.beat(name: name, every: every))
    }

    /// The path of a program may be longer than what a daemon takes; its end says more than its beginning.
    private func failure(_ reason: String) -> OutsideReport {
        .failed(name: name, reason: String(String.UnicodeScalarView(reason.unicodeScalars.suffix(250))))
    }

    private mutating func report(_ report: OutsideReport) {
        var problem: String?
        do {
            let answer = try ControlClient(path: DaemonRequest.path(directory), timeout: 2).ask(
                ControlRequest.report(report).json.line)
            if case .refused(let reason) = try ControlResponse(json: JSON(parsing: answer)) { problem = reason }
        } catch {
            problem = "\(error)"
        }
        if let problem, problem != trouble {
            StandardStream.error.write("director: alive \(name) is not reported: \(problem)\n")
        }
        trouble = problem
    }

    private static func milliseconds(until instant: MonotonicInstant) -> Int {
        Int(clamping: max(0, (instant - TopCommand.instant()).milliseconds + 1))
    }
}
