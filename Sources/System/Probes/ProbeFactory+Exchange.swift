internal import Digests
internal import EventLoop
internal import Glibc
internal import HealthChecking
internal import NetworkTypes
internal import Patterns
internal import TimeTypes

/// The services that are spoken here by the exchanges of Core.
extension ProbeFactory {
    func exchange(
        _ check: DialogueCheck, _ prepared: PreparedCheck, begin: MonotonicInstant,
        completion: @escaping @LoopActor (ProbeOutcome) -> Void
    ) -> Result<any ProbeRun, Unable> {
        let pattern = prepared.pattern.map(PatternSearch.init)
        return maker(check, pattern).flatMap { make in
            let context = ExchangeContext(
                target: prepared.spec.target, timeout: prepared.spec.timeout, begin: begin, make: make, keys: keys,
                securing: securing,
                completion: completion)
            if check.transport == .udp { return .success(DatagramProbe(context)) }
            // What databases answer is read and forgotten, however long it is; the check's time is its limit.
            let isDatabase = check.service == .mysql || check.service == .pgsql
            return stream(check, to: context.target).map { stream in
                ExchangeProbe(context, over: stream, mostBytes: isDatabase ? .max : ExchangeProbe.mostBytes)
            }
        }
    }

    /// TCP, or TLS where the service wants it.
    private func stream(_ check: DialogueCheck, to target: Endpoint) -> Result<any ProbeStream, Unable> {
        guard check.service.usesTLS else { return .success(PlainStream(to: target)) }
        return pool().map { TLSStream(to: target, virtualHost: check.virtualHost, check.verification, pool: $0) }
    }

    /// What makes the state machine of a run, or why there can be none.
    private func maker(
        _ check: DialogueCheck, _ pattern: PatternSearch?
    ) -> Result<@LoopActor (Endpoint, ExchangeWay) -> any Exchange, Unable> {
        switch check.service {
        case .smtp, .submission: return .success { _, _ in LineExchange.smtp }
        case .pop, .pops: return .success { _, _ in LineExchange.pop(login: check.login, password: check.password) }
        case .imap, .imaps: return .success { _, _ in LineExchange.imap(login: check.login, password: check.password) }
        case .ldap, .ldaps:
            return .success { _, _ in
                LDAPExchange(
                    name: check.request ?? "", login: check.login, password: check.password, pattern: pattern)
            }
        case .nntp: return .success { _, _ in NNTPExchange() }
        case .simpletcp:
            return .success { _, way in
                SimpleTCPExchange(request: check.request ?? "", pattern: pattern, isDatagram: way == .udp)
            }
        case .sip:
            let user = check.login ?? "ldirectord@\(Self.hostName)"
            return .success { local, way in
                SIPExchange(user: user, local: local, callID: .random(in: 0 ... .max), isDatagram: way == .udp)
            }
        case .dns: return domainNames(check, pattern)
        case .radius: return radius(check)
        case .mysql, .pgsql: return database(check)
        default: return .failure(Unable(reason: "the service \(check.service.rawValue) is not spoken here"))
        }
    }

    private func domainNames(
        _ check: DialogueCheck, _ pattern: PatternSearch?
    ) -> Result<@LoopActor (Endpoint, ExchangeWay) -> any Exchange, Unable> {
        do throws(DNSQuery.Problem) {
            let query = try DNSQuery(request: check.request ?? "", receive: check.receive)
            return .success { _, way in
                DNSExchange(query, pattern: pattern, overTCP: way != .udp, id: .random(in: 0 ... .max))
            }
        } catch {
            return .failure(Unable(reason: error.reason))
        }
    }

    private func radius(_ check: DialogueCheck) -> Result<@LoopActor (Endpoint, ExchangeWay) -> any Exchange, Unable> {
        guard let login = check.login, let password = check.password, let secret = check.secret else {
            return .failure(Unable(reason: "service radius needs login, passwd and secret"))
        }
        return .success { _, _ in
            let nonce = RADIUSExchange.Nonce(identifier: .random(in: 0 ... .max), authenticator: Self.random(16))
            return RADIUSExchange(login: login, password: password, secret: secret, nonce: nonce)
        }
    }

    private func database(_ check: DialogueCheck) -> Result<@LoopActor (Endpoint, ExchangeWay) -> any Exchange, Unable>
    {
        guard let user = check.login, let statement = check.request else {
            return .failure(Unable(reason: "service \(check.service.rawValue) needs login and request"))
        }
        let login = DatabaseLogin(
            user: user, password: check.password ?? "", database: check.database, statement: statement)
        if check.service == .mysql {
            return .success { _, way in MySQLExchange(login, seed: Self.random(20), overTLS: way == .tls) }
        }
        return .success { _, way in PostgreSQLExchange(login, nonce: Self.nonce, overTLS: way == .tls) }
    }

    private static func random(_ count: Int) -> [UInt8] { (0..<count).map { _ in .random(in: 0 ... .max) } }

    /// 144 random bits in letters that SCRAM takes.
    private static var nonce: String {
        Base64.encode(random(18))
    }
}

extension PatternSearch {
    init(_ pattern: Pattern) {
        self.init(pattern.text) { bytes in
            switch pattern.search(bytes) {
            case .found: .found
            case .notFound: .notFound
            case .tooCostly: .tooCostly
            case .noMemory: .noMemory
            case .failed(let reason): .failed(reason)
            }
        }
    }
}
