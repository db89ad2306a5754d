import ConfigurationFiles
import ControlProtocol
import Daemons
import DataPaths
import DirectorConfig
import DirectorCore
import EventLoop
import Glibc
import HealthChecking
import KernelNetlink
import Logging
import NameAsking
import NetworkTypes
import TimeTypes
import VirtualServers

/// The engine's hands: it loads configurations, reads and changes the kernel's table, and hands results of checks to
/// the `Director`, which decides.
@LoopActor final class Engine {
    /// How often the kernel's table is read to find what others did to it, at the most and at the least. In between it
    /// is as often as keeps reading below a twentieth of the time.
    static let verificationPeriods = Duration.milliseconds(100)...Duration.seconds(1)
    /// How often it is looked whether the table was cleared.
    static let glancePeriod = Duration.milliseconds(20)

    let options: DaemonOptions
    let log: Logger
    let client: IPVSClient
    private let glance = TableGlance()
    private let memory: OwnedServices
    private let settings: KernelSettingsWatch
    /// For those who watch.
    let counters = KernelCounters()
    var measures = EngineMeasures()
    /// When the first result came whose consequences the kernel has not acknowledged.
    private var unacknowledged: MonotonicInstant?
    /// Commands were given to the kernel since the last acknowledgement.
    private var hasApplied = false
    /// What operators ordered, on the disk.
    let orders: OrderMemory
    /// What agents said, on the disk.
    let agents: AgentNotes
    let journal: EventJournal
    /// Who orders and reports.
    let users = UserDirectory()
    var director: Director?
    /// Fires when time alone may change what should be in the kernel.
    var deadlineTimer: LoopTimer?
    /// The next counting of connections that are waited for.
    var counting: LoopTimer?
    /// Mail, commands, files: what is done beside the balancing.
    private(set) lazy var operations = Operations(self)
    /// Who holds the virtual addresses.
    private(set) lazy var pair = PairConnection(self)
    private(set) lazy var search = EventSearch(self)
    private(set) lazy var duties = PairDuties(self)
    /// What is to be done when something happens.
    private(set) lazy var policies = PolicyRunner(self)
    private(set) lazy var outside = OutsideWatch(
        self, directory: options.stateDirectory ?? options.runtimeDirectory)
    private var prober: ProberLink?
    var shortage: String?
    /// Runs the checks that need packet sockets.
    private lazy var paths = PathProber(
        complain: { [unowned self] text in report(EventRecord(.remark, .error, at: EventLoop.wallTime, text)) }
    ) { [unowned self] id, result in observe([(id, result)]) }
    private var reconciliation: LoopTimer?
    private let startedAt = EventLoop.wallTime
    var loadedAt = EventLoop.wallTime
    /// The number of this run's first event.
    private(set) var firstEvent: Int64 = 1
    /// The table is as it is to stay: nothing puts it right any more while the last mail and files are written.
    private(set) var hasStopped = false
    /// Why the file as it is now is not in force.
    var configurationProblem: String? { didSet { onStatus() } }
    /// Something was reported; something of what a snapshot says may have changed; a configuration is in force.
    var onReport: () -> Void = {}
    var onChange: () -> Void = {}
    var onConfiguration: (Configuration) -> Void = { _ in }
    /// The file was taken over, or was not: what there is to say of it.
    var onStatus: () -> Void = {}
    /// A configuration that has virtual routers, or none, is in force in place of one that was otherwise.
    var onRouters: (Bool) -> Void = { _ in }
    /// The prober is connected from now on, or is not any more.
    var onProber: (Bool) -> Void = { _ in }

    init(_ options: DaemonOptions, log: Logger) throws(IPVSError) {
        self.options = options
        self.log = log
        client = try IPVSClient()
        memory = OwnedServices(runtimeDirectory: options.runtimeDirectory)
        settings = KernelSettingsWatch(runtimeDirectory: options.runtimeDirectory, log: log)
        orders = OrderMemory(
            runtimeDirectory: options.runtimeDirectory, stateDirectory: options.stateDirectory)
        agents = AgentNotes(directory: options.stateDirectory ?? options.runtimeDirectory, log: log)
        journal = EventJournal(directory: options.stateDirectory ?? options.runtimeDirectory, log: log)
        journal.onProblem = { [unowned self] in tellOfJournal($0) }
    }

