internal import EventLoop
internal import Glibc
internal import HealthChecking
internal import TimeTypes

/// Who speaks for which service.
extension ProbeFactory {
    typealias Completion = @LoopActor (ProbeOutcome) -> Void

    func dialogue(
        _ check: DialogueCheck, _ prepared: PreparedCheck, begin: MonotonicInstant, completion: @escaping Completion
    ) -> Result<any ProbeRun, Unable> {
        switch check.service {
        case .ftp:
            let session = FTPSession(
                request: check.request, pattern: prepared.pattern.map(PatternSearch.init), login: check.login,
                password: check.password ?? (check.login == nil ? "ldirectord@\(Self.hostName)" : ""),
                isIPv6: prepared.spec.target.family == .ipv6)
            return .success(
                FTPProbe(
                    prepared.spec.target, session, timeout: prepared.spec.timeout, begin: begin,
                    completion: completion))
        case .dns, .imap, .imaps, .ldap, .ldaps, .mysql, .nntp, .pgsql, .pop, .pops, .radius, .simpletcp, .sip, .smtp,
            .submission:
            return exchange(check, prepared, begin: begin, completion: completion)
        case .oracle: return .failure(Unable(reason: Self.noOracle))
        case .http, .https, .httpProxy, .none:
            return .failure(Unable(reason: "the service \(check.service.rawValue) has no dialogue"))
        }
    }

    /// This machine's name, as anonymous logins have it.
    static let hostName: String = {
        var name = [CChar](repeating: 0, count: 256)
        guard unsafe gethostname(&name, name.count - 1) == 0 else { return "localhost" }
        return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }()

    /// There is no client for it that may be shipped.
    private static let noOracle = "no Oracle client is built in: use checktype = external with a program that logs in"
}
