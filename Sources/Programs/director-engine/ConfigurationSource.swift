import ConfigurationFiles
import DirectorConfig
import EventLoop
import Logging
import TimeTypes

/// Where configurations come from: the file, read off the loop at start, on SIGHUP, on request, when it has changed
/// (`autoreload`), and now and then when it names hosts, whose addresses may change.
@LoopActor final class ConfigurationSource {
    static let watchPeriod = Duration.milliseconds(500)
    static let resolvePeriod = Duration.seconds(60)
    /// Diagnostics that one reading of a file puts into the log.
    static let diagnosticLimit = 50

    private let engine: Engine
    private let log: Logger
    /// The file as it was last read, whether it could be used or not.
    private var lastRead: ConfigurationFile.Identity?
    /// A changed file is read when it has stayed the same for a period: its writer may not be done yet.
    private var settling: ConfigurationFile.Identity?
    private var namesHosts = false
    private var resolveAt = EventLoop.now
    /// Readings that wait for their turn; one goes on at a time.
    private var isReading = false
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(_ engine: Engine) {
        self.engine = engine
        log = engine.log
    }

    private var path: String { engine.options.configurationFile }

    /// The first configuration. Nil when the file cannot be used; why is in the log then.
    func first() async -> Configuration? {
        do {
            let file = try await read()
            guard let configuration = file.parsed.configuration else {
                tell(file)
                return nil
            }
            tell(file)
            return configuration
        } catch {
            log.error("\(error)")
            return nil
        }
    }

    /// Reads the file again and takes it over as a whole or not at all. Nil when it is in force, else why not.
    func reload(_ occasion: Occasion) async -> String? {
        while isReading {
            await withCheckedContinuation { waiting.append($0) }
        }
        isReading = true
        defer {
            isReading = false
            let next = waiting
            waiting = []
            for continuation in next { continuation.resume() }
        }
        do {
            let file = try await read()
            guard let configuration = file.parsed.configuration else {
                // Names that cannot be resolved for the moment are not worth a word: the file was good before.
                if occasion == .names { return nil }
                tell(file)
                let first = file.parsed.diagnostics.first { $0.severity == .error }
                let reason = first.map(\.description) ?? "the file cannot be used"
                engine.refuse(reason)
                return reason
            }
            if occasion != .names { tell(file) }
            return engine.load(configuration)
        } catch {
            let reason = "\(error)"
            if occasion != .names { engine.refuse(reason) }
            return reason
        }
    }

    enum Occasion {
        case request
        case change
        case names
    }

    /// Looks after the file for the rest of the engine's life.
    func watch() {
        EventLoop.main.schedule(after: Self.watchPeriod) { [self] in
            look()
            watch()
        }
    }

    private func look() {
        if namesHosts, EventLoop.now >= resolveAt {
            start(.names)
            return
        }
        guard engine.configuration?.autoreload == true, !isReading else { return }
        let now = ConfigurationFile.identity(of: path)
        guard let now, now != lastRead else {
            settling = nil
            return
        }
        if settling == now {
            settling = nil
            log.info("configuration file \(path) has changed")
            start(.change)
        } else {
            settling = now
        }
    }

    private func start(_ occasion: Occasion) {
        resolveAt = EventLoop.now + Self.resolvePeriod
        EventLoop.main.task { @LoopActor in _ = await self.reload(occasion) }
    }

    private func read() async throws -> ConfigurationFile {
        let path = self.path
        lastRead = ConfigurationFile.identity(of: path)
        resolveAt = EventLoop.now + Self.resolvePeriod
        let start = EventLoop.now
        let file = try await EventLoop.main.runBlocking { try ConfigurationFile(path: path) }
        log.debug("\(path) read in \((EventLoop.now - start).milliseconds) ms")
        lastRead = file.identity
        namesHosts = file.namesHosts
        return file
    }

    /// Puts what is wrong with a file into the log, up to a limit.
    private func tell(_ file: ConfigurationFile) {
        let all = file.parsed.diagnostics
        for problem in all.prefix(Self.diagnosticLimit) {
            log.log(level: problem.severity == .error ? .error : .warning, "\(problem)")
        }
        if all.count > Self.diagnosticLimit {
            log.warning("\(path): \(all.count - Self.diagnosticLimit) more problems, see director check \(path)")
        }
    }
}
