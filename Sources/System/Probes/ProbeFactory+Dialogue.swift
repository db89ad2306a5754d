internal import EventLoop
internal import Glibc
internal import HealthChecking
internal import TimeTypes

/// Who speaks for which service.
extension ProbeFactory {
    typealias Completion = @LoopActor (ProbeOutcome) -> Void

    func dialogue(
        _ check: DialogueCheck, _ prepared: Prepared, begin: MonotonicInstant, completion: @escaping Completion
    ) -> Result<any ProbeRun, Unable> {
        switch check.service {
        case .smtp, .submission: return lead(LineDialogue.smtp, check, prepared, begin, completion)
        case .pop, .pops:
            let dialogue = LineDialogue.pop(login: check.login, password: check.password)
            return lead(dialogue, check, prepared, begin, completion)
        case .imap, .imaps:
            let dialogue = LineDialogue.imap(login: check.login, password: check.password)
            return lead(dialogue, check, prepared, begin, completion)
        case .ldap, .ldaps:
            let dialogue = LDAPDialogue(name: check.request ?? "", login: check.login, password: check.password)
            return lead(dialogue, check, prepared, begin, completion)
        case .ftp:
            let dialogue = FTPDialogue(
                request: check.request, hasPattern: check.receive != nil, login: check.login,
                password: check.password ?? (check.login == nil ? "ldirectord@\(Self.hostName)" : ""),
                isIPv6: prepared.spec.target.family == .ipv6)
            return .success(
                FTPProbe(
                    prepared.spec.target, dialogue, pattern: prepared.pattern, timeout: prepared.spec.timeout,
                    begin: begin, completion: completion))
        case .dns, .mysql, .nntp, .pgsql, .radius, .simpletcp, .sip:
            return exchange(check, prepared, begin: begin, completion: completion)
        case .oracle: return .failure(Unable(reason: Self.noOracle))
        case .http, .https, .httpProxy, .none:
            return .failure(Unable(reason: "the service \(check.service.rawValue) has no dialogue"))
        }
    }

    /// The dialogue over TCP, or over TLS where the service wants it.
    func lead(
        _ dialogue: any Dialogue, _ check: DialogueCheck, _ prepared: Prepared, _ begin: MonotonicInstant,
        _ completion: @escaping Completion
    ) -> Result<any ProbeRun, Unable> {
        let spec = prepared.spec
        let stream: Result<any DialogueStream, Unable> =
            check.service.usesTLS
            ? pool().map {
                TLSStream(to: spec.target, virtualHost: check.virtualHost, check.verification, pool: $0)
            } : .success(PlainStream(to: spec.target))
        return stream.map {
            DialogueProbe(
                $0, dialogue, pattern: prepared.pattern, timeout: spec.timeout, begin: begin, completion: completion)
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
