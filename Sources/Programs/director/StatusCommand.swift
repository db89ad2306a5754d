import ControlProtocol
import DirectorCore
import Logs

/// The commands that ask a running daemon over its control socket.
enum StatusCommand {
    static func status(_ arguments: [String]) -> Int32 {
        CommandFailure.reported { () throws(CommandFailure) in
            let options = try DaemonQuestion("status", arguments, accepting: ["--json"])
            let result = try DaemonRequest.ask(.status, options.runtimeDirectory)
            guard !options.flags.contains("--json") else { return StandardStream.output.write(result.pretty) }
            return StandardStream.output.write(
                StatusText.render(try DaemonRequest.decoded { try Snapshot(json: result) }))
        }
    }

    static func reload(_ arguments: [String]) -> Int32 {
        CommandFailure.reported { () throws(CommandFailure) in
            let options = try DaemonQuestion("reload", arguments)
            _ = try DaemonRequest.ask(.reload, options.runtimeDirectory)
            return true
        }
    }
}
