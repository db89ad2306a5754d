import ConfigurationFiles
import DirectorConfig
import EventLoop
import Glibc
import Logging
import VirtualRouting

/// What a director-vrrp leaves in the runtime directory for the one that comes after its death, beside the time of its
/// last advertisement: what operators ordered, and of the configuration what giving up needs.
@LoopActor final class PairNotes {
    private nonisolated static let ordersName = "vrrp-orders"
    private nonisolated static let farewellName = "vrrp-farewell.cf"

    private let directory: String
    private let log: Logger
    /// As they were found.
    let orders: HandOverOrders
    private var noted: HandOverOrders?

    init(_ runtimeDirectory: String, _ log: Logger) {
        directory = runtimeDirectory
        self.log = log
        let text = try? RuntimeFile(Self.ordersName, in: runtimeDirectory).read()
        orders = HandOverOrders(text: text ?? "")
    }

    func note(_ groups: [RouterGroup]) {
        let now = HandOverOrders(of: groups)
        guard now != noted else { return }
        noted = now
        write(now.text, Self.ordersName)
    }

    func note(_ configuration: Configuration) { write(configuration.farewellText, Self.farewellName) }

    /// It ends in good order.
    func forget(orders isOver: Bool) {
        unlink("\(directory)/\(Self.farewellName)")
        if isOver { unlink("\(directory)/\(Self.ordersName)") }
    }

    private func write(_ text: String, _ name: String) {
        do throws(FileProblem) {
            // A section may have a password.
            try RuntimeFile(name, in: directory, mode: 0o600).write(text)
        } catch {
            log.warning("after a crash this will not be known: \(error)")
        }
    }

    /// What was in force when an earlier process died; nil where none did. Blocks on the disk.
    nonisolated static func farewell(in runtimeDirectory: String) -> Configuration? {
        let path = "\(runtimeDirectory)/\(farewellName)"
        return (try? ConfigurationFile(path: path, resolvingNames: false))?.parsed.configuration
    }
}
