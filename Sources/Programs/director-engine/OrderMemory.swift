import ConfigurationFiles
import ControlProtocol
import DirectorCore
import EventLoop
import Glibc
import Logging

/// The engine's memory of the operator's orders and of the drains under way: written off the loop whenever it changes,
/// one version after the other.
@LoopActor final class OrderMemory {
    private let file: StateFile
    private var wanted = OperatorMemory()
    private var stored = OperatorMemory()
    private var isWriting = false
    private var problem: FileProblem?
    private var waiting: [CheckedContinuation<Void, Never>] = []
    /// Between two attempts while the disk takes nothing and nothing else happens.
    private let pause: Duration
    private var retry: LoopTimer?

    /// - Parameter stateDirectory: nil for the runtime directory.
    init(runtimeDirectory: String, stateDirectory: String?, pause: Duration = .seconds(2)) {
        self.pause = pause
        let path = runtimeDirectory + "/orders"
        if let stateDirectory { mkdir(stateDirectory, 0o755) }
        // By its true name, since a link leads there: `.` is another directory for who follows it, and the runtime
        // directory itself may be what is meant.
        let directory = stateDirectory.map { StateFile.realPath($0) ?? $0 }
        guard let directory, directory != StateFile.realPath(runtimeDirectory) else {
            file = StateFile(path: path)
            return
        }
        file = StateFile(path: directory + "/orders")
        // What was kept before there was a directory for it.
        if (try? file.read()) == .some(nil), let bytes = try? StateFile(path: path).read() { try? file.write(bytes) }
        // Commands that know the runtime directory find it too.
        unlink(path)
        symlink(file.path, path)
    }

    /// What the run before left; nothing where the file says nothing sensible.
    func load(log: Logger) -> OperatorMemory {
        do {
            guard let bytes = try file.read() else { return OperatorMemory() }
            stored = try OperatorMemory(json: JSON(parsing: bytes))
            wanted = stored
        } catch {
            log.error("orders of an earlier run (\(file.path)) are not known: \(error)")
        }
        return stored
    }

    func store(_ memory: OperatorMemory, log: Logger) {
        // What could not be written is tried again whenever there is something to do, and now and then.
        guard memory != wanted || (problem != nil && memory != stored) else { return }
        wanted = memory
        begin(log: log)
    }

    private func begin(log: Logger) {
        guard !isWriting else { return }
        isWriting = true
        EventLoop.main.task { @LoopActor in await self.write(log: log) }
    }

    /// Returns when what was stored last is on the disk: why not, or nil.
    func settled() async -> String? {
        if isWriting { await withCheckedContinuation { waiting.append($0) } }
        return wanted == stored ? nil : problem.map { "\($0)" } ?? "it could not be written"
    }

    private func write(log: Logger) async {
        while wanted != stored {
            let memory = wanted
            let (file, bytes) = (self.file, memory.json.line + [UInt8(ascii: "\n")])
            do {
                try await EventLoop.main.runBlocking { try file.write(bytes) }
                stored = memory
                problem = nil
            } catch {
                let found = error as? FileProblem
                if problem == nil || problem != found { log.error("orders would not outlast a restart: \(error)") }
                problem = found
                retry?.cancel()
                retry = EventLoop.main.schedule(after: pause) { [weak self] in self?.begin(log: log) }
                break
            }
        }
        isWriting = false
        for waiter in waiting { waiter.resume() }
        waiting = []
    }
}
