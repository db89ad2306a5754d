import ControlProtocol
import DirectorCore
import Logs
import Manual

/// `director alive`: an application registers a heartbeat, and is reported when it falls silent.
enum AliveCommand {
    enum Way {
        case once
        case program([String])
        case process(Int32)
        case lines
        case end
    }

    struct Options {
        var name = ""
        var every: Duration?
        var directory = "/run/director"
        var way = Way.once

        init(_ arguments: ParsedWords) throws(CommandFailure) {
            name = arguments.words.first ?? ""
            directory = arguments.runtimeDirectory
            for option in arguments.options { try set(option) }
            guard !name.isEmpty else { throw .usage("alive takes a name: director alive backup-job --every 5s") }
            let ways = arguments.options.count { ["--while", "--pid", "--lines", "--end"].contains($0.name) }
            guard ways <= 1 else { throw .usage("alive: --while, --pid, --lines and --end are four different things") }
            if let problem = OutsideMonitors.problem(name: name) { throw .failed(problem) }
            if case .end = way { return }
            guard let every else { throw .usage("alive: how often is missing: --every 5s") }
            if let problem = OutsideMonitors.problem(every: every) { throw .failed(problem) }
        }

        private mutating func set(_ option: ParsedWords.Given) throws(CommandFailure) {
            switch option.name {
            case "--lines": way = .lines
            case "--end": way = .end
            case "--while": way = .program(option.rest)
            case "--pid":
                guard let number = Int32(option.value), number > 0 else {
                    throw .usage("alive: --pid takes the number of a process, not '\(option.value)'")
                }
                way = .process(number)
            case "--every":
                guard let span = Self.span(option.value) else {
                    throw .usage("alive: --every takes a time such as 200ms, 5s, 2m or 1h, not '\(option.value)'")
                }
                every = span
            default: break
            }
        }

        private static func span(_ text: String) -> Duration? {
            let digits = text.prefix { $0.isASCII && $0.isNumber }
            guard let number = Int64(digits), number > 0, number < 1_000_000_000 else { return nil }
            switch text.dropFirst(digits.count) {
            case "ms": return .milliseconds(number)
            case "s", "": return .seconds(number)
            case "m": return .seconds(number * 60)
            case "h": return .seconds(number * 3600)
            default: return nil
            }
        }
    }

    static func run(_ arguments: ParsedWords) -> Int32 {
        var status: Int32 = 0
        let outcome = CommandFailure.reported { () throws(CommandFailure) in
            let options = try Options(arguments)
            let every = options.every ?? .zero
            var session = AliveSession(options, every)
            switch options.way {
            case .end:
                let result = try DaemonRequest.ask(.report(.end(name: options.name)), options.directory)
                return StandardStream.output.write((result["text"]?.string ?? "done") + "\n")
            case .once:
                _ = try DaemonRequest.ask(.report(.beat(name: options.name, every: every)), options.directory)
            case .program(let words): status = try session.run(words)
            case .process(let pid): try session.follow(pid)
            case .lines: try session.followLines()
            }
            return true
        }
        return outcome == 0 ? status : outcome
    }
}
