import ControlProtocol
import DirectorCore
import Logs
import Manual

/// `director explain [VIRTUAL] REAL`: why a real server is in or out.
enum ExplainCommand {
    static func run(_ arguments: ParsedWords) -> Int32 {
        CommandFailure.reported { () throws(CommandFailure) in
            let words = arguments.words
            // The service may be of several words, as ipvsadm prints it.
            guard let server = words.last else {
                throw .usage(
                    "explain takes a real server, and its virtual service before it where one alone is meant: director explain 192.0.2.1:80 10.0.0.1:80"
                )
            }
            let virtual = words.count > 1 ? words.dropLast().joined(separator: " ") : nil
            let result = try DaemonRequest.ask(.explain(virtual: virtual, server: server), arguments.runtimeDirectory)
            guard !arguments.contains("--json") else { return StandardStream.output.write(result.pretty) }
            let found = try DaemonRequest.decoded { try result.elements.map { try Explanation(json: $0) } }
            return StandardStream.output.write(ExplanationText.render(found))
        }
    }
}
