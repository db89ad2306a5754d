import ControlProtocol
import DirectorCore
import Logs
import Manual
import NameService
import VirtualServers

/// `director drain`, `disable` and `enable`: an order for one real server, which the daemon carries out and keeps.
enum OrderCommand {
    static func run(_ action: OperatorAction, _ arguments: ParsedWords) -> Int32 {
        CommandFailure.reported { () throws(CommandFailure) in
            let name = action.rawValue
            let words = arguments.words
            // The service may be of several words, as ipvsadm prints it.
            guard words.count >= 2 else {
                throw .usage(
                    "\(name) takes a virtual service and a real server: director \(name) 192.0.2.1:80 10.0.0.1:80")
            }
            let virtual = words.dropLast().map(numbered).joined(separator: " ")
            let request = ControlRequest.order(action, virtual: virtual, server: numbered(words[words.count - 1]))
            let result = try DaemonRequest.ask(request, arguments.runtimeDirectory)
            return StandardStream.output.write((result["text"]?.string ?? "done") + "\n")
        }
    }

    /// With the number of a port that is written by its name.
    private static func numbered(_ word: String) -> String {
        guard let colon = word.lastIndex(of: ":") else { return word }
        let port = String(word[word.index(after: colon)...])
        guard !port.isEmpty, port.utf8.contains(where: { !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
            !port.contains("]")
        else { return word }
        let number = TransportProtocol.allCases.lazy.compactMap { ServicePorts.port(of: port, $0.name) }.first
        return number.map { "\(word[..<colon]):\($0)" } ?? word
    }
}