    // MARK: - Configuration

    var configuration: Configuration? { director?.configuration }

    /// Takes over the first configuration: adopts what the kernel has and brings the table into line.
    func begin(_ configuration: Configuration) throws(IPVSError) {
        try adopt(configuration)
        loadedAt = EventLoop.wallTime
        operations.begin()
        policies.take(configuration)
        outside.begin()
        reconcile()
        for request in director?.proberRequests ?? [] { _ = paths.perform(request) }
        keepSettingsPeriodically()
        tellOfForwarding()
        // Not at once: the table has just been written.
        EventLoop.main.schedule(after: Self.verificationPeriods.upperBound) { [self] in verifyPeriodically() }
        glancePeriodically()
        watchProber()
        beginPair()
    }

    /// Takes over the first configuration without acting on it.
    func adopt(_ configuration: Configuration) throws(IPVSError) {
        let start = EventLoop.now
        let table = try client.table()
        log.debug("the kernel's table read in \((EventLoop.now - start).milliseconds) ms")
        let (now, history) = (EventLoop.moment, journal.load())
        firstEvent = history.lastNumber + 1
        var director = Director(
            configuration, actual: table, owned: memory.load(log: log), history: history,
            memory: orders.load(log: log), agents: agents.load(), at: now)
        if let death = options.predecessor { director.report(EventRecord(.engineLost, .error, at: now, death)) }
        director.report(
            EventRecord(
                .started, at: now,
                "director engine started, \(configuration.virtuals.count) virtual services, \(director.checkCount) checks"
            ))
        self.director = director
    }

    func listenForProber() throws {
        prober = try ProberLink(path: options.runtimeDirectory + "/prober.sock", log: log, owner: self)
    }

    // MARK: - Checks

    func proberConnected(pid: Int32) -> [ProberRequest] {
        onProber(true)
        report(EventRecord(.proberConnected, at: EventLoop.wallTime, "the prober is connected, process \(pid)"))
        return (director?.proberRequests ?? []).filter { !$0.isForEngine }
    }

    /// To the prober what is the prober's, the rest is run here.
    func handOut(_ requests: [ProberRequest]) {
        let others = requests.filter { !paths.perform($0) }
        prober?.send(others)
    }

    func proberLost(_ reason: String) {
        onProber(false)
        endShortage()
        report(
            EventRecord(
                .proberLost, .warning, at: EventLoop.wallTime,
                "the prober is gone (\(reason)): servers keep their state until it is back"))
    }

    /// A prober that is silent for longer than its checks can be is stuck, and ended: its supervisor starts another.
    private func watchProber() {
        prober?.watchSilence(longestSilence: director?.longestCheckSilence)
        EventLoop.main.schedule(after: ProberLink.lookPeriod) { [self] in watchProber() }
    }

    /// Takes in results; what follows from all of them together is done at the end of the loop's turn.
    func observe(_ results: [(CheckID, CheckResult)]) {
        let now = EventLoop.moment
        var changed = false
        operations.checked(results)
        for (id, result) in results {
            measure(id, result, at: now.instant)
            if director?.observe(id, result, at: now) == true { changed = true }
        }
        publishReports()
        guard changed else { return }
        unacknowledged = unacknowledged ?? now.instant
        reconcileSoon()
    }

    /// At the end of the loop's turn, once for all that happens in it.
    func reconcileSoon() {
        guard reconciliation == nil else { return }
        reconciliation = EventLoop.main.schedule(after: .zero) { [self] in
            reconciliation = nil
            reconcile()
        }
    }

