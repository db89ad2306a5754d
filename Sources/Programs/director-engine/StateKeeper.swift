import ConfigurationFiles
import EventLoop
import Logging

/// Keeps the latest version of a small file on the disk, written off the loop, one version after the other; what
/// cannot be written is said once and tried again with the next change.
@LoopActor final class StateKeeper {
    private let file: StateFile
    private let what: String
    private let log: Logger
    private var wanted: [UInt8]?
    private var stored: [UInt8]?
    private var isWriting = false
    private var problem: FileProblem?

    /// - Parameter what: for messages: `orders`.
    init(path: String, what: String, log: Logger) {
        file = StateFile(path: path)
        self.what = what
        self.log = log
    }

    /// What an earlier run left; it blocks, for the start.
    func load() throws(FileProblem) -> [UInt8]? {
        stored = try file.read()
        return stored
    }

    func store(_ bytes: [UInt8]) {
        guard bytes != (isWriting ? wanted : stored) else { return }
        wanted = bytes
        guard !isWriting else { return }
        isWriting = true
        EventLoop.main.task { @LoopActor in await self.write() }
    }

    private func write() async {
        while let bytes = wanted, bytes != stored {
            let file = self.file
            do {
                try await EventLoop.main.runBlocking { try file.write(bytes) }
                stored = bytes
                problem = nil
            } catch {
                let found = error as? FileProblem
                if problem == nil || problem != found { log.error("\(what) would not outlast a restart: \(error)") }
                problem = found
                break
            }
        }
        isWriting = false
    }
}
