internal import EventLoop
internal import HealthChecking
internal import TimeTypes

/// Who speaks for which service.
extension ProbeFactory {
    func dialogue(
        _ check: DialogueCheck, _ prepared: Prepared, begin: MonotonicInstant,
        completion: @escaping @LoopActor (ProbeOutcome) -> Void
    ) -> Result<any ProbeRun, Unable> {
        switch check.service {
        case .dns, .ftp, .imap, .imaps, .ldap, .ldaps, .mysql, .nntp, .oracle, .pgsql, .pop, .pops, .radius, .simpletcp,
            .sip, .smtp, .submission:
            return .failure(Unable(reason: "the service \(check.service.rawValue) is not supported by this prober"))
        case .http, .https, .httpProxy, .none:
            return .failure(Unable(reason: "the service \(check.service.rawValue) has no dialogue"))
        }
    }
}
