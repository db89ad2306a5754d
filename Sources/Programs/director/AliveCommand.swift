import ControlProtocol
import Logs

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

        init(_ arguments: [String]) throws(CommandFailure) {
            var rest = arguments[...]
            var ways = 0
            while let word = rest.popFirst() {
                switch word {
                case "--every", "--runtime-dir", "--pid":
                    guard let value = rest.popFirst() else { throw .usage("alive: \(word) needs a value") }
                    if word == "--pid" { ways += 1 }
                    try set(word, value)
                case "--lines":
                    way = .lines
                    ways += 1
                case "--end":
                    way = .end
                    ways += 1
                case "--while":
                    guard !rest.isEmpty else { throw .usage("alive: --while needs a command") }
                    way = .program(Array(rest))
                    ways += 1
                    rest = []
                case _ where word.hasPrefix("-"):
                    throw .usage("alive: unknown option '\(word)', see director alive --help")
                default:
                    guard name.isEmpty else { throw .usage("alive takes one name, '\(word)' is another") }
                    name = word
                }
            }
            guard !name.isEmpty else { throw .usage("alive takes a name: director alive backup-job --every 5s") }
            guard ways <= 1 else { throw .usage("alive: --while, --pid, --lines and --end are four different things") }
            if case .end = way { return }
            guard every != nil else { throw .usage("alive: how often is missing: --every 5s") }
        }

        private mutating func set(_ option: String, _ value: String) throws(CommandFailure) {
            switch option {
            case "--runtime-dir": directory = value
            case "--pid":
                guard let number = Int32(value), number > 0 else {
                    throw .usage("alive: --pid takes the number of a process, not '\(value)'")
                }
                way = .process(number)
            default:
                guard let span = Self.span(value) else {
                    throw .usage("alive: --every takes a time such as 200ms, 5s, 2m or 1h, not '\(value)'")
                }
                every = span
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

    static func run(_ arguments: [String]) -> Int32 {
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
