internal import EventLoop
internal import HealthChecking
internal import NetworkTypes
internal import Patterns
internal import TimeTypes

/// Makes the runs of checks, and owns what they share: libcurl's handles, the ICMP sockets, the compiled patterns.
@LoopActor final class ProbeFactory {
    private var curlPool: CurlPool?
    private var echoSockets: [IPAddress.Family: EchoSocket] = [:]
    private var patterns = PatternCache()
    let keys = DerivedKeys()
    /// To be settled after every round of starts.
    let connects = ConnectBatch()
    private(set) lazy var securing = ExchangeSecuring { [unowned self] in pool() }

    private let rawEcho: [EchoDescriptor]

    /// - Parameter rawEcho: ICMP sockets that were opened while that was permitted.
    nonisolated init(rawEcho: [EchoDescriptor]) {
        self.rawEcho = rawEcho
    }

    func prepare(_ spec: CheckSpec) -> PreparedCheck {
        let prepared = PreparedCheck(spec)
        if let text = spec.receive {
            switch patterns.take(text) {
            case .success(let compiled): prepared.pattern = compiled
            case .failure(let error) where error.kind == .noMemory: prepared.lacksPattern = true
            case .failure(let error): prepared.problem = "pattern '\(PatternVerdict.shortened(text))': \(error)"
            }
        }
        guard case .http(let check) = spec.kind else { return prepared }
        prepared.problem = prepared.problem ?? check.problem
        if check.isPlain { prepared.question = check.message(for: spec.target).map { HTTPQuestion(check, $0) } }
        return prepared
    }

    func discard(_ prepared: PreparedCheck) {
        if let text = prepared.spec.receive { patterns.giveBack(text) }
    }

    /// The run, or why there can be none.
    func run(
        _ prepared: PreparedCheck, begin: MonotonicInstant, completion: @escaping @LoopActor (ProbeOutcome) -> Void
    ) -> Result<any ProbeRun, Unable> {
        if prepared.lacksPattern, let text = prepared.spec.receive {
            guard case .success(let pattern) = patterns.again(text) else {
                return .failure(Unable(.unjudged("no memory for a pattern")))
            }
            prepared.pattern = pattern
            prepared.lacksPattern = false
        }
        if let problem = prepared.problem { return .failure(Unable(reason: problem)) }
        if let question = prepared.question {
            return .success(HTTPProbe(prepared, question, begin: begin, batch: connects, completion: completion))
        }
        let spec = prepared.spec
        switch spec.kind {
        case .connect:
            return .success(
                ConnectProbe(
                    spec.target, timeout: spec.timeout, begin: begin, batch: connects, completion: completion))
        case .http(let check):
            return pool().map { pool in
                CurlTransfer(
                    spec.target, check, pattern: prepared.pattern, timeout: spec.timeout, begin: begin, pool: pool,
                    completion: completion)
            }
        case .ping(let attempts):
            return echoSocket(spec.target.family).map { socket in
                EchoProbe(
                    spec.target.address, attempts: attempts, timeout: spec.timeout, socket: socket,
                    completion: completion)
            }
        case .dialogue(let check): return dialogue(check, prepared, begin: begin, completion: completion)
        case .program(let check): return program(check, spec, begin: begin, completion: completion)
        case .agent(let check):
            return .success(
                AgentProbe(spec.target, check, timeout: spec.timeout, begin: begin, completion: completion))
        case .path: return .failure(Unable(reason: "not a check of the prober"))
        }
    }

    /// A run of `checktype = N` that only connects.
    func connect(
        _ spec: CheckSpec, begin: MonotonicInstant, completion: @escaping @LoopActor (ProbeOutcome) -> Void
    ) -> Result<any ProbeRun, Unable> {
        let timeout = spec.connects?.timeout ?? spec.timeout
        return .success(
            ConnectProbe(spec.target, timeout: timeout, begin: begin, batch: connects, completion: completion))
    }

    struct Unable: Error {
        var outcome: ProbeOutcome

        init(reason: String) { outcome = .failed(reason) }
        init(_ outcome: ProbeOutcome) { self.outcome = outcome }
    }

    func pool() -> Result<CurlPool, Unable> {
        if curlPool == nil { curlPool = CurlPool() }
        return curlPool.map { .success($0) } ?? .failure(Unable(.unjudged("libcurl cannot be started")))
    }

    /// A socket that was not permitted is tried again at every run: the operator may have set the sysctl meanwhile.
    private func echoSocket(_ family: IPAddress.Family) -> Result<EchoSocket, Unable> {
        if let socket = echoSockets[family] { return .success(socket) }
        do throws(EchoSocket.Failure) {
            let socket = try EchoSocket(family, rawEcho.first { $0.family == family })
            echoSockets[family] = socket
            return .success(socket)
        } catch {
            return .failure(Unable(error.outcome))
        }
    }
}

extension CheckSpec {
    /// The pattern that the answer must match.
    fileprivate var receive: String? {
        switch kind {
        case .http(let check): check.receive
        case .dialogue(let check): check.receive
        case .connect, .ping, .program, .agent, .path: nil
        }
    }
}
