internal import HealthChecking
internal import VirtualServers

extension FileReader {
    /// What the section says of its checks, with the service that its port stands for.
    func checks(_ section: Section, _ id: VirtualService.ID) -> CheckSettings {
        var checks = section.checks
        checks.type = section.checkType?.value ?? .negotiate
        checks.service = section.service?.value ?? id.endpoint.map { ApplicationService(port: $0.port) } ?? .none
        checks.request = section.request?.value
        checks.receive = section.receive?.value
        return checks
    }
}
