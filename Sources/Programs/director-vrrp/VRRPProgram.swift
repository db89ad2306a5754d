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
                DaemonProcess.end(1)
            }
        }
    }

    private static func run(_ options: DaemonOptions, _ log: Logger) async throws {
        guard !options.isFarewell else { return await sayFarewell(options, log) }
        let path = options.configurationFile
        // Reading may wait for the disk. The vrrp sections name neither hosts nor services: those of the others, whom
        // nobody may be able to look up right now, do not keep what is held from its next life.
        let directory = options.runtimeDirectory
        let (file, former) = try await EventLoop.main.runBlocking {
            (try ConfigurationFile(path: path, resolvingNames: false), PairNotes.farewell(in: directory))
        }
        guard !isStopping else { return DaemonProcess.end(0) }
        guard let parsed = file.parsed.configuration else {
            // The engine names every problem; this process has nothing to add.
            log.critical("the configuration \(path) cannot be used: see director check \(path)")
            return DaemonProcess.end(1)
        }
        let configuration = try InterfaceFinder.complete(parsed)
        guard !configuration.routers.isEmpty else {
            log.info("no vrrp section in \(path): this director runs alone")
            return DaemonProcess.end(0)
        }
        let keys = try configuration.routers.lazy.compactMap(\.keys).first.map { try LinkKeyFile.read($0) }
        let failover = try PairDriver(
            configuration, keys: keys, runtimeDirectory: options.runtimeDirectory, expectsEngine: options.hasEngine,
            log: log)
        failover.fileDigest = file.digest
        failover.formerWatchdog = former?.watchdogDevice
        self.failover = failover
        let priority = RealTime.enter()
        if priority != 0 {
            log.warning("no real-time priority (error \(priority)): advertisements may be late under load")
        }
        let control = try FailoverControl(path: options.runtimeDirectory + "/vrrp.sock", failover, log: log)
        self.control = control
        let reload = PairReload(options, log, failover) { new in
            self.failover = new
            control.driver = new
        }
        self.reload = reload
        control.reload = reload
        // Nobody is left who could start another one: what is held must go.
        DaemonProcess.onSupervisorDeath = { stop(isOrdered: false) }
        try EventLoop.main.onSignal(SIGHUP) { reload.rereadKeys() }
        failover.start()
        await lockMemory(log)
    }

    /// In the place of a process that died: what was in force there counts, whatever the file says by now. Neither keys
    /// nor anything else that giving up does not need stands in the way.
    private static func sayFarewell(_ options: DaemonOptions, _ log: Logger) async {
        let (directory, path) = (options.runtimeDirectory, options.configurationFile)
        let noted = try? await EventLoop.main.runBlocking { PairNotes.farewell(in: directory) }
        var configuration = noted ?? nil
        var status: Int32 = 0
        var driver: PairDriver?
        do {
            if configuration == nil {
                let file = try await EventLoop.main.runBlocking {
                    try ConfigurationFile(path: path, resolvingNames: false)
                }
                configuration = try file.parsed.configuration.map(InterfaceFinder.complete)
            }
            guard let configuration else {
                throw AddressPlan.Problem(
                    description: "the configuration \(path) cannot be used: see director check \(path)")
            }
            driver = try PairDriver(
                configuration, keys: nil, runtimeDirectory: directory, expectsEngine: false, log: log)
            driver?.sayFarewell()
        } catch {
            // Without a note nothing is in force that they would have to know of.
            if configuration != nil { log.error("the peers are not told: \(error)") }
            // What this program put up goes all the same.
            status = Leftovers.remove(directory, log) ? 0 : 1
        }
        if let device = configuration?.watchdogDevice { Watchdog.disarm(device) }
        PairNotes(directory, log).forget(orders: options.isOrdered)
        driver?.clear()
        DaemonProcess.end(status)
    }

    /// Thirty megabytes are read and mapped for it, which takes a slow machine longer than the peers wait for the next
    /// advertisement of one who is back after a crash: beside the loop, on a thread of ordinary priority.
    private static func lockMemory(_ log: Logger) async {
        let memory = (try? await EventLoop.main.runBlocking { RealTime.lockMemory() }) ?? ENOMEM
        if memory != 0 { log.warning("memory is not locked (error \(memory)): advertisements may be late under load") }
    }

    /// Priority 0 goes out before the addresses do.
    private static func stop(isOrdered: Bool = true) {
        guard !isStopping else { return }
        isStopping = true
        failover?.stop(isOrdered: isOrdered)
        control?.close()
        if failover != nil { DaemonProcess.end(0) }
    }
}
