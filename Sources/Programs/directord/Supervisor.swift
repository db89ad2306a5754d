import DirectorCore
import EventLoop
import Glibc
import Logging
import Logs
import MachineFacts
import Synchronization
import TimeTypes

/// directord's life: it starts the daemons, keeps them running and ends them in order.
@LoopActor final class Supervisor {
    /// How long the engine may take to remove its services before it is killed.
    static let engineGrace = Duration.seconds(10)
    /// How long an engine may say nothing. Its loop turns every few milliseconds; taking over ten thousand servers
    /// stops it for a second.
    static let enginePatience = Duration.seconds(30)
    /// How long a prober may not be connected to an engine that listens: it tries ten times a second.
    static let proberPatience = Duration.seconds(15)
    static let vrrpGrace = Duration.seconds(2)
    static let proberGrace = Duration.seconds(2)
    /// How long the prober's start waits for an engine that is not ready.
    static let proberPause = Duration.seconds(2)
    /// How long the daemons of a directord that was killed may take to notice.
    static let successionGrace = Duration.seconds(10)

    private static var running: Supervisor?
    private nonisolated static let status = Atomic<Int32>(0)
    nonisolated static var exitStatus: Int32 { status.load(ordering: .relaxed) }

    private let log: Logger
    private let runtime: RuntimeDirectory
    private let daemonLock: DaemonLock
    private let pidFile: PidFile?
    private static var pidFile: PidFile?
    private let manager: ServiceManager
    private var engine: Daemon?
    private var prober: Daemon?
    /// Failover, where the configuration has a vrrp section.
    private var vrrp: Daemon?
    /// Metrics over HTTP, where the configuration names an address.
    private var metrics: MetricsDaemon?
    private var wantsVRRP = true
    private var isHaltingVRRP = false
    /// Nil as long as it may be that of another directord, whose daemons have not ended.
    private var processFile: ProcessFile?
    private let configurationFile: String
    private let runtimeDirectory: String
    /// What a director-vrrp leaves while it has something to give up.
    private let vrrpFarewell: String
    /// The prober's first start, as long as it is still to come.
    private var proberStart: LoopTimer?
    private var isStopping = false
    private var engineSilence = SilenceWatch()
    /// The engine that runs is at work, and the prober is not connected to it.
    private var isProberMissed = false
    private var proberSilence = SilenceWatch()

    static func start(_ options: SupervisorOptions) {
        let log = ProgramLog.make(
            "directord", level: options.logLevel, format: options.logFormat, target: options.logTarget)
        do {
            running = try Supervisor(options, log)
        } catch {
            log.critical("\(error)")
            finish(1)
        }
    }

    private init(_ options: SupervisorOptions, _ log: Logger) throws {
        self.log = log
        configurationFile = options.configurationFile
        runtimeDirectory = options.runtimeDirectory
        vrrpFarewell = options.runtimeDirectory + "/vrrp-farewell.cf"
        runtime = try RuntimeDirectory(options.runtimeDirectory)
        daemonLock = try DaemonLock(options.runtimeDirectory)
        pidFile = try options.pidFile.map { try PidFile($0) }
        Self.pidFile = pidFile
        manager = try ServiceManager(log: log, readyDescriptor: options.readyDescriptor)
        let common =
            [
                "--config", options.configurationFile, "--runtime-dir", options.runtimeDirectory,
                "--log-level", options.logLevel, "--log-format", options.logFormat, "--log-target", options.logTarget,
            ] + (options.stateDirectory.map { ["--state-dir", $0] } ?? []) + options.ldirectordArguments
        let inherited: [Int32: Int32] = [3: try LifeLine().childEnd, 5: daemonLock.childEnd]
        func daemon(_ name: String, extra: [String] = [], descriptors: [Int32: Int32] = [:]) -> Daemon {
            Daemon(
                name: "director-\(name)", arguments: common + ["--supervisor-fd", "3"] + extra,
                descriptors: inherited.merging(descriptors) { $1 }, log: log)
        }
        if !options.without.contains(.engine) {
            engine = daemon("engine", extra: ["--notify-fd", "4"], descriptors: [4: manager.childEnd])
        }
        if !options.without.contains(.prober) { prober = daemon("prober") }
        engine?.tellsSuccessor = true
        manager.onWord = { [unowned self] in engineSilence.heard() }
        manager.onRouters = { [unowned self] in routersChanged($0) }
        engine?.onDeath = { [unowned self] end in engineDied(end) }
        try watchSignals()
        if !options.without.contains(.vrrp) {
            // What it holds is missed within milliseconds: it is started again at once, and goes on as master.
            vrrp = Daemon(
                name: "director-vrrp",
                arguments: common + ["--supervisor-fd", "3"] + (engine == nil ? [] : ["--with-engine"]),
                descriptors: inherited,
                restartsAtOnce: true, log: log)
            vrrp?.holdsSomething = { [vrrpFarewell] in access(vrrpFarewell, F_OK) == 0 }
        }
        metrics = MetricsDaemon { [unowned self] address in
            let daemon = Daemon(
                name: "director-metrics", arguments: common + ["--supervisor-fd", "3"], descriptors: inherited,
                variables: ["DIRECTOR_METRICS=\(address)"], log: log)
            daemon.onChange = { [unowned self] in noteProcesses() }
            return daemon
        }
        manager.onMetricsAddress = { [unowned self] in metrics?.serve(at: $0) }
        vrrp?.onChange = { [unowned self] in noteProcesses() }
        manager.onProber = { [unowned self] in isProberMissed = !$0 }
        engine?.onChange = { [unowned self] in
            isProberMissed = false
            noteProcesses()
        }
        prober?.onChange = { [unowned self] in
            proberSilence.heard()
            noteProcesses()
        }
        log.info(
            "directord started, configuration \(options.configurationFile), runtime directory \(options.runtimeDirectory)"
        )
        startDaemons(until: EventLoop.now + Self.successionGrace)
    }

