import ConfigurationFiles
import DirectorConfig
import DirectorCore
import EventLoop
import Logging
import TimeTypes

/// Where configurations come from: the file, read off the loop at start, on SIGHUP, on request, when it has changed
/// (`autoreload`), and now and then when it names hosts, whose addresses may change.
@LoopActor final class ConfigurationSource {
    static let watchPeriod = Duration.milliseconds(500)
    /// Looks at a changed file that must find it the same before it is read: its writer may not be done yet.
    static let settledLooks = 3
    /// The same for one whose last line has no end, which is most often one that is still being written.
    static let unendedLooks = 20
    static let resolvePeriod = Duration.seconds(60)
    /// Diagnostics that one reading of a file puts into the log.
    static let diagnosticLimit = 50

    private let engine: Engine
    private let log: Logger
    /// The file as it was last read, whether it could be used or not.
    private var lastRead: ConfigurationFile.Identity?
    private var readDigest: UInt64?
    /// The file as it was when it was last looked whether it has changed, and what its content was.
    private var lastLooked: ConfigurationFile.Identity?
    private var lastDigest: UInt64?
    /// What is in force, read again for the sake of its host names.
    private var inForce: ConfigurationFile?
    /// The changed file as it was last seen, and how often.
    private var settling: (identity: ConfigurationFile.Identity, looks: Int)?
    /// The file that was not taken over since its last line has no end, and how often it was seen the same since.
    private var unended: (identity: ConfigurationFile.Identity, looks: Int)?
    private var resolveAt = EventLoop.now
    /// Readings that wait for their turn; one goes on at a time.
    private var isReading = false
    private var waiting: [CheckedContinuation<Void, Never>] = []
    /// A signal asked for a reading that has not begun.
    private var isSignalled = false
    private var isServingSignals = false

    init(_ engine: Engine) {
        self.engine = engine
        log = engine.log
        engine.pair.onNews = { [unowned self] digest in
            EventLoop.main.task { @LoopActor in await self.compareWithPair(digest) }
        }
    }

    private var path: String { engine.options.configurationFile }

    /// The first configuration, handed to `begin`. False when the file cannot be used; why is in the log then.
    func first(_ begin: (Configuration) throws -> Void) async throws -> Bool {
        await takeTurn()
        defer { endTurn() }
        let file: ConfigurationFile
        do {
            file = try await read()
        } catch {
            log.error("\(error)")
            return false
        }
        tell(file)
        guard let configuration = file.parsed.configuration else { return false }
        try begin(configuration)
        inForce = file
        lastLooked = file.identity
        lastDigest = file.digest
        return true
    }

    /// Reads the file again because of a signal. However many come while one reading goes on, one more is enough.
    func reloadOnSignal() {
        isSignalled = true
        guard !isServingSignals else { return }
        isServingSignals = true
        EventLoop.main.task { @LoopActor [self] in
            while isSignalled {
                isSignalled = false
                log.info("reloading the configuration on SIGHUP")
                let told = engine.measures.refusedLoads
                // Unless the event has just said so.
                if let problem = await reload(.request), engine.measures.refusedLoads == told {
                    log.error("not reloaded: \(problem)")
                }
            }
            isServingSignals = false
        }
    }

    /// Reads the file again and takes it over as a whole or not at all. Nil when it is in force, else why not.
    func reload(_ occasion: Occasion) async -> String? {
        await takeTurn()
        defer { endTurn() }
        do {
            let file = try await read()
            if occasion != .request, let reason = unfinished(file, occasion) {
                engine.refuse(reason)
                return reason
            }
            guard let configuration = file.parsed.configuration else {
                let first = file.parsed.diagnostics.first { $0.severity == .error }
                let reason = first.map(\.description) ?? "the file cannot be used"
                tell(file, except: reason)
                engine.refuse(reason)
                return reason
            }
            tell(file)
            if let reason = await engine.pair.prepare(configuration, digest: file.digest) {
                engine.refuse(reason)
                return reason
            }
            let problem = engine.load(configuration)
            let refusal = await engine.pair.finishReload(isInForce: problem == nil)
            if let refusal {
                // A file counts as a whole.
                engine.takeBackLoad()
                engine.refuse(refusal)
                return refusal
            }
            if problem == nil {
                engine.keepLoad()
                inForce = file
            }
            return problem
        } catch {
            engine.refuse("\(error)")
            return "\(error)"
        }
    }

    /// director-vrrp was started on another version of the file than what is in force here, or has missed a reload: it
    /// gets what is in force, as long as the file still says so.
    private func compareWithPair(_ digest: String) async {
        await takeTurn()
        defer { endTurn() }
        func isOther() -> Bool {
            inForce.map { String($0.digest, radix: 16) != engine.pair.state?.fileDigest } ?? false
        }
        guard isOther(), let inForce, let configuration = engine.configuration, !configuration.routers.isEmpty else {
            return
        }
        let path = self.path
        let onDisk = try? await EventLoop.main.runBlocking { ConfigurationFile.digest(of: path) }
        var reason: String? = "the file has changed since it was taken over"
        if onDisk ?? nil == inForce.digest {
            reason = await engine.pair.prepare(configuration, digest: inForce.digest)
            if reason == nil { reason = await engine.pair.finishReload(isInForce: true) }
        }
        guard let reason else { return }
        engine.report(
            EventRecord(
                .remark, .warning, at: EventLoop.wallTime,
                "director-vrrp runs another version of \(path) than the engine (\(reason)): director reload"))
    }

