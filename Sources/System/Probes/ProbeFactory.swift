internal import EventLoop
internal import HealthChecking
internal import NetworkTypes
internal import Patterns
internal import TimeTypes

/// Makes the runs of checks, and owns what they share: libcurl's handles, the ICMP sockets, the compiled patterns.
@LoopActor final class ProbeFactory {
    private var pool: CurlPool?
    private var echoSockets: [IPAddress.Family: EchoSocket] = [:]
    private var patterns = PatternCache()

    nonisolated init() {}

    /// A check with what is prepared once for all its runs.
    struct Prepared {
        let spec: CheckSpec
        let pattern: Pattern?
        /// Why no run can succeed.
        let problem: String?
        /// The request of an HTTP check that needs no libcurl; nil for all others, and once a redirect was seen.
        var message: [UInt8]?

        var lane: CheckSchedule.Lane {
            guard case .http = spec.kind, problem == nil else { return .light }
            return message == nil ? .heavy : .light
        }
    }

    func prepare(_ spec: CheckSpec) -> Prepared {
        guard case .http(let check) = spec.kind else {
            return Prepared(spec: spec, pattern: nil, problem: nil, message: nil)
        }
        var pattern: Pattern?
        var problem: String?
        switch check.receive.map({ patterns.take($0) }) {
        case .success(let compiled): pattern = compiled
        case .failure(let error): problem = "pattern '\(HTTPVerdict.shortened(check.receive ?? ""))': \(error)"
        case nil: break
        }
        let message = check.message(for: spec.target)
        if message == nil { problem = "the virtual host '\(check.virtualHost ?? "")' cannot stand in a request" }
        let isPlain = !check.tls && !check.isWholeURL
        return Prepared(spec: spec, pattern: pattern, problem: problem, message: isPlain ? message : nil)
    }

    func discard(_ prepared: Prepared) {
        if case .http(let check) = prepared.spec.kind, let text = check.receive { patterns.giveBack(text) }
    }

    /// The run, or why there can be none.
    func run(
        _ prepared: Prepared, begin: MonotonicInstant, completion: @escaping @LoopActor (ProbeOutcome) -> Void
    ) -> Result<any ProbeRun, Unable> {
        let spec = prepared.spec
        if let problem = prepared.problem { return .failure(Unable(reason: problem)) }
        switch spec.kind {
        case .connect:
            return .success(
                ConnectProbe(spec.target, timeout: spec.timeout, begin: begin, completion: completion))
        case .http(let check):
            if let message = prepared.message {
                return .success(
                    HTTPProbe(
                        spec.target, message: message, isHead: check.method == .head, pattern: prepared.pattern,
                        timeout: spec.timeout, begin: begin, completion: completion))
            }
            if pool == nil { pool = CurlPool() }
            guard let pool else { return .failure(Unable(reason: "libcurl cannot be started")) }
            return .success(
                CurlTransfer(
                    spec.target, check, pattern: prepared.pattern, timeout: spec.timeout, begin: begin, pool: pool,
                    completion: completion))
        case .ping(let attempts):
            return echoSocket(spec.target.family).map { socket in
                EchoProbe(
                    spec.target.address, attempts: attempts, timeout: spec.timeout, socket: socket,
                    completion: completion)
            }
        }
    }

    struct Unable: Error {
        var reason: String
    }

    /// A socket that was not permitted is tried again at every run: the operator may have set the sysctl meanwhile.
    private func echoSocket(_ family: IPAddress.Family) -> Result<EchoSocket, Unable> {
        if let socket = echoSockets[family] { return .success(socket) }
        do throws(EchoSocket.Failure) {
            let socket = try EchoSocket(family)
            echoSockets[family] = socket
            return .success(socket)
        } catch {
            return .failure(Unable(reason: error.reason))
        }
    }
}
