import DirectorConfig
import DirectorCore
import EventLoop
import HealthChecking
import NetworkTypes
import TimeTypes
import VirtualServers

/// What the operations beside the balancing ask of the engine.
extension Engine {
    func state(of id: VirtualService.ID) -> ServiceState? { director?.services[id] }

    func allChecked(since: WallTime?) -> Bool { director?.allChecked(since: since) ?? false }

    func users(of check: CheckID) -> [CheckRegistry.User] { director?.checks.users(of: check) ?? [] }

    var serverAddresses: Set<IPAddress> { director?.serverAddresses ?? [] }

    func maintenanceFile(of user: CheckRegistry.User) -> String? {
        director?.maintenanceFile(of: user.server, in: user.service)
    }

    /// Takes in what stands in the maintenance directory now.
    func maintain(_ list: MaintenanceList, hosts: [IPAddress: [String]]) {
        guard director?.maintain(list, hosts: hosts, at: EventLoop.moment) == true else { return }
        reconcileSoon()
    }
}
