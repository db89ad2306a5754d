import ControlProtocol
import DirectorConfig
import DirectorCore
import EventLoop
import TimeTypes

/// Takes in what monitors and applications outside report, waits for their heartbeats, and remembers both over
/// restarts. What is taken in, and from whom, `OutsideMonitors` decides.
@LoopActor final class OutsideWatch {
    private unowned let engine: Engine
    private let keeper: StateKeeper
    private var monitors: OutsideMonitors
    /// What is raised and registered now.
    private(set) var memory = OutsideMemory()
    private var timer: LoopTimer?

    init(_ engine: Engine, directory: String) {
        self.engine = engine
        keeper = StateKeeper(path: directory + "/outside", what: "reports from outside", log: engine.log)
        do {
            if let bytes = try keeper.load() { memory = try OutsideMemory(json: JSON(parsing: bytes)) }
        } catch {
            engine.log.error("heartbeats and events that an earlier run knew of are not known: \(error)")
        }
        monitors = OutsideMonitors(memory, at: EventLoop.now)
    }

    /// Heartbeats that the last run waited for are waited for from now on.
    func begin() {
        waitForNext()
    }

    func take(_ report: OutsideReport, user: UInt32, mayChange: Bool) async -> ControlResponse {
        let reporter = OutsideMonitors.Reporter(user: user, name: await name(of: user), mayChange: mayChange)
        let now = EventLoop.moment
        do throws(OutsideMonitors.Refusal) {
            let outcome =
                switch report {
                case .event(let name, let isUp, let source, let text):
                    try monitors.report(name, isUp: isUp, source: source, text: text, by: reporter, at: now)
                case .beat(let name, let every): try monitors.beat(name, every: every, by: reporter, at: now)
                case .failed(let name, let reason): try monitors.fail(name, reason, by: reporter, at: now)
                case .end(let name): try monitors.end(name, by: reporter, at: now)
                }
            tell(outcome.events)
            return .done(["text": .string(outcome.text)])
        } catch {
            return .refused(error.description)
        }
    }

    private func name(of user: UInt32) async -> String {
        let name = await engine.userName(user)
        // A user who has no name is known by the number, in a form that may be the name of a source.
        return OutsideName.isValid(name) ? name : "user-\(user)"
    }

    private func tell(_ events: [EventRecord]) {
        if !events.isEmpty || monitors.hasChanged(since: memory) {
            memory = monitors.memory
            keeper.store(memory.json.line + [UInt8(ascii: "\n")])
        }
        for event in events { engine.reportFromOutside(event) }
        waitForNext()
    }

    private func waitForNext() {
        guard let deadline = monitors.nextDeadline else {
            timer?.cancel()
            timer = nil
            return
        }
        // One that fires too early finds nothing due and waits again: a heartbeat need not move it.
        if let timer, timer.isScheduled, timer.deadline <= deadline { return }
        timer?.cancel()
        timer = EventLoop.main.schedule(at: deadline) { [weak self] in
            guard let self else { return }
            tell(monitors.advance(to: EventLoop.moment))
        }
    }
}

extension Engine {
    /// Monitors may say the same again and again.
    func reportFromOutside(_ record: EventRecord) {
        if record.kind == .eventCleared || record.kind == .aliveBack {
            director?.forgetRepetitions(clearedBy: record, at: EventLoop.moment)
        }
        report(record)
    }
}
