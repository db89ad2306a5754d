internal import EventLoop
internal import NetworkTypes
internal import TimeTypes

/// A TCP connection that is established and closed at once.
@LoopActor final class ConnectProbe: ConnectingRun {
    private let target: Endpoint
    private let timeout: Duration
    private let begin: MonotonicInstant
    private let batch: ConnectBatch
    private let completion: @LoopActor (ProbeOutcome) -> Void
    private var connection: ProbeConnection?
    private var deadline: RunDeadline?

    init(
        _ target: Endpoint, timeout: Duration, begin: MonotonicInstant, batch: ConnectBatch,
        completion: @escaping @LoopActor (ProbeOutcome) -> Void
    ) {
        self.target = target
        self.timeout = timeout
        self.begin = begin
        self.batch = batch
        self.completion = completion
    }

    func start() {
        do throws(ProbeConnection.Failure) {
            // A reset instead of the handshake's end is what scanners of ports do.
            let connection = try ProbeConnection(to: target, speaksFirst: ProbeConnection.isCloseGraceful(at: begin))
            self.connection = connection
            batch.add(self, connection)
        } catch {
            end(.error(error.number))
        }
    }

    func settle(_ readiness: Readiness?) {
        guard let connection else { return }
        if let readiness { ready(readiness) } else { waitFor(connection) }
    }

    func cancel() {
        deadline?.cancel()
        deadline = nil
        connection?.close()
        connection = nil
    }

    private func waitFor(_ connection: ProbeConnection) {
        do throws(LoopError) {
            try connection.wait(.writable) { [unowned self] readiness in ready(readiness) }
        } catch {
            return end(.error(error))
        }
        deadline = RunDeadline(from: begin, timeout) { [unowned self] in
            end(.failed(FailureReason.noConnection(within: timeout)))
        }
    }

    private func ready(_ readiness: Readiness) {
        // Writable without an error is connected: the kernel reports a failed connection as an error as well.
        let isDoubtful = readiness.contains(.error) || readiness.contains(.hangup)
        guard let connection else { return }
        let number = isDoubtful ? connection.pendingError : 0
        end(number == 0 ? connected(connection) : .failed(FailureReason.errno(number)))
    }

    private func connected(_ connection: ProbeConnection) -> ProbeOutcome {
        let number = connection.refusal()
        return number == 0 ? .passed("connected") : .failed(FailureReason.errno(number))
    }

    private func end(_ outcome: ProbeOutcome) {
        cancel()
        completion(outcome)
    }
}
