import ControlProtocol
import DirectorCore
import Logs
import Manual

/// `director event`: a monitor outside reports.
enum EventCommand {
    static func run(_ arguments: ParsedWords) -> Int32 {
        CommandFailure.reported { () throws(CommandFailure) in
            let words = arguments.words
            guard let name = words.first else {
                throw .usage("event takes a name and up or down: director event disk-full --text '95 % used'")
            }
            let state = words.count == 2 ? words[1] : "down"
            guard state == "up" || state == "down" else {
                throw .usage("event: a state is up or down, not '\(state)'; words go behind --text")
            }
            let source = arguments["--source"]
            let text = arguments["--text"] ?? ""
            // What the daemon would refuse is refused whether or not one runs.
            if let problem = OutsideMonitors.problem(name: name) ?? source.flatMap(OutsideMonitors.problem(source:))
                ?? OutsideMonitors.problem(text: text)
            {
                throw .failed(problem)
            }
            let report = OutsideReport.event(name: name, isUp: state == "up", source: source, text: text)
            let result = try DaemonRequest.ask(.report(report), arguments.runtimeDirectory)
            return StandardStream.output.write((result["text"]?.string ?? "done") + "\n")
        }
    }
}
