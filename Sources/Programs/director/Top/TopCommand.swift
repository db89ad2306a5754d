import ControlProtocol
import ControlSocket
import Dashboard
import Glibc
import Logs
import Manual
import Terminal
import TimeTypes

/// `director top`: the dashboard.
enum TopCommand {
    static func run(_ arguments: ParsedWords) -> Int32 {
        CommandFailure.reported { () throws(CommandFailure) in
            let path = DaemonRequest.path(arguments.runtimeDirectory)
            if arguments.contains("--once") { return printOnce(path) }
            guard TerminalScreen.isTerminal(1), TerminalScreen.isTerminal(0) || TerminalTraits().isDumb else {
                throw .failed("top needs a terminal; director top --once prints one frame for a pipe")
            }
            do {
                try TopSession(path).run()
                return true
            } catch {
                throw .failed("\(error)")
            }
        }
    }

    /// One frame as text, with every row. False when there is no daemon to tell of.
    private static func printOnce(_ path: String) -> Bool {
        var state = DashboardState()
        var problem: String?
        do {
            let answer = try ControlClient(path: path).ask(ControlRequest.status.json.line)
            let message = try StreamMessage(json: JSON(parsing: answer))
            if case .refused(let reason) = message { throw CommandFailure.failed(reason) }
            _ = state.take(message)
        } catch {
            let reason = words(for: error)
            state.feed = .lost(since: wallTime(), reason: reason)
            problem = reason
        }
        let text = state.page(columns: columns(), at: wallTime(), ascii: TerminalTraits().isASCII)
        let isWritten = StandardStream.output.write(text.map { $0 + "\n" }.joined())
        if let problem { StandardStream.error.write("director: \(problem)\n") }
        return isWritten && problem == nil
    }

    static func words(for error: any Error) -> String {
        if case .failed(let reason)? = error as? CommandFailure { return reason }
        return "\(error)"
    }

    /// Of the terminal where there is one, else what COLUMNS says, else enough for most.
    static func columns() -> Int {
        if let size = TerminalScreen.size(of: 1) { return size.columns }
        return min(max(Int(TerminalTraits.variable("COLUMNS")) ?? 140, 40), 1_000)
    }

    static func wallTime() -> WallTime {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        return WallTime(milliseconds: Int64(now.tv_sec) * 1000 + Int64(now.tv_nsec) / 1_000_000)
    }

    static func instant() -> MonotonicInstant {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        return MonotonicInstant(nanoseconds: Int64(now.tv_sec) * 1_000_000_000 + Int64(now.tv_nsec))
    }
}
