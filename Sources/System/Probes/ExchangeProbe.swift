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
    let make: @LoopActor (_ local: Endpoint, _ isDatagram: Bool) -> any Exchange
    let keys: DerivedKeys
    let completion: @LoopActor (ProbeOutcome) -> Void

    /// The words for a server that was not done in time.
    func silence(_ exchange: any Exchange, hasBegun: Bool) -> String {
        exchange.complaint ?? FailureReason.silence(exchange.awaited, hasBegun: hasBegun, within: timeout)
    }
}

/// An exchange over TCP or TLS.
@LoopActor final class ExchangeProbe: ProbeRun {
    private let context: ExchangeContext
    private let stream: any ProbeStream
    /// A server that sends more than this in one run is not answering our question.
    private let mostBytes: Int
    private var exchange: (any Exchange)?
    private var deadline: RunDeadline?
    private var received = 0
    /// Something of what is awaited has arrived.
    private var hasBegun = false
    private var hasEnded = false

    init(_ context: ExchangeContext, over stream: any ProbeStream, mostBytes: Int = 16 << 20) {
        self.context = context
        self.mostBytes = mostBytes
        self.stream = stream
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
            var exchange = context.make(stream.local ?? context.target, false)
            let step = exchange.open()
            self.exchange = exchange
            perform(step)
        case .received(let bytes): receive(bytes)
        case .ended: closed()
        case .failed(let reason): end(.failed(reason))
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
        case .truncated: end(.failed("the answer is truncated"))
        case .passed(let reason, let farewell): end(.passed(reason), farewell)
        case .failed(let reason, let farewell): end(.failed(reason), farewell)
        }
    }

    private func receive(_ bytes: ArraySlice<UInt8>) {
        hasBegun = true
        received += bytes.count
        guard received <= mostBytes else { return end(.failed("an answer of more than \(mostBytes >> 10) KiB")) }
        perform(exchange?.receive(bytes) ?? .more)
    }

    private func closed() {
        let step = exchange?.close() ?? .more
        // Whatever it wants to go on with, there is nobody any more.
        switch step {
        case .passed, .failed: perform(step)
        default: end(.failed(FailureReason.errno(EPIPE)))
        }
    }

    private func expire() {
        let silence = stream.silence(within: context.timeout)
        guard silence == nil, let exchange else {
            return end(.failed(silence ?? FailureReason.noConnection(within: context.timeout)))
        }
        end(.failed(context.silence(exchange, hasBegun: hasBegun)))
    }

    private func end(_ outcome: ProbeOutcome, _ farewell: [UInt8] = []) {
        close(saying: farewell)
        context.completion(outcome)
    }

    private func close(saying farewell: [UInt8]) {
        hasEnded = true
        deadline?.cancel()
        deadline = nil
        stream.close(saying: farewell)
    }
}
