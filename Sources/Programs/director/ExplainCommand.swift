import ControlProtocol
import DirectorCore
import Logs

/// `director explain [VIRTUAL] REAL`: why a real server is in or out.
enum ExplainCommand {
    static func run(_ arguments: [String]) -> Int32 {
        CommandFailure.reported { () throws(CommandFailure) in
            let options = try DaemonQuestion("explain", arguments, accepting: ["--json"], takesWords: true)
            let words = options.words
            // The service may be of several words, as ipvsadm prints it.
            guard let server = words.last, words.count <= 4 else {
                throw .usage(
                    "explain takes a real server, and its virtual service before it where one alone is meant: director explain 192.0.2.1:80 10.0.0.1:80"
                )
            }
            let virtual = words.count > 1 ? words.dropLast().joined(separator: " ") : nil
            let result = try DaemonRequest.ask(.explain(virtual: virtual, server: server), options.runtimeDirectory)
            guard !options.flags.contains("--json") else { return StandardStream.output.write(result.pretty) }
            let found = try DaemonRequest.decoded { try result.elements.map { try Explanation(json: $0) } }
            return StandardStream.output.write(ExplanationText.render(found))
        }
    }
}
