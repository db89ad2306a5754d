import ControlProtocol
import Logs

/// `director event`: a monitor outside reports.
enum EventCommand {
    static func run(_ arguments: [String]) -> Int32 {
        CommandFailure.reported { () throws(CommandFailure) in
            var directory = "/run/director"
            var words: [String] = []
            var source: String?
            var text = ""
            var rest = arguments[...]
            while let word = rest.popFirst() {
                switch word {
                case "--source", "--text", "--runtime-dir":
                    guard let value = rest.popFirst() else { throw .usage("event: \(word) needs a value") }
                    switch word {
                    case "--source": source = value
                    case "--text": text = value
                    default: directory = value
                    }
                case _ where word.hasPrefix("-"):
                    throw .usage("event: unknown option '\(word)', see director event --help")
                default: words.append(word)
                }
            }
            guard let name = words.first, words.count <= 2 else {
                throw .usage("event takes a name and up or down: director event disk-full --text '95 % used'")
            }
            let state = words.count == 2 ? words[1] : "down"
            guard state == "up" || state == "down" else {
                throw .usage("event: a state is up or down, not '\(state)'; words go behind --text")
            }
            let report = OutsideReport.event(name: name, isUp: state == "up", source: source, text: text)
            let result = try DaemonRequest.ask(.report(report), directory)
            return StandardStream.output.write((result["text"]?.string ?? "done") + "\n")
        }
    }
}
