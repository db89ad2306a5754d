internal import EventLoop
internal import NetworkTypes
internal import TimeTypes

/// ICMP or ICMPv6 echo: up to `attempts` requests one after the other, each with the whole timeout.
@LoopActor final class EchoProbe: ProbeRun {
    private let target: IPAddress
    private let attempts: Int
    private let timeout: Duration
    private let socket: EchoSocket
    private let completion: @LoopActor (ProbeOutcome) -> Void
    private var sent = 0
    private var sequence: UInt16?
    private var deadline: RunDeadline?
    /// Why there will be no answer to the request that was sent last.
    private var problem: ProbeOutcome?
    /// A request went out, so that its silence says something.
    private var wasAsked = false

    init(
        _ target: IPAddress, attempts: Int, timeout: Duration, socket: EchoSocket,
        completion: @escaping @LoopActor (ProbeOutcome) -> Void
    ) {
        self.target = target
        self.attempts = max(1, attempts)
        self.timeout = timeout
        self.socket = socket
        self.completion = completion
    }

    func start() {
        sent += 1
        problem = nil
        deadline = RunDeadline(from: EventLoop.now, timeout) { [unowned self] in expire() }
        do throws(EchoSocket.Failure) {
            sequence = try socket.send(to: target) { [unowned self] error in
                sequence = nil
                if error == 0 { return end(.passed("echo reply")) }
                // A router's word may be about a moment only: the next attempt waits for its turn.
                problem = .failed(FailureReason.errno(error))
            }
            wasAsked = true
        } catch {
            problem = error.outcome
        }
    }

    func cancel() {
        deadline?.cancel()
        deadline = nil
        if let sequence { socket.forget(sequence) }
        sequence = nil
    }

    private func expire() {
        cancel()
        if sent < attempts { return start() }
        let requests = attempts == 1 ? "" : " to \(attempts) requests, each"
        let silence = ProbeOutcome.failed("no echo reply\(requests) within \(FailureReason.text(timeout))")
        if case .unjudged = problem, wasAsked { return end(silence) }
        end(problem ?? silence)
    }

    private func end(_ outcome: ProbeOutcome) {
        cancel()
        completion(outcome)
    }
}