    private func noteProcesses() {
        // Without a vrrp section there is nothing that could be down.
        let pair = vrrp.flatMap { $0.isWanted ? $0 : nil }
        processFile?.write([engine, prober, pair, metrics?.daemon].compactMap(\.self))
    }

    /// Starts the daemons as soon as those of an earlier directord have ended. What cannot be started now ends
    /// directord; later on, when others do their work, it is tried again and again.
    private func startDaemons(until limit: MonotonicInstant, isFirst: Bool = true) {
        guard !isStopping else { return }
        guard daemonLock.take() else {
            if isFirst { log.notice("waiting for the daemons of an earlier directord to end") }
            guard EventLoop.now < limit else {
                log.critical("the daemons of an earlier directord do not end: \(remaining)")
                return Self.finish(1)
            }
            EventLoop.main.schedule(after: .milliseconds(10)) { [self] in startDaemons(until: limit, isFirst: false) }
            return
        }
        processFile = ProcessFile(runtimeDirectory)
        do {
            try engine?.start()
            if engine != nil { watchEngine() }
            if let vrrp, wantsVRRPStarted { try vrrp.start() }
            giveUpLeftovers()
            guard prober != nil else { return }
            // Until the engine is at work the prober has nothing to do, and its start would take the processor from
            // the first table.
            if engine == nil {
                try prober?.start()
                return
            }
        } catch {
            log.critical("\(error)")
            // Nothing may be left behind by a start that fails half-way.
            engine?.signal(SIGKILL)
            return Self.finish(1)
        }
        manager.onReady = { [unowned self] in startProber() }
        proberStart = EventLoop.main.schedule(after: Self.proberPause) { [unowned self] in startProber() }
    }

    /// Who keeps this directord out, as the one before it has written down.
    private var remaining: String {
        let all = ProcessTable(runtimeDirectory: runtimeDirectory).running.filter { $0.name != "directord" }
        guard !all.isEmpty else { return "see who holds daemons.lock open" }
        let names = all.map { "\($0.name), process \($0.pid ?? 0)" }.joined(separator: "; ")
        return names + " (kill -KILL ends one that is stopped, too)"
    }

    /// A configuration without a vrrp section has none; one that got its first is noticed at a reload.
    private var wantsVRRPStarted: Bool {
        guard let vrrp, !vrrp.isRunning, !isHaltingVRRP else { return false }
        return ConfigurationGlance.hasVRRP(configurationFile)
    }

    private func startVRRP() {
        if wantsVRRPStarted { vrrp?.startPersistently() }
    }

    /// One that was killed with its directord may have left addresses and an armed watchdog to a configuration that has
    /// no vrrp section any more.
    private func giveUpLeftovers() {
        guard let vrrp, !vrrp.isWanted, access(vrrpFarewell, F_OK) == 0 else { return }
        vrrp.sayFarewell(since: "of an earlier directord ended without one", options: ["--ordered"])
    }

