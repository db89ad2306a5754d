internal import HealthChecking
internal import VirtualServers

extension FileReader {
    /// What the section says of its checks, with the service that its port stands for.
    mutating func checks(_ section: Section, _ id: VirtualService.ID) -> CheckSettings {
        var checks = section.checks
        checks.type = section.checkType?.value ?? .negotiate
        checks.service = section.service?.value ?? id.endpoint.map { ApplicationService(port: $0.port) } ?? .none
        refuseForeignRequests(section, isHTTP: [.http, .https, .httpProxy].contains(checks.service))
        judgeBadPatterns(section, checks)
        checks.request = section.dialogue.request?.value
        checks.receive = section.dialogue.receive?.value
        if let file = section.tls.authorities ?? globals.tls.authorities {
            checks.verification = .authorities(file: file.value)
        } else {
            checks.verification = .system
        }
        if !((section.tls.verify ?? globals.tls.verify)?.value ?? false) {
            checks.verification = .off
            if let file = section.tls.authorities {
                problems.warning(file.place, "tls-ca has no effect without tls-verify = yes")
            }
        }
        return checks
    }
}
