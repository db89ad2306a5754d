internal import EventLoop
internal import Glibc
internal import HealthChecking
internal import NetworkTypes
internal import TimeTypes

/// What the runs of exchanges share, over TCP and UDP: who the run is, where the bytes arrive, the slow computations.
struct ExchangeContext {
    let target: Endpoint
    let timeout: Duration
    let begin: MonotonicInstant
    /// Makes the state machine once our end of the way is known.
    let make: @LoopActor (_ local: Endpoint, _ way: ExchangeWay) -> any Exchange
    let keys: DerivedKeys
    let securing: ExchangeSecuring
    let completion: @LoopActor (ProbeOutcome) -> Void

    /// The words for a server that was not done in time.
    func silence(_ exchange: any Exchange, hasBegun: Bool) -> String {
        exchange.complaint ?? FailureReason.silence(exchange.awaited, hasBegun: hasBegun, within: timeout)
    }
}

/// An exchange over TCP or TLS.
@LoopActor final class ExchangeProbe: ProbeRun {
    private let context: ExchangeContext
    private var stream: any ProbeStream
    private var way: ExchangeWay
    /// Why it was started over with TLS.
    private var refusal: String?
    private var isSecured = false
    /// A server that sends more than this in one run is not answering our question.
    nonisolated static let mostBytes = 16 << 20
    private let mostBytes: Int
    private var exchange: (any Exchange)?
    private var deadline: RunDeadline?
    private var received = 0
    /// Something of what is awaited has arrived.
    private var hasBegun = false
    private var hasEnded = false

    init(_ context: ExchangeContext, over stream: any ProbeStream, mostBytes: Int = ExchangeProbe.mostBytes) {
        self.context = context
        self.mostBytes = mostBytes
        self.stream = stream
        way = context.securing.targets.contains(context.target) ? .tls : .tcp
    }

    func start() {
        deadline = RunDeadline(from: context.begin, context.timeout) { [unowned self] in expire() }
        stream.open { [unowned self] event in take(event) }
    }

    func cancel() { close(saying: []) }

    private func take(_ event: StreamEvent) {
        guard !hasEnded else { return }
        switch event {
        case .opened:
            // The handshake that the exchange has asked for.
            if exchange != nil { return secured() }
            var exchange = context.make(stream.local ?? context.target, way)
            let step = exchange.open()
            self.exchange = exchange
            perform(step)
        case .received(let bytes): receive(bytes)
        case .ended: closed()
        case .broken(let outcome): end(outcome)
        }
    }

    private func perform(_ step: ExchangeStep) {
        switch step {
        case .more: return
        case .send(let bytes):
            hasBegun = false
            stream.send(bytes)
        case .sendLast(let bytes):
            hasBegun = false
            stream.send(bytes)
            stream.finishSending()
        case .derive(let derivation):
            hasBegun = false
            context.keys.derive(derivation) { [weak self] key in
                guard let self, !hasEnded, let step = exchange?.derived(key) else { return }
                perform(step)
            }
        case .secure: secure()
        case .secureAfter(let bytes):
            stream.send(bytes)
            secure()
        case .needsTLS(let reason): startOver(reason)
        case .truncated: end(.failed("the answer is truncated"))
        case .passed(let reason, let farewell): end(.passed(reason), farewell)
        case .failed(let reason, let farewell): end(.failed(reason), farewell)
        case .unjudged(let reason): end(.unjudged(reason))
        }
    }

    private func receive(_ bytes: ArraySlice<UInt8>) {
        hasBegun = true
        received += bytes.count
        guard received <= mostBytes else { return end(.failed("an answer of more than \(mostBytes >> 10) KiB")) }
        perform(exchange?.receive(bytes) ?? .more)
    }

    /// The handshake begins on the connection as it is.
    private func secure() {
        switch context.securing.pool() {
        case .failure(let unable): end(unable.outcome)
        case .success(let pool):
            guard let descriptor = (stream as? PlainStream)?.release() else {
                return end(.failed("the connection is not ready for TLS"))
            }
            hasBegun = false
            stream = TLSStream(to: context.target, virtualHost: nil, .off, pool: pool, over: descriptor)
            stream.open { [unowned self] event in take(event) }
        }
    }

    private func secured() {
        isSecured = true
        context.securing.remember(context.target)
        perform(exchange?.secured() ?? .more)
    }

    /// From the beginning, asking for TLS, in what is left of the time.
    private func startOver(_ reason: String) {
        stream.close(saying: [])
        refusal = reason
        (exchange, received, hasBegun) = (nil, 0, false)
        way = .tls
        stream = PlainStream(to: context.target)
        stream.open { [unowned self] event in take(event) }
    }

    private func closed() {
        let step = exchange?.close() ?? .more
        // Whatever it wants to go on with, there is nobody any more.
        switch step {
        case .passed, .failed, .unjudged: perform(step)
        default: end(.failed(FailureReason.errno(EPIPE)))
        }
    }

    private func expire() {
        let silence = stream.silence(within: context.timeout)
        guard silence == nil, let exchange else {
            return end(silence ?? .failed(FailureReason.noConnection(within: context.timeout)))
        }
        end(.failed(context.silence(exchange, hasBegun: hasBegun)))
    }

    private func end(_ outcome: ProbeOutcome, _ farewell: [UInt8] = []) {
        close(saying: farewell)
        if case .unjudged = outcome { return context.completion(outcome) }
        guard case .tls = way, !isSecured else { return context.completion(outcome) }
        context.securing.forget(context.target)
        // What was said without TLS is what there is to say.
        context.completion(refusal.map { .failed($0) } ?? outcome)
    }

    private func close(saying farewell: [UInt8]) {
        hasEnded = true
        deadline?.cancel()
        deadline = nil
        stream.close(saying: farewell)
    }
}