    /// The engine has taken a configuration over that got its first vrrp section, or lost its last.
    private func routersChanged(_ areThere: Bool) {
        guard let vrrp, !isStopping else { return }
        wantsVRRP = areThere
        // An engine that begins tells it, too.
        guard vrrp.isWanted != areThere else { return }
        guard !areThere else { return startVRRP() }
        guard !isHaltingVRRP else { return }
        isHaltingVRRP = true
        log.notice("the configuration has no vrrp section any more: director-vrrp ends")
        EventLoop.main.task { @LoopActor [self] in
            await vrrp.halt(grace: Self.vrrpGrace)
            isHaltingVRRP = false
            // The next configuration may have come meanwhile.
            if wantsVRRP, !isStopping { startVRRP() }
        }
    }

    private func startProber() {
        guard let timer = proberStart, !isStopping else { return }
        timer.cancel()
        proberStart = nil
        prober?.startPersistently()
    }

    private func watchSignals() throws {
        try EventLoop.main.onSignal(SIGHUP) { [unowned self] in
            engine?.signal(SIGHUP)
            vrrp?.signal(SIGHUP)
            // Where there is an engine, it says whether the file can be used.
            if engine == nil { startVRRP() }
        }
        for number in [SIGTERM, SIGINT] {
            try EventLoop.main.onSignal(number) { [unowned self] in
                guard !isStopping else { return }
                isStopping = true
                log.info("stopping on \(ChildProcess.signalName(number))")
                manager.tell("STOPPING=1")
                EventLoop.main.task { @LoopActor [self] in await stop() }
            }
        }
    }

    /// An engine whose loop hangs answers nobody and puts nothing right: it is ended, and another one adopts the table.
    /// The engine watches the others.
    private func watchEngine() {
        EventLoop.main.schedule(after: engineSilence.period) { [self] in
            defer { watchEngine() }
            guard let engine, engine.isRunning, !isStopping else { return engineSilence.heard() }
            if let silence = engineSilence.look(patience: Self.enginePatience) {
                engine.endHanging(since: "it said nothing for \(silence.components.seconds) s")
            }
            lookAtProber()
        }
    }

    /// The engine ends a prober that hangs, but only one that is connected to it.
    private func lookAtProber() {
        // An engine that stands still hears nobody's greeting.
        if engineSilence.isLong(.seconds(4)) { return }
        guard isProberMissed, let prober, prober.isRunning else { return proberSilence.heard() }
        guard let silence = proberSilence.look(patience: Self.proberPatience) else { return }
        prober.endHanging(since: "it has not connected to the engine for \(silence.components.seconds) s")
    }

    /// An engine that never got to work (a configuration that cannot be used, a kernel without IPVS) has said why; it
    /// would only say it again. One that was ready once, or that was killed, is started again.
    private func engineDied(_ end: ChildProcess.End) -> Bool {
        // Its last words may still be in the pipe.
        manager.receive()
        guard case .exited = end, !manager.wasReady else { return true }
        log.critical("not started: director-engine cannot work, see above")
        EventLoop.main.task { @LoopActor [self] in
            await metrics?.stop()
            await stopVRRP()
            await prober?.stop(grace: Self.proberGrace)
            Self.finish(1)
        }
        return false
    }

    /// The addresses go to the peer before the services go; the engine may have some to remove; then the prober.
    private func stop() async {
        await metrics?.stop()
        await stopVRRP()
        let isDone = await engine?.stopProperly(grace: Self.engineGrace) ?? true
        await prober?.stop(grace: Self.proberGrace)
        if isDone {
            log.info("stopped")
        } else {
            log.error("stopped, but virtual services may have been left in the kernel: see ipvsadm -Ln")
        }
        Self.finish(isDone ? 0 : 1)
    }

    private func stopVRRP() async {
        let hasLeft = await vrrp?.stopProperly(grace: Self.vrrpGrace) ?? true
        if !hasLeft { log.error("virtual addresses may have been left on this machine: see ip addr") }
    }

    private static func finish(_ code: Int32) {
        pidFile?.remove()
        running?.processFile?.remove()
        status.store(code, ordering: .relaxed)
        EventLoop.main.stop()
    }
}
