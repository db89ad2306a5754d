internal import EventLoop
internal import HealthChecking
internal import NetworkTypes

/// TLS for exchanges that ask for it in the middle, and which servers let nobody in without it: those are asked for it
/// at once the next time, since each refusal is a line in their log.
@LoopActor final class ExchangeSecuring {
    private static let limit = 16_384

    let pool: @LoopActor () -> Result<CurlPool, ProbeFactory.Unable>
    private(set) var targets: Set<Endpoint> = []

    init(pool: @escaping @LoopActor () -> Result<CurlPool, ProbeFactory.Unable>) {
        self.pool = pool
    }

    /// A handshake has come about, whatever the login comes to.
    func remember(_ target: Endpoint) {
        if targets.count < Self.limit { targets.insert(target) }
    }

    /// It is spoken to without TLS again, as at first.
    func forget(_ target: Endpoint) { targets.remove(target) }
}
