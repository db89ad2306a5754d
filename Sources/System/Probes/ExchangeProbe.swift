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
        if let complaint = exchange.complaint { return complaint }
        let time = FailureReason.text(timeout)
        return hasBegun ? "\(exchange.awaited) not complete within \(time)" : "no \(exchange.awaited) within \(time)"
    }
}

/// An exchange over TCP.
@LoopActor final class ExchangeProbe: ProbeRun {
    /// Where bytes arrive; one for all runs, since each is done with it before the loop turns on.
    private static var buffer = [UInt8](repeating: 0, count: 65_536)
    private let context: ExchangeContext
    /// A server that sends more than this in one run is not answering our question.
    private let mostBytes: Int
    private var exchange: (any Exchange)?
    private var connection: ProbeConnection?
    private var deadline: RunDeadline?
    private var unsent: ArraySlice<UInt8> = []
    private var isLast = false
    private var received = 0
    /// Something of what is awaited has arrived.
    private var hasBegun = false

    init(_ context: ExchangeContext, mostBytes: Int = 16 << 20) {
        self.context = context
        self.mostBytes = mostBytes
    }

    func start() {
        do throws(ProbeConnection.Failure) {
            let connection = try ProbeConnection(to: context.target)
            self.connection = connection
            deadline = RunDeadline(from: context.begin, context.timeout) { [unowned self] in expire() }
            try wait(connection)
        } catch {
            end(.failed(FailureReason.errno(error.number)))
        }
    }

    func cancel() {
        deadline?.cancel()
        deadline = nil
        connection?.close()
        connection = nil
    }

    private func wait(_ connection: ProbeConnection) throws(ProbeConnection.Failure) {
        do throws(LoopError) {
            try connection.wait(connection.isConnected ? .readable : .writable) { [unowned self] in ready($0) }
            if connection.isConnected { connected(connection) }
        } catch {
            end(.failed(error.description))
        }
    }

    private func ready(_ readiness: Readiness) {
        guard let connection else { return }
        guard exchange != nil else {
            let isDoubtful = readiness.contains(.error) || readiness.contains(.hangup)
            let number = isDoubtful ? connection.pendingError : 0
            if number != 0 { return end(.failed(FailureReason.errno(number))) }
            return connected(connection)
        }
        if !unsent.isEmpty, readiness.contains(.writable) { flush() }
        if self.connection != nil, readiness != .writable { receive() }
    }

    private func connected(_ connection: ProbeConnection) {
        let number = connection.refusal()
        guard number == 0 else { return end(.failed(FailureReason.errno(number))) }
        var exchange = context.make(connection.local ?? context.target, false)
        let step = exchange.open()
        self.exchange = exchange
        perform(step)
        watch()
    }

    private func perform(_ step: ExchangeStep) {
        switch step {
        case .more: return
        case .send(let bytes): send(bytes)
        case .sendLast(let bytes):
            isLast = true
            send(bytes)
        case .derive(let derivation):
            hasBegun = false
            context.keys.derive(derivation) { [weak self] key in
                guard let self, connection != nil, let step = exchange?.derived(key) else { return }
                perform(step)
                watch()
            }
        case .truncated: end(.failed("the answer is truncated"))
        case .passed(let reason, let farewell): end(.passed(reason), farewell)
        case .failed(let reason, let farewell): end(.failed(reason), farewell)
        }
    }

    private func send(_ bytes: [UInt8]) {
        hasBegun = false
        unsent += bytes
        flush()
    }

    private func flush() {
        guard let connection else { return }
        if !unsent.isEmpty {
            let count = connection.send(unsent)
            if count < 0 {
                // A connection that is broken may still hold the server's last words.
                if count != -Int(EAGAIN), count != -Int(EINTR) { unsent = [] }
            } else {
                unsent = unsent.dropFirst(count)
            }
        }
        if unsent.isEmpty, isLast {
            isLast = false
            connection.finishSending()
        }
    }

    private func watch() {
        do throws(LoopError) {
            try connection?.update(unsent.isEmpty ? .readable : [.readable, .writable])
        } catch {
            end(.failed(error.description))
        }
    }

    private func receive() {
        guard let connection else { return }
        let count = connection.receive(into: &Self.buffer)
        if count < 0 {
            if count != -Int(EAGAIN), count != -Int(EINTR) { end(.failed(FailureReason.errno(Int32(-count)))) }
            return
        }
        guard count > 0 else { return closed() }
        hasBegun = true
        received += count
        guard received <= mostBytes else { return end(.failed("an answer of more than \(mostBytes >> 10) KiB")) }
        perform(exchange?.receive(Self.buffer[..<count]) ?? .more)
        watch()
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
        guard let exchange else { return end(.failed(FailureReason.noConnection(within: context.timeout))) }
        end(.failed(context.silence(exchange, hasBegun: hasBegun)))
    }

    private func end(_ outcome: ProbeOutcome, _ farewell: [UInt8] = []) {
        if !farewell.isEmpty { _ = connection?.send(farewell[...]) }
        cancel()
        context.completion(outcome)
    }
}
