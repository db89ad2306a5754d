import Daemons
import DirectorCore
import EventLoop
import Glibc
import Logging

/// The engine's life from its options to its exit status.
@LoopActor enum EngineProgram {
    /// The configuration was refused at the start: starting again would not help.
    static let refusedConfiguration: Int32 = 2
    private static var engine: Engine?
    private static var source: ConfigurationSource?
    private static var control: ControlService?

    static func start(_ options: DaemonOptions, _ log: Logger) throws {
        try watchSignals(log)
        let engine = try Engine(options, log: log)
        let source = ConfigurationSource(engine)
        self.engine = engine
        self.source = source
        EventLoop.main.task { @LoopActor in await begin(engine, source, options, log) }
    }

    private static func begin(
        _ engine: Engine, _ source: ConfigurationSource, _ options: DaemonOptions, _ log: Logger
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
            log.critical("\(error)")
            finish(1)
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
