import ControlProtocol
import ControlSocket
import DirectorConfig
import DirectorCore
import Glibc
import Logs
import Manual
import Terminal
import TimeTypes

/// `director events`: what happened, and with `--follow` what happens.
enum EventsCommand {
    private struct Options {
        var runtimeDirectory = "/run/director"
        var json = false
        var follow = false
        var query = EventQuery()

        init(_ arguments: ParsedWords) throws(CommandFailure) {
            for option in arguments.options { try set(option.name, option.value) }
        }

        private mutating func set(_ option: String, _ value: String) throws(CommandFailure) {
            switch option {
            case "--json": json = true
            case "--follow": follow = true
            case "--runtime-dir": runtimeDirectory = value
            case "--limit":
                guard let number = Int(value), (0...EventHistory.limit).contains(number) else {
                    throw .usage("events: --limit takes a number from 0 to \(EventHistory.limit), not '\(value)'")
                }
                query.limit = number
            case "--severity":
                guard let severity = EventRecord.Severity(rawValue: value) else {
                    throw .usage("events: --severity takes info, warning or error, not '\(value)'")
                }
                query.severity = severity
            case "--event":
                guard EventRecord.Kind(rawValue: value) != nil else {
                    let near = Suggestion.near(to: value, among: EventKind.allCases.map(\.rawValue), limit: 1).first
                    let hint = near.map { "did you mean '\($0)'? " } ?? ""
                    throw .usage(
                        "events: there is no event '\(value)'; \(hint)ldirectord.cf(5) names them all, at 'on'")
                }
                query.kind = value
            case "--service": query.service = value
            case "--server": query.server = value
            default:
                guard let span = Self.span(value) else {
                    throw .usage("events: --since takes a time such as 90s, 10m, 2h or 1d, not '\(value)'")
                }
                query.since = WallTime(milliseconds: TopCommand.wallTime().milliseconds - span * 1000)
            }
        }

        /// Seconds.
        private static func span(_ text: String) -> Int64? {
            let units: [Character: Int64] = ["s": 1, "m": 60, "h": 3_600, "d": 86_400]
            guard let unit = text.last.flatMap({ units[$0] }), let number = Int64(text.dropLast()), number >= 0,
                number < 1_000_000
            else { return nil }
            return number * unit
        }
    }

    static func run(_ arguments: ParsedWords) -> Int32 {
        CommandFailure.reported { () throws(CommandFailure) in
            let options = try Options(arguments)
            guard !options.follow else { return try follow(options) }
            let result = try DaemonRequest.ask(.events(options.query), options.runtimeDirectory)
            guard !options.json else { return StandardStream.output.write(result.pretty) }
            let records = try DaemonRequest.decoded { try result.elements.map { try EventRecord(json: $0) } }
            return StandardStream.output.write(StatusText.render(records))
        }
    }

    /// Prints events as they come until somebody ends it. A daemon that goes is waited for; by their numbers no event
    /// is missed and none is told twice.
    private static func follow(_ options: Options) throws(CommandFailure) -> Bool {
        let path = DaemonRequest.path(options.runtimeDirectory)
        let waiter = InputWaiter(signals: [SIGINT, SIGTERM, SIGHUP])
        var query = options.query
        var hasSucceeded = false
        var lost = false
        while true {
            do {
                var stream = try ControlStream(path: path)
                try stream.send(ControlRequest.follow(query).json.line)
                if lost { StandardStream.error.write("director: the daemon is back\n") }
                lost = false
                while true {
                    let ready = waiter.wait(
                        keys: nil, socket: stream.descriptor, output: STDOUT_FILENO, milliseconds: 60_000)
                    if !ready.signals.isEmpty || ready.outputEnded { return true }
                    for line in try stream.lines() {
                        let message = try StreamMessage(json: JSON(parsing: line))
                        if case .refused(let reason) = message { throw CommandFailure.failed(reason) }
                        guard case .events(let records, let newest, let run, let missed) = message else { continue }
                        hasSucceeded = true
                        guard tell(missed: missed, json: options.json), print(records, json: options.json) else {
                            // However its reader's end is noticed, it is no failure.
                            return StandardStream.outputProblem == EPIPE
                        }
                        // Those that were not asked for are not to be told after a restart either.
                        if let last = newest ?? records.last?.number { query.after = last }
                        if let run { query.run = run }
                        query.limit = EventHistory.limit
                    }
                }
            } catch {
                let reason = TopCommand.words(for: error)
                guard hasSucceeded else {
                    throw .failed("\(reason) \(DaemonRequest.advice(options.runtimeDirectory))")
                }
                if !lost { StandardStream.error.write("director: \(reason); waiting for the daemon\n") }
                lost = true
            }
            let ready = waiter.wait(keys: nil, socket: nil, output: STDOUT_FILENO, milliseconds: 300)
            if !ready.signals.isEmpty || ready.outputEnded { return true }
        }
    }

    /// For people it stands where they are missing; a program reads an event a line, and this is none.
    private static func tell(missed: Int64, json: Bool) -> Bool {
        guard missed > 0 else { return true }
        let text = StatusText.render(missed: missed)
        return json ? StandardStream.error.write("director: \(text)") : StandardStream.output.write(text)
    }

    private static func print(_ records: [EventRecord], json: Bool) -> Bool {
        guard json else { return StandardStream.output.write(StatusText.render(records)) }
        return StandardStream.output.write(records.flatMap { $0.json.line + [UInt8(ascii: "\n")] })
    }
}
