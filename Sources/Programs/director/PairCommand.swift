import ControlProtocol
import Logs
import Manual

/// `director takeover` and `standby`: which director holds the virtual addresses.
enum PairCommand {
    static func run(_ order: PairOrder, _ arguments: ParsedWords) -> Int32 {
        CommandFailure.reported { () throws(CommandFailure) in
            let result = try DaemonRequest.ask(
                .pair(order, router: arguments.words.first), arguments.runtimeDirectory)
            return StandardStream.output.write((result["text"]?.string ?? "done") + "\n")
        }
    }
}
