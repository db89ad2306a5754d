internal import EventLoop
internal import HealthChecking
internal import NetworkTypes
internal import TimeTypes

/// FTP's two connections: the conversation over the one, the file over the other.
@LoopActor final class FTPProbe: ProbeRun {
    private let target: Endpoint
    private let control: PlainStream
    private var data: PlainStream?
    private var session: FTPSession
    /// Something of what is awaited has arrived.
    private var hasBegun = false
    private let timeout: Duration
    private let begin: MonotonicInstant
    private let completion: @LoopActor (ProbeOutcome) -> Void
    private var deadline: RunDeadline?
    private var hasEnded = false

    init(
        _ target: Endpoint, _ session: FTPSession, timeout: Duration, begin: MonotonicInstant,
        completion: @escaping @LoopActor (ProbeOutcome) -> Void
    ) {
        self.target = target
        self.session = session
        self.timeout = timeout
        self.begin = begin
        self.completion = completion
        control = PlainStream(to: target)
    }

    func start() {
        deadline = RunDeadline(from: begin, timeout) { [unowned self] in
            let silence = FailureReason.silence(session.awaited, hasBegun: hasBegun, within: timeout)
            end(control.silence(within: timeout) ?? .failed(silence))
        }
        control.open { [unowned self] event in takeControl(event) }
    }

    func cancel() { close(saying: []) }

    private func takeControl(_ event: StreamEvent) {
        guard !hasEnded else { return }
        switch event {
        case .opened: break
        case .received(let bytes):
            hasBegun = true
            perform(session.receive(bytes))
        case .ended: end(.failed("connection closed by the server before its \(session.awaited)"))
        case .broken(let outcome): end(outcome)
        }
    }

    private func takeData(_ event: StreamEvent) {
        guard !hasEnded else { return }
        switch event {
        case .opened: perform(session.dataOpened())
        case .received(let bytes): perform(session.receiveData(bytes))
        case .ended:
            data?.close(saying: [])
            data = nil
            hasBegun = false
            perform(session.dataEnded())
        case .broken(let outcome): end(outcome.with { "data connection: \($0)" })
        }
    }

    private func perform(_ step: FTPSession.Step) {
        switch step {
        case .control(.send(let bytes)):
            hasBegun = false
            control.send(bytes)
        case .control(.passed(let reason, let farewell)): end(.passed(reason), saying: farewell)
        case .control(.failed(let reason, let farewell)): end(.failed(reason), saying: farewell)
        case .control(.unjudged(let reason)): end(.unjudged(reason))
        // Nothing else is ever asked for.
        case .control: break
        case .openData(let port):
            hasBegun = false
            let stream = PlainStream(to: Endpoint(target.address, port))
            data = stream
            stream.open { [unowned self] event in takeData(event) }
        }
    }

    private func end(_ outcome: ProbeOutcome, saying farewell: [UInt8] = []) {
        close(saying: farewell)
        completion(outcome)
    }

    private func close(saying farewell: [UInt8]) {
        hasEnded = true
        deadline?.cancel()
        deadline = nil
        data?.close(saying: [])
        control.close(saying: farewell)
    }
}
