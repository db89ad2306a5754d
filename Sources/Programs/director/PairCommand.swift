import ControlProtocol
import Logs

/// `director takeover` and `standby`: which director holds the virtual addresses.
enum PairCommand {
    static let help = """

        ROUTER is the name of a vrrp section, or of the group that it belongs to; without it every one is meant.

        takeover  this director takes the addresses, and keeps them whatever its priority is, until it stops or
                  something it tracks breaks
        standby   this director gives the addresses to its peer, and takes them again only when nobody else can;
                  director takeover ends that

        Where the pair has links, nothing is lost: the successor has the addresses before the other one gives them up.

        """

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