    /// Takes in what the prober has to say of a check's server.
    func remark(_ id: CheckID, _ text: String) {
        director?.remark(id, text, at: EventLoop.wallTime)
        publishReports()
    }

    // MARK: - The kernel

    /// Plans and applies until nothing is left to do.
    ///
    /// Refused commands may come from a table that somebody changed since it was read, so it is read again and planned
    /// anew before they count. A configuration that the kernel still refuses is taken back on the way. Returns why.
    @discardableResult
    func reconcile() -> String? {
        guard !hasStopped else { return nil }
        var takenBack: String?
        var wasReread = false
        // The plan, the plan after reading again, and the two of taking back: more would be a plan that never ends.
        for _ in 0..<4 {
            guard let plan = director?.plan(at: EventLoop.moment), let isLoading = director?.isLoading else { break }
            if plan.isEmpty, !isLoading { break }
            var commands = plan.changes
            if !plan.isEmpty { measures.planSizes.add(Int64(plan.count)) }
            var refusals = apply(plan.changes)
            // Nothing is removed for the sake of a configuration that may not stay.
            if !plan.removals.isEmpty, director?.mayRemove(plan.removals, after: refusals) == true {
                commands += plan.removals
                refusals += apply(plan.removals)
            }
            operations.applied(commands, except: refusals)
            if !refusals.isEmpty, !wasReread, let table = readTable() {
                wasReread = true
                director?.resynchronize(
                    table, after: commands, of: plan, refusals: refusals, at: EventLoop.moment)
                continue
            }
            let outcome = director?.settle(commands, refusals: refusals, at: EventLoop.moment)
            guard case .takenBack(let reason, let requests)? = outcome else { break }
            takenBack = reason
            wasReread = false
            handOut(requests)
        }
        publishReports()
        acknowledged()
        onChange()
        if director?.isProvisional != true { operations.decided() }
        memory.store(director?.owned ?? [], log: log)
        duties.look()
        followUp()
        return takenBack
    }

    /// Nil when it cannot be read now, which the log tells.
    private func readTable() -> VirtualServerTable? {
        do {
            return try client.table(expecting: director?.actual ?? VirtualServerTable())
        } catch {
            log.error("cannot read the kernel's table, trying again: \(error)")
            return nil
        }
    }

    private func apply(_ commands: CommandList) -> [Director.Refusal] {
        guard !commands.isEmpty else { return [] }
        let start = EventLoop.now
        let refusals = client.apply(commands).map { Director.Refusal($0.command, $0.error.reason) }
        let time = EventLoop.now - start
        log.debug("\(commands.count) commands to the kernel in \(time.milliseconds) ms")
        measures.applied(commands, refused: refusals.count, in: time)
        hasApplied = true
        return refusals
    }

    private func acknowledged() {
        if let unacknowledged, hasApplied { measures.acknowledgement.add(EventLoop.now - unacknowledged) }
        unacknowledged = nil
        hasApplied = false
    }

    private func verifyPeriodically() {
        let start = EventLoop.now
        verify()
        let cost = EventLoop.now - start
        let pause = min(max(cost * 20, Self.verificationPeriods.lowerBound), Self.verificationPeriods.upperBound)
        EventLoop.main.schedule(after: pause) { [self] in verifyPeriodically() }
    }

    private func glancePeriodically() {
        if director?.actual.entries.isEmpty == false, glance.isEmpty() { verify() }
        EventLoop.main.schedule(after: Self.glancePeriod) { [self] in glancePeriodically() }
    }

    /// Compares the kernel's table with what it should be and puts it right.
    private func verify() {
        guard !hasStopped, let table = readTable(), director?.observe(table, at: EventLoop.moment) == true else {
            return
        }
        publishReports()
        reconcile()
    }

    private func keepSettingsPeriodically() {
        keepSettings()
        EventLoop.main.schedule(after: KernelSettingsWatch.period) { [self] in keepSettingsPeriodically() }
    }

    func keepSettings() {
        guard !hasStopped else { return }
        for record in settings.keep(director?.configuration.wantedKernelSettings ?? [:]) { report(record) }
    }

