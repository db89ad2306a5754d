import ControlProtocol
import DirectorCore
import Logs
import Manual

/// The commands that ask a running daemon over its control socket.
enum StatusCommand {
    static func status(_ arguments: ParsedWords) -> Int32 {
        CommandFailure.reported { () throws(CommandFailure) in
            let result = try DaemonRequest.ask(.status, arguments.runtimeDirectory)
            guard !arguments.contains("--json") else { return StandardStream.output.write(result.pretty) }
            return StandardStream.output.write(
                StatusText.render(try DaemonRequest.decoded { try Snapshot(json: result) }))
        }
    }

    static func reload(_ arguments: ParsedWords) -> Int32 {
        CommandFailure.reported { () throws(CommandFailure) in
            _ = try DaemonRequest.ask(.reload, arguments.runtimeDirectory)
            return true
        }
    }
}
