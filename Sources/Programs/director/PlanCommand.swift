import ConfigurationFiles
import ControlProtocol
import DirectorCore
import KernelNetlink
import Logs
import Manual
import VirtualServers

/// `director plan FILE`: what loading the file would change in the kernel's table, as the lines that `ipvsadm -R`
/// takes.
enum PlanCommand {
    static func run(_ arguments: ParsedWords) -> Int32 {
        CommandFailure.reported { () throws(CommandFailure) in
            let runtimeDirectory = arguments.runtimeDirectory
            guard let path = arguments.words.first else { throw .usage("plan takes a file: director plan FILE") }
            guard let configuration = try CheckCommand.load(path) else { return false }
            let known = known(runtimeDirectory)
            let plan = try Preview.plan(
                configuration, actual: try kernelTable(), owned: owned(runtimeDirectory),
                memory: orders(runtimeDirectory), known: known)
            return StandardStream.output.write(ChangeLines.render(plan.commands))
        }
    }

    /// What the running director says of its servers' health; without one it is said what is assumed.
    private static func known(_ runtimeDirectory: String) -> [ServiceSnapshot]? {
        do throws(CommandFailure) {
            let answer = try DaemonRequest.ask(.status, runtimeDirectory)
            return try DaemonRequest.decoded { try Snapshot(json: answer) }.services
        } catch {
            StandardStream.error.write(
                "director plan: no director with --runtime-dir \(runtimeDirectory) says which servers are up: those that "
                    + "the kernel does not have are taken for up, those with weight 0 for down\n")
            return nil
        }
    }

    private static func kernelTable() throws(CommandFailure) -> VirtualServerTable {
        do {
            return try IPVSClient().table()
        } catch {
            throw .failed("\(error)")
        }
    }

    /// What operators ordered of that director; nothing where none runs or the file says nothing sensible.
    private static func orders(_ runtimeDirectory: String) throws(CommandFailure) -> OperatorMemory {
        do {
            guard let bytes = try StateFile(path: runtimeDirectory + "/orders").read() else { return OperatorMemory() }
            return try OperatorMemory(json: JSON(parsing: bytes))
        } catch {
            throw .failed("orders of operators cannot be read: \(error)")
        }
    }

    /// The services that the director of this runtime directory answers for; none where there is no such director.
    private static func owned(_ runtimeDirectory: String) throws(CommandFailure) -> Set<VirtualService.ID> {
        do {
            return try OwnedServicesFile(runtimeDirectory: runtimeDirectory).read()
        } catch {
            throw .failed("\(error)")
        }
    }
}
