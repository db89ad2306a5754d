internal import EventLoop
internal import HealthChecking
internal import Patterns
internal import TimeTypes

/// A conversation that a machine of Core leads over a stream.
@LoopActor final class DialogueProbe: ProbeRun {
    private let stream: any DialogueStream
    private var dialogue: any Dialogue
    private let pattern: Pattern?
    private let timeout: Duration
    private let begin: MonotonicInstant
    private let completion: @LoopActor (ProbeOutcome) -> Void
    private var deadline: RunDeadline?
    private var hasEnded = false

    init(
        _ stream: any DialogueStream, _ dialogue: any Dialogue, pattern: Pattern?, timeout: Duration,
        begin: MonotonicInstant, completion: @escaping @LoopActor (ProbeOutcome) -> Void
    ) {
        self.stream = stream
        self.dialogue = dialogue
        self.pattern = pattern
        self.timeout = timeout
        self.begin = begin
        self.completion = completion
    }

    func start() {
        deadline = RunDeadline(from: begin, timeout) { [unowned self] in
            end(.failed(stream.silence(within: timeout) ?? dialogue.silence(within: FailureReason.text(timeout))))
        }
        stream.open { [unowned self] event in take(event) }
    }

    func cancel() { close(saying: []) }

    private func take(_ event: StreamEvent) {
        guard !hasEnded else { return }
        switch event {
        case .opened: perform(dialogue.begin())
        case .received(let bytes): perform(dialogue.receive(bytes))
        case .ended: perform(dialogue.end())
        case .failed(let reason): end(.failed(reason))
        }
    }

    private func perform(_ step: DialogueStep) {
        switch step {
        case .wait: break
        case .send(let bytes): stream.send(bytes)
        case .passed(let reason, let subject, let farewell):
            let problem = subject.flatMap { PatternVerdict.problem(pattern, in: $0) }
            end(problem.map { .failed($0) } ?? .passed(reason), saying: farewell)
        case .failed(let reason): end(.failed(reason))
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
        stream.close(saying: farewell)
    }
}