    /// Looks the names up again in what is in force, whatever has become of the file. Names that cannot be found for
    /// the moment change nothing.
    private func resolveAgain() async {
        await takeTurn()
        defer { endTurn() }
        resolveAt = EventLoop.now + Self.resolvePeriod
        guard let old = inForce else { return }
        do {
            let file = try await EventLoop.main.runBlocking { old.resolvedAgain() }
            guard let configuration = file.parsed.configuration else { return }
            if let problem = engine.load(configuration, isFile: false) {
                log.warning("new addresses of names are not in force: \(problem)")
            } else {
                engine.keepLoad()
                inForce = file
            }
        } catch {
            log.warning("names cannot be looked up again: \(error)")
        }
    }

    /// A change of the file alone never takes everything away: that is a file that somebody is still writing. One that
    /// merely lacks its last newline is whole when nobody goes on writing.
    private func unfinished(_ file: ConfigurationFile, _ occasion: Occasion) -> String? {
        let advice = "if it is meant so, SIGHUP or director reload takes it over"
        if !file.endsWithLine, occasion != .standstill(file.identity) {
            unended = (file.identity, 0)
            return "\(path) ends in the middle of a line, as if it were still being written; it is taken over when it "
                + "stays so for 10 seconds"
        }
        let names = file.parsed.configuration.map { !$0.virtuals.isEmpty } ?? true
        let hadNames = engine.configuration?.virtuals.isEmpty == false
        return names || !hadNames ? nil : "\(path) names no virtual service any more; \(advice)"
    }

    private func takeTurn() async {
        while isReading {
            await withCheckedContinuation { waiting.append($0) }
        }
        isReading = true
    }

    private func endTurn() {
        isReading = false
        if !waiting.isEmpty { waiting.removeFirst().resume() }
    }

    enum Occasion: Equatable {
        case request
        case change
        /// A changed file whose last line has no end has stayed so.
        case standstill(ConfigurationFile.Identity)
    }

    /// Looks after the file for the rest of the engine's life.
    func watch() {
        EventLoop.main.schedule(after: Self.watchPeriod) { [self] in
            look()
            watch()
        }
    }

    private func look() {
        guard !isReading else { return }
        if inForce?.namesHosts == true, EventLoop.now >= resolveAt {
            EventLoop.main.task { @LoopActor in await self.resolveAgain() }
            return
        }
        guard let configuration = engine.configuration,
            configuration.autoreload || configuration.operations.callback != nil,
            let now = ConfigurationFile.identity(of: path)
        else {
            settling = nil
            unended = nil
            return
        }
        lookAtUnended(now)
        guard now != lastLooked else {
            settling = nil
            return
        }
        let looks = settling?.identity == now ? (settling?.looks ?? 0) + 1 : 0
        settling = (now, looks)
        guard looks >= Self.settledLooks else { return }
        settling = nil
        lastLooked = now
        EventLoop.main.task { @LoopActor in await self.changed() }
    }

    private func lookAtUnended(_ now: ConfigurationFile.Identity) {
        guard let (identity, looks) = unended else { return }
        unended = identity == now ? (identity, looks + 1) : nil
        guard identity == now, looks + 1 >= Self.unendedLooks else { return }
        log.warning("\(path) ends in the middle of a line and has stayed so: it is taken over as it is")
        EventLoop.main.task { @LoopActor in _ = await self.reload(.standstill(identity)) }
    }

    /// The file is another one, or was only touched: its content decides. It may be as it was at the last look and not
    /// as it was read last, when somebody had it read in between and then put the old one back.
    private func changed() async {
        let path = self.path
        let found = try? await EventLoop.main.runBlocking { ConfigurationFile.digest(of: path) }
        let isReread = engine.configuration?.autoreload == true
        guard let digest = found ?? nil, digest != lastDigest || isReread && digest != readDigest else { return }
        lastDigest = digest
        log.info("configuration file \(path) has changed")
        engine.operations.fileChanged(path, isReread: isReread)
        // Somebody may have had it read already.
        if isReread, ConfigurationFile.identity(of: path) != lastRead { _ = await reload(.change) }
        engine.operations.callBack(path)
    }

    private func read() async throws -> ConfigurationFile {
        let path = self.path
        let old = inForce
        lastRead = ConfigurationFile.identity(of: path)
        readDigest = nil
        unended = nil
        resolveAt = EventLoop.now + Self.resolvePeriod
        let start = EventLoop.now
        let file = try await EventLoop.main.runBlocking { try ConfigurationFile(path: path, keepingAddressesOf: old) }
        log.debug("\(path) read in \((EventLoop.now - start).milliseconds) ms")
        lastRead = file.identity
        readDigest = file.digest
        return file
    }

    /// Puts what is wrong with a file into the log, up to a limit.
    /// - Parameter event: what an event says.
    private func tell(_ file: ConfigurationFile, except event: String? = nil) {
        var all = file.parsed.diagnostics
        if let index = all.firstIndex(where: { $0.description == event }) { all.remove(at: index) }
        for problem in all.prefix(Self.diagnosticLimit) {
            log.log(level: problem.severity == .error ? .error : .warning, "\(problem)")
        }
        if all.count > Self.diagnosticLimit {
            log.warning("\(path): \(all.count - Self.diagnosticLimit) more problems, see director check \(path)")
        }
    }
}
