import Daemons
import DirectorCore
import EventLoop
import Glibc
import Logging

/// The engine's life from its options to its exit status.
@LoopActor enum EngineProgram {
    /// The configuration was refused at the start: starting again would not help.
    static let refusedConfiguration: Int32 = 2
    static let beatPeriod = Duration.seconds(2)
    private static var engine: Engine?
    private static var source: ConfigurationSource?
    private static var control: ControlService?
    private static var isStopping = false
    private static var hasStopped = false

    static func start(_ options: DaemonOptions, _ log: Logger) throws {
        try watchSignals(options, log)
        beat(options)
        let engine = try Engine(options, log: log)
        let source = ConfigurationSource(engine)
        self.engine = engine
        self.source = source
        EventLoop.main.task { @LoopActor in await begin(engine, source, options, log) }
    }

    private static func begin(
        _ engine: Engine, _ source: ConfigurationSource, _ options: DaemonOptions, _ log: Logger
    ) async {
        do {
            let isUsable = try await source.first { configuration in
                guard !isStopping, !options.isFarewell else {
                    try engine.adopt(configuration)
                    engine.stop()
                    return
                }
                try engine.begin(configuration)
                try engine.listenForProber()
                control = try ControlService(
                    path: options.runtimeDirectory + "/control.sock",
                    metricsPath: options.runtimeDirectory + "/metrics.sock", engine: engine, source: source)
                engine.tellMetricsAddress()
                engine.onRouters = { hasRouters in notify(options, "DIRECTOR_ROUTERS=\(hasRouters ? 1 : 0)\n") }
                // directord may know the file as it was before.
                engine.onRouters(!configuration.routers.isEmpty)
                engine.onProber = { isThere in notify(options, "DIRECTOR_PROBER=\(isThere ? 1 : 0)\n") }
                engine.onProber(false)
                engine.onStatus = { [unowned engine] in notify(options, status(of: engine)) }
                notify(options, "READY=1\n" + status(of: engine))
            }
            // The stop that came meanwhile ends the process when all is told.
            guard !hasStopped else { return }
            if !isUsable || isStopping || options.isFarewell {
                finish(isUsable ? 0 : refusedConfiguration)
            } else {
                source.watch()
            }
        } catch {
            log.critical("\(error)")
            finish(1)
        }
    }

    private static func watchSignals(_ options: DaemonOptions, _ log: Logger) throws {
        try EventLoop.main.onSignal(SIGHUP) { source?.reloadOnSignal() }
        for signal in [SIGTERM, SIGINT] {
            try EventLoop.main.onSignal(signal) { sender in
                // Where there is a supervisor, the director stops by its word alone: anybody else ends a process, in
                // whose place another one goes on with the table.
                if options.supervisorDescriptor != nil, sender != getppid() {
                    let name = ChildProcess.signalName(signal)
                    log.error("\(name) of process \(sender), not directord: ending without touching the kernel's table")
                    DaemonProcess.die(of: signal)
                }
                // An engine that still reads its first configuration removes its services when it knows them.
                isStopping = true
                guard let engine, engine.configuration != nil else { return }
                stop(engine)
            }
        }
    }

    /// The table is as it is to stay at once; what is told of it gets a moment to be told.
    private static func stop(_ engine: Engine) {
        guard !hasStopped else { return }
        hasStopped = true
        engine.stop()
        engine.close()
        EventLoop.main.task { @LoopActor in
            await engine.operations.finish()
            finish(0)
        }
    }

    /// Tells directord again and again that the loop turns: an empty line. One whose loop hangs is ended by it.
    private static func beat(_ options: DaemonOptions) {
        notify(options, "\n")
        EventLoop.main.schedule(after: beatPeriod) { beat(options) }
    }

    /// What `systemctl status` shows, in one short line.
    private static func status(of engine: Engine) -> String {
        let count = engine.configuration?.virtuals.count ?? 0
        let problem = engine.configurationProblem.map { reason in
            "; the file is not in force: " + reason.split(separator: "\n").joined(separator: " ").prefix(500)
        }
        return "STATUS=\(count) virtual services\(problem ?? "")\n"
    }

    private static func notify(_ options: DaemonOptions, _ text: String) {
        guard let descriptor = options.notifyDescriptor else { return }
        _ = text.utf8.withContiguousStorageIfAvailable { write(descriptor, $0.baseAddress, $0.count) }
    }

    private static func finish(_ code: Int32) {
        control?.close()
        engine?.close()
        DaemonProcess.end(code)
    }
}