    // MARK: - Reports

    func report(_ record: EventRecord) {
        director?.report(record, at: EventLoop.moment)
        publishReports()
        // A summary of what repeats itself has its time.
        if record.kind.isRepeatable { followUp() }
    }

    func publishReports() {
        let records = director?.takeReports() ?? []
        for record in records where !record.kind.isOfPair {
            let fields = record.logFields.mapValues { Logger.MetadataValue.string($0) }
            log.log(level: record.severity.level, "\(record.text)", metadata: fields)
        }
        for record in records { measures.happened(record.severity) }
        journal.append(records)
        if !records.isEmpty { onReport() }
        operations.take(records)
        policies.take(records + (director?.takeHeldBack() ?? []))
    }

    /// What there is to know now, to be made a snapshot of off the loop; nil before the first configuration.
    func draft(at now: Moment) -> SnapshotDraft? {
        guard let director else { return nil }
        var engine = EngineSnapshot(
            pid: Int64(getpid()), startedAt: startedAt, configurationFile: options.configurationFile,
            configurationLoadedAt: loadedAt, configurationProblem: configurationProblem,
            proberConnected: prober?.isConnected ?? false, checkCount: director.checkCount)
        engine.outside = outside.memory
        engine.journalProblem = journal.problem.map { "\($0)" }
        engine.shortage = shortage
        return SnapshotDraft(
            of: director, engine: engine, pair: pair.snapshot(),
            events: director.history.latest(Snapshot.eventLimit), at: now)
    }

    /// The latest events with a higher number, oldest first.
    func events(after number: Int64) -> [EventRecord] { director?.history.after(number) ?? [] }

    /// Tells this run's events from those of others with the same numbers.
    var run: Int64 { startedAt.milliseconds }

    var lastEvent: Int64 { director?.history.lastNumber ?? 0 }

    /// Earlier ones are in the journal, if anywhere.
    var firstEventInMemory: Int64 { lastEvent - Int64(director?.history.count ?? 0) + 1 }

    func explain(virtual: String?, server: String) throws(OrderRefusal) -> [Explanation]? {
        try director?.explain(
            virtual: virtual, server: server, proberConnected: prober?.isConnected ?? false, at: EventLoop.moment,
            counting: counters(of:))
    }

    private func tellOfJournal(_ problem: FileProblem?) {
        let now = EventLoop.moment
        if let problem {
            report(
                EventRecord(.eventsNotKept, .error, at: now, "events are not kept across restarts any more: \(problem)")
            )
        } else {
            report(EventRecord(.eventsKept, at: now, "events are kept across restarts again"))
        }
    }

    // MARK: - The end

    /// Stops listening; the kernel's table stays as it is.
    func close() {
        prober?.close()
        pair.close()
        paths.removeAll()
    }

    /// Removes the services with `cleanstop` and remembers that they are not ours any more.
    func stop() {
        guard let director, !hasStopped else { return }
        hasStopped = true
        report(EventRecord(.stopping, at: EventLoop.wallTime, "director engine stops"))
        operations.stopping()
        duties.stop()
        let plan = director.farewell()
        var removed = Set(plan.commands.compactMap(\.service))
        let refusals = apply(plan.commands)
        if !refusals.isEmpty {
            // What somebody else removed before is gone all the same.
            let left = readTable()?.entries
            for refusal in refusals where refusal.command.service.flatMap({ left?[$0] }) != nil || left == nil {
                log.error("the kernel refused \(refusal.command): \(refusal.reason)")
                if let id = refusal.command.service { removed.remove(id) }
            }
        }
        let left = director.owned.subtracting(removed)
        memory.store(left, log: log)
        // Services that stay go on balancing, and need the settings as they are.
        if left.isEmpty { for record in settings.keep([:]) { report(record) } }
        journal.finish()
        agents.finish(director.agentMemory)
        operations.purged(removed.sorted().compactMap { director.services[$0] })
    }
}
