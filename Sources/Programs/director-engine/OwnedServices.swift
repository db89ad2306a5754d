import ConfigurationFiles
import EventLoop
import Logging
import VirtualServers

/// The engine's memory of the services it answers for, written when it changes.
@LoopActor final class OwnedServices {
    private let file: OwnedServicesFile
    private var stored: Set<VirtualService.ID>?
    /// What the log was told last, so that it is told once.
    private var problem: FileProblem?

    init(runtimeDirectory: String) {
        file = OwnedServicesFile(runtimeDirectory: runtimeDirectory)
    }

    func load(log: Logger) -> Set<VirtualService.ID> {
        do {
            return try file.read()
        } catch {
            log.warning("services of an earlier run are not known: \(error)")
            return []
        }
    }

    func store(_ services: Set<VirtualService.ID>, log: Logger) {
        guard services != stored else { return }
        do {
            try file.write(services)
            stored = services
            problem = nil
        } catch {
            if problem != error { log.warning("the next run will not know which services are ours: \(error)") }
            problem = error
        }
    }
}
