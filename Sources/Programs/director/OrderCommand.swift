import ConfigurationFiles
import ControlProtocol
import DirectorCore
import Logs
import VirtualServers

/// `director drain`, `disable` and `enable`: an order for one real server, which the daemon carries out and keeps.
enum OrderCommand {
    static let help = """

        VIRTUAL is what ipvsadm -Ln prints: TCP 192.0.2.1:80, 192.0.2.1:80, [2001:db8::1]:80, FWM 7, FWM 7 IPv6; or its
        servicename in the configuration. REAL is 10.0.0.1:80 or [2001:db8::2]:80. What only one service or server can
        be meant by is enough: the address without the port, 7 for FWM 7; ports may be names (192.0.2.1:http).

        drain    weight 0 until the connections have ended, or the time of drain = TIME in the configuration is over;
                 then the server is removed from the kernel's table
        disable  out at once: weight 0 with quiescent = yes, else removed
        enable   takes either back

        The order holds, with the user who gave it, across reloads and restarts of the daemon for as long as the server
        stays in the configuration. Giving it again changes nothing. director status shows it.

        """

    static func run(_ action: OperatorAction, _ arguments: [String]) -> Int32 {
        CommandFailure.reported { () throws(CommandFailure) in
            let name = action.rawValue
            let options = try DaemonQuestion(name, arguments, takesWords: true)
            let words = options.words
            // The service may be of several words, as ipvsadm prints it.
            guard words.count >= 2, words.count <= 5 else {
                throw .usage(
                    "\(name) takes a virtual service and a real server: director \(name) 192.0.2.1:80 10.0.0.1:80")
            }
            let virtual = words.dropLast().map(numbered).joined(separator: " ")
            let request = ControlRequest.order(action, virtual: virtual, server: numbered(words[words.count - 1]))
            let result = try DaemonRequest.ask(request, options.runtimeDirectory)
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
        let resolver = SystemResolver().resolver
        let number = TransportProtocol.allCases.lazy.compactMap { resolver.service(port, $0) }.first
        return number.map { "\(word[..<colon]):\($0)" } ?? word
    }
}
