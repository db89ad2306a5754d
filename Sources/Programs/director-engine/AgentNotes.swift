import ConfigurationFiles
import ControlProtocol
import DirectorCore
import EventLoop
import Logging

/// The engine's memory of what the servers' agents have said. Agents that report their load say something else all the
/// time, so it is written once a second at most, off the loop, and at the end.
@LoopActor final class AgentNotes {
    static let pause = Duration.seconds(1)

    private let file: StateFile
    private let log: Logger
    private var stored = AgentMemory()
    private var seen = 0
    private var timer: LoopTimer?
    private var isWriting = false
    /// What the log was told last, so that it is told once.
    private var problem: FileProblem?

    init(directory: String, log: Logger) {
        file = StateFile(path: directory + "/agents")
        self.log = log
    }

    func load() -> AgentMemory {
        do {
            guard let bytes = try file.read() else { return AgentMemory() }
            stored = try AgentMemory(json: JSON(parsing: bytes))
        } catch {
            log.warning("what agents said to an earlier run (\(file.path)) is not known: \(error)")
        }
        return stored
    }

    /// Something may have changed.
    func look(_ engine: Engine) {
        guard timer == nil, !isWriting, let changes = engine.director?.agentChanges, changes != seen else { return }
        timer = EventLoop.main.schedule(after: Self.pause) { [weak self, weak engine] in
            guard let self else { return }
            timer = nil
            guard let engine, let director = engine.director else { return }
            seen = director.agentChanges
            write(director.agentMemory, then: engine)
        }
    }

    private func write(_ memory: AgentMemory, then engine: Engine) {
        guard memory != stored else { return }
        isWriting = true
        let (file, bytes) = (self.file, memory.json.line + [UInt8(ascii: "\n")])
        EventLoop.main.task { @LoopActor [weak engine] in
            do {
                try await EventLoop.main.runBlocking { try file.write(bytes) }
                self.stored = memory
                self.problem = nil
            } catch {
                self.failed(error as? FileProblem)
            }
            self.isWriting = false
            if let engine { self.look(engine) }
        }
    }

    private func failed(_ reason: FileProblem?) {
        if problem == nil || problem != reason, let reason {
            log.warning("the next run will not know what agents said: \(reason)")
        }
        problem = reason
    }

    /// At the end there is no loop any more to wait on.
    func finish(_ memory: AgentMemory) {
        timer?.cancel()
        guard memory != stored else { return }
        do {
            try file.write(memory.json.line + [UInt8(ascii: "\n")])
        } catch {
            failed(error)
        }
    }
}
