internal import EventLoop
internal import HealthChecking
internal import NetworkTypes
internal import Patterns
internal import TimeTypes

/// FTP's two connections: the conversation over the one, the file over the other.
@LoopActor final class FTPProbe: ProbeRun {
    private let target: Endpoint
    private let control: PlainStream
    private var data: PlainStream?
    private var dialogue: FTPDialogue
    private let pattern: Pattern?
    private let timeout: Duration
    private let begin: MonotonicInstant
    private let completion: @LoopActor (ProbeOutcome) -> Void
    private var deadline: RunDeadline?
    private var hasEnded = false

    init(
        _ target: Endpoint, _ dialogue: FTPDialogue, pattern: Pattern?, timeout: Duration, begin: MonotonicInstant,
        completion: @escaping @LoopActor (ProbeOutcome) -> Void
    ) {
        self.target = target
        self.dialogue = dialogue
        self.pattern = pattern
        self.timeout = timeout
        self.begin = begin
        self.completion = completion
        control = PlainStream(to: target)
    }

    func start() {
        deadline = RunDeadline(from: begin, timeout) { [unowned self] in
            end(.failed(control.silence(within: timeout) ?? dialogue.silence(within: FailureReason.text(timeout))))
        }
        control.open { [unowned self] event in takeControl(event) }
    }

    func cancel() { close(saying: []) }

    private func takeControl(_ event: StreamEvent) {
        guard !hasEnded else { return }
        switch event {
        case .opened: break
        case .received(let bytes): perform(dialogue.receive(bytes))
        case .ended: end(.failed(dialogue.closure))
        case .failed(let reason): end(.failed(reason))
        }
    }

    private func takeData(_ event: StreamEvent) {
        guard !hasEnded else { return }
        switch event {
        case .opened: perform(dialogue.dataOpened())
        case .received(let bytes): perform(dialogue.receiveData(bytes))
        case .ended:
            data?.close(saying: [])
            data = nil
            perform(dialogue.dataEnded())
        case .failed(let reason): end(.failed("data connection: \(reason)"))
        }
    }

    private func perform(_ step: FTPDialogue.Step) {
        switch step {
        case .control(.wait): break
        case .control(.send(let bytes)): control.send(bytes)
        case .control(.passed(let reason, let subject, let farewell)):
            let problem = subject.flatMap { PatternVerdict.problem(pattern, in: $0, "the file") }
            end(problem.map { .failed($0) } ?? .passed(reason), saying: farewell)
        case .control(.failed(let reason)): end(.failed(reason))
        case .openData(let port):
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
