import ControlProtocol
import DirectorCore
import Logs

/// The commands that ask a running daemon over its control socket.
enum StatusCommand {
    /// What all of them understand.
    private struct Options {
        var runtimeDirectory = "/run/director"
        var json = false

        init(_ command: String, _ arguments: [String], accepting accepted: Set<String>) throws(CommandFailure) {
            var rest = arguments[...]
            while let option = rest.popFirst() {
                guard option == "--runtime-dir" || accepted.contains(option) else {
                    throw .usage("\(command): unknown option '\(option)', see director \(command) --help")
                }
                switch option {
                case "--json": json = true
                default:
                    guard let value = rest.popFirst() else { throw .usage("\(command): \(option) needs a value") }
                    runtimeDirectory = value
                }
            }
        }
    }

    static func status(_ arguments: [String]) -> Int32 {
        CommandFailure.reported { () throws(CommandFailure) in
            let options = try Options("status", arguments, accepting: ["--json"])
            let result = try DaemonRequest.ask(.status, options.runtimeDirectory)
            guard !options.json else { return StandardStream.output.write(result.pretty) }
            return StandardStream.output.write(
                StatusText.render(try DaemonRequest.decoded { try Snapshot(json: result) }))
        }
    }

    static func reload(_ arguments: [String]) -> Int32 {
        CommandFailure.reported { () throws(CommandFailure) in
            let options = try Options("reload", arguments, accepting: [])
            _ = try DaemonRequest.ask(.reload, options.runtimeDirectory)
            return true
        }
    }
}
