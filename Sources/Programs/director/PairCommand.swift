import ControlProtocol
import Logs

/// `director takeover` and `standby`: which director holds the virtual addresses.
enum PairCommand {
    static func run(_ order: PairOrder, _ arguments: [String]) -> Int32 {
        CommandFailure.reported { () throws(CommandFailure) in
            let options = try DaemonQuestion(order.rawValue, arguments, takesWords: true)
            guard options.words.count <= 1 else {
                throw .usage(
                    "\(order.rawValue) takes one virtual router, or none for all: director \(order.rawValue) web")
            }
            let result = try DaemonRequest.ask(
                .pair(order, router: options.words.first), options.runtimeDirectory)
            return StandardStream.output.write((result["text"]?.string ?? "done") + "\n")
        }
    }
}
