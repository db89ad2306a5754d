import ConfigurationFiles
import DirectorConfig
import DirectorCore
import EventLoop
import Logging
import TimeTypes

/// Where configurations come from: the file, read off the loop at start, on SIGHUP, on request, when it has changed
/// (`autoreload`), and now and then when it names hosts, whose addresses may change. Only an engine that takes over
/// from one that died begins with something else, what that one had in force, and has the file reloaded then.
@LoopActor final class ConfigurationSource {
    static let watchPeriod = Duration.milliseconds(500)
    /// Looks at a changed file that must find it the same before it is read: its writer may not be done yet.
    static let settledLooks = 3
    /// The same for one whose last line has no end, which is most often one that is still being written.
    static let unendedLooks = 20
    static let resolvePeriod = Duration.seconds(60)
    /// How long name servers may take for all names of a file: while somebody waits for it, and otherwise. The system
    /// waits five seconds for a name server that is dead before it asks the next.
    static let lookupLimit = Duration.seconds(12)
    static let patientLookupLimit = ConfigurationFile.patience
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
    /// Counts up with what is in force.
    private var version = 0
    private let copy: ConfigurationCopy
    private var isResolving = false
    /// Names that could not be looked up again last time.
    private var keptHosts: [String] = []
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
        copy = ConfigurationCopy(engine.options, log: engine.log)
        engine.pair.onNews = { [unowned self] digest in
            EventLoop.main.task { @LoopActor in await self.compareWithPair(digest) }
        }
    }

    private var path: String { engine.options.configurationFile }

    /// The first configuration, handed to `begin`: what an engine that died had in force, or else what the file says.
    /// False when that cannot be used; why is in the log then.
    func first(_ begin: (Configuration) throws -> Void) async throws -> Bool {
        let left = await copy.left()
        guard let isOutdated = try await beginFirst(left, begin) else { return false }
        if isOutdated {
            // Whether the file can be used is decided as at every reload, with all that has a say in it.
            await engine.pair.settle()
            if !engine.hasStopped { _ = await reload(isFollowed ? .change : .succession) }
            // What is in force still is as the one that died left it.
            if inForce?.digest != readDigest { resolveAt = EventLoop.now }
        }
        lastLooked = lastRead
        lastDigest = readDigest
        return true
    }

    /// Nil when there is nothing to begin with; else whether the file says something else by now.
    private func beginFirst(_ left: ConfigurationFile?, _ begin: (Configuration) throws -> Void) async throws -> Bool? {
        await takeTurn()
        defer { endTurn() }
        guard let file = if let left { left } else { await firstFile() }, let configuration = file.parsed.configuration
        else { return nil }
        try begin(configuration)
        take(file)
        guard left != nil else { return false }
        let path = self.path
        lastRead = ConfigurationFile.identity(of: path)
        readDigest = try? await EventLoop.main.runBlocking { ConfigurationFile.digest(of: path) }
        // Nobody waited for name servers: its names are looked up again at once, but beside the work.
        resolveAt = EventLoop.now
        return readDigest != file.digest
    }

    private func firstFile() async -> ConfigurationFile? {
        do {
            let file = try await read(keepingAddressesOf: nil)
            tell(file)
            return file
        } catch {
            log.error("\(error)")
            return nil
        }
    }

    /// This is in force from now on.
    private func take(_ file: ConfigurationFile) {
        version += 1
        copy.keep(file)
        inForce = file.lean
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
            let file = try await read(keepingAddressesOf: inForce)
            if occasion != .request, let reason = unfinished(file, occasion) {
                engine.refuse(reason)
                return reason
            }
            guard let configuration = file.parsed.configuration else {
                let reason = file.refusal
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
                take(file)
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

    /// Looks the names up again in what is in force, whatever has become of the file. A name that cannot be found keeps
    /// its address. Nobody has to wait for it: what is loaded meanwhile has had its names looked up.
    private func resolveAgain() async {
        resolveAt = EventLoop.now + Self.resolvePeriod
        guard let old = inForce, !isResolving else { return }
        isResolving = true
        defer { isResolving = false }
        let asked = version
        do {
            let lookup = NameLookup(within: Self.patientLookupLimit)
            let file = try await EventLoop.main.runBlocking { try old.resolvedAgain(lookup) }
            await takeTurn()
            defer { endTurn() }
            guard version == asked else { return }
            guard let configuration = file.parsed.configuration else {
                return log.warning("new addresses of names are not in force: \(file.refusal)")
            }
            tellKept(file.keptHosts)
            if let problem = engine.load(configuration, isFile: false) {
                log.warning("new addresses of names are not in force: \(problem)")
            } else {
                engine.keepLoad()
                take(file)
            }
        } catch {
            log.warning("names cannot be looked up again: \(error)")
        }
    }

    private func tellKept(_ hosts: [String]) {
        guard hosts != keptHosts else { return }
        keptHosts = hosts
        guard !hosts.isEmpty else { return log.info("every name can be looked up again") }
        let more = hosts.count > 5 ? " and \(hosts.count - 5) more" : ""
        let few = hosts.prefix(5).joined(separator: ", ")
        log.warning("names that cannot be looked up now keep their addresses: \(few)\(more)")
    }

    /// A change of the file alone never takes everything away: that is a file that somebody is still writing. One that
    /// merely lacks its last newline is whole when nobody goes on writing.
    private func unfinished(_ file: ConfigurationFile, _ occasion: Occasion) -> String? {
        let advice = "if it is meant so, SIGHUP or director reload takes it over"
        if !file.endsWithLine, occasion != .standstill(file.identity), occasion != .succession {
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
        /// The file is another one than what a died engine had in force, and nobody looks whether it is finished.
        case succession
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
        if inForce?.namesHosts == true, !isResolving, EventLoop.now >= resolveAt {
            EventLoop.main.task { @LoopActor in await self.resolveAgain() }
            return
        }
        guard isFollowed, let now = ConfigurationFile.identity(of: path) else {
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

    /// A change of the file is noticed without being asked to.
    private var isFollowed: Bool {
        engine.configuration.map { $0.autoreload || $0.operations.callback != nil } ?? false
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

    private func read(keepingAddressesOf old: ConfigurationFile?) async throws -> ConfigurationFile {
        let path = self.path
        let lookup = NameLookup(within: old == nil ? Self.patientLookupLimit : Self.lookupLimit)
        lastRead = ConfigurationFile.identity(of: path)
        readDigest = nil
        unended = nil
        resolveAt = EventLoop.now + Self.resolvePeriod
        let start = EventLoop.now
        let file = try await EventLoop.main.runBlocking {
            try ConfigurationFile(path: path, keepingAddressesOf: old, lookup: lookup)
        }
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

extension ConfigurationFile {
    /// Why it cannot be used, when it cannot.
    fileprivate var refusal: String {
        parsed.diagnostics.first { $0.severity == .error }?.description ?? "the file cannot be used"
    }
}
