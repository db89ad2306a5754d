import ConfigurationFiles
import Daemons
import EventLoop
import Logging

/// What is in force, kept in the runtime directory for the engine that is started in place of this one should it die:
/// by then the file may be one that was refused, or the addresses of its host names may be asked for in vain.
@LoopActor final class ConfigurationCopy {
    private let file: RuntimeFile
    private let path: String
    /// A dead engine's work is to be gone on with, be it for its end alone.
    private let isSuccessor: Bool
    private let log: Logger
    /// Not written yet.
    private var wanted: ConfigurationFile?
    private var stored: ConfigurationFile?
    private var isWriting = false

    init(_ options: DaemonOptions, log: Logger) {
        // A vrrp section may have a password.
        file = RuntimeFile("in-force", in: options.runtimeDirectory, mode: 0o600)
        path = options.configurationFile
        isSuccessor = options.predecessor != nil || options.isFarewell
        self.log = log
    }

    /// What the engine before this one had in force. Nil, and forgotten, where nobody died: who starts a director anew
    /// means the file.
    func left() async -> ConfigurationFile? {
        let (file, path, isSuccessor) = (self.file, self.path, self.isSuccessor)
        do {
            stored = try await EventLoop.main.runBlocking { () throws -> ConfigurationFile? in
                guard isSuccessor else {
                    file.remove()
                    return nil
                }
                return try file.readBytes().flatMap { ConfigurationFile(copy: $0, path: path) }
            }
        } catch {
            log.warning("what was in force before is not known: \(error)")
        }
        return stored
    }

    /// This is in force from now on.
    func keep(_ file: ConfigurationFile) {
        if let last = wanted ?? stored, last.isSame(as: file) { return }
        wanted = file
        guard !isWriting else { return }
        isWriting = true
        EventLoop.main.task { @LoopActor in await self.write() }
    }

    private func write() async {
        while let next = wanted {
            wanted = nil
            let file = self.file
            do {
                try await EventLoop.main.runBlocking { try file.write(next.copy) }
                stored = next.lean
            } catch {
                stored = nil
                log.warning("what is in force will not be known after a crash: \(error)")
                // What was in force before this is not to be gone back to.
                _ = try? await EventLoop.main.runBlocking { file.remove() }
            }
        }
        isWriting = false
    }
}
