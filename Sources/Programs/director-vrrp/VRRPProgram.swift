import ConfigurationFiles
import Daemons
import DirectorConfig
import EventLoop
import Failover
import Glibc
import Logging
import VirtualRouting

/// The failover daemon's life from its options on.
@LoopActor enum VRRPProgram {
    private static var failover: PairDriver?
    private static var control: FailoverControl?
    private static var reload: PairReload?
    private static var isStopping = false

    static func start(_ options: DaemonOptions, _ log: Logger) throws {
        for signal in [SIGTERM, SIGINT] {
            try EventLoop.main.onSignal(signal) { stop() }
        }
        EventLoop.main.task { @LoopActor in
            do {
                try await run(options, log)
            } catch {
                log.critical("\(error)")
                fail(options, log)
            }
        }
    }

    /// Without a usable configuration a farewell still takes away what this program put up.
    private static func fail(_ options: DaemonOptions, _ log: Logger) {
        if options.isFarewell { Leftovers.remove(options.runtimeDirectory, log) }
        DaemonProcess.end(1)
    }

    private static func run(_ options: DaemonOptions, _ log: Logger) async throws {
        let path = options.configurationFile
        // Reading may wait for the disk. The vrrp sections name no hosts: those of the services, whose name servers may
        // be out of reach right now, do not keep what is held from its next life.
        let file = try await EventLoop.main.runBlocking { try ConfigurationFile(path: path, resolvingHosts: false) }
        guard !isStopping else { return DaemonProcess.end(0) }
        guard let parsed = file.parsed.configuration else {
            // The engine names every problem; this process has nothing to add.
            log.critical("the configuration \(path) cannot be used: see director check \(path)")
            return fail(options, log)
        }
        let configuration = try InterfaceFinder.complete(parsed)
        guard !configuration.routers.isEmpty || options.isFarewell else {
            log.info("no vrrp section in \(path): this director runs alone")
            return DaemonProcess.end(0)
        }
        let keys = try configuration.routers.lazy.compactMap(\.keys).first.map { try LinkKeyFile.read($0) }
        let failover = try PairDriver(
            configuration, keys: keys, runtimeDirectory: options.runtimeDirectory, expectsEngine: options.hasEngine,
            log: log)
        guard !options.isFarewell else {
            failover.sayFarewell()
            if let device = configuration.routers.lazy.compactMap(\.watchdog).first { Watchdog.disarm(device) }
            return DaemonProcess.end(0)
        }
        self.failover = failover
        becomeTimely(log)
        let control = try FailoverControl(path: options.runtimeDirectory + "/vrrp.sock", failover, log: log)
        self.control = control
        let reload = PairReload(options, log, failover) { new in
            self.failover = new
            control.driver = new
        }
        self.reload = reload
        control.reload = reload
        // Nobody is left who could start another one: what is held must go.
        DaemonProcess.onSupervisorDeath = { stop() }
        try EventLoop.main.onSignal(SIGHUP) { reload.rereadKeys() }
        failover.start()
    }

    private static func becomeTimely(_ log: Logger) {
        let priority = RealTime.enter()
        if priority != 0 {
            log.warning("no real-time priority (error \(priority)): advertisements may be late under load")
        }
        let memory = RealTime.lockMemory()
        if memory != 0 { log.warning("memory is not locked (error \(memory)): advertisements may be late under load") }
    }

    /// Priority 0 goes out before the addresses do.
    private static func stop() {
        guard !isStopping else { return }
        isStopping = true
        failover?.stop()
        control?.close()
        if failover != nil { DaemonProcess.end(0) }
    }
}
