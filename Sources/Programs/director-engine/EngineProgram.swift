import DirectorCore
import EventLoop
import Glibc
import Logging
import Logs
import Synchronization

/// The engine's life from its options to its exit status.
@LoopActor enum EngineProgram {
    /// The configuration was refused at the start: starting again would not help.
    static let refusedConfiguration: Int32 = 2
    private nonisolated static let status = Atomic<Int32>(0)
    private static var engine: Engine?
    private static var source: ConfigurationSource?
    private static var control: ControlService?
    private static var supervisor: DescriptorWatch?

    nonisolated static var exitStatus: Int32 { status.load(ordering: .relaxed) }

    static func start(_ options: EngineOptions) {
        let log = ProgramLog.make("engine", level: options.logLevel, format: options.logFormat)
        do {
            try watchSignals(log)
            if let descriptor = options.supervisorDescriptor { try watchSupervisor(descriptor, log) }
            let engine = try Engine(options, log: log)
            let source = ConfigurationSource(engine)
            self.engine = engine
            self.source = source
            EventLoop.main.task { @LoopActor in await begin(engine, source, options, log) }
        } catch {
            fail("\(error)", log)
        }
    }

    private static func begin(
        _ engine: Engine, _ source: ConfigurationSource, _ options: EngineOptions, _ log: Logger
    ) async {
        guard let configuration = await source.first() else {
            finish(refusedConfiguration)
            return
        }
        do {
            try engine.begin(configuration)
            try engine.listenForProber()
            control = try ControlService(
                path: options.runtimeDirectory + "/control.sock", engine: engine, source: source)
            source.watch()
            notify(options, "READY=1\nSTATUS=\(configuration.virtuals.count) virtual services\n")
        } catch {
            fail("\(error)", log)
        }
    }

    private static func watchSignals(_ log: Logger) throws {
        try EventLoop.main.onSignal(SIGHUP) {
            log.info("reloading the configuration on SIGHUP")
            EventLoop.main.task { @LoopActor in _ = await source?.reload(.request) }
        }
        for signal in [SIGTERM, SIGINT] {
            try EventLoop.main.onSignal(signal) {
                engine?.stop()
                finish(0)
            }
        }
    }

    /// A supervisor that died cannot stop us any more, and the next one starts an engine of its own: this one ends, and
    /// the kernel's table stays as it is.
    private static func watchSupervisor(_ descriptor: Int32, _ log: Logger) throws {
        supervisor = try EventLoop.main.watch(descriptor, .readable) { _ in
            log.error("the supervisor has died: ending without touching the kernel's table")
            finish(1)
        }
    }

    private static func notify(_ options: EngineOptions, _ text: String) {
        guard let descriptor = options.notifyDescriptor else { return }
        _ = text.utf8.withContiguousStorageIfAvailable { write(descriptor, $0.baseAddress, $0.count) }
    }

    private static func fail(_ reason: String, _ log: Logger) {
        log.critical("\(reason)")
        finish(1)
    }

    private static func finish(_ code: Int32) {
        control?.close()
        engine?.close()
        status.store(code, ordering: .relaxed)
        EventLoop.main.stop()
    }
}
