import EventLoop
import Glibc
import HealthChecking
import Logging
import Logs
import Probes
import Synchronization

/// The prober's life from its options to its exit status.
@LoopActor enum ProberProgram {
    private nonisolated static let status = Atomic<Int32>(0)
    private static var link: EngineLink?
    private static var supervisor: DescriptorWatch?

    /// Descriptors besides those of runs: the loop, the engine, the log, libraries.
    private static let spareDescriptors = 64

    nonisolated static var exitStatus: Int32 { status.load(ordering: .relaxed) }

    static func start(_ options: ProberOptions) {
        let log = ProgramLog.make("prober", level: options.logLevel, format: options.logFormat)
        do {
            for signal in [SIGTERM, SIGINT] {
                try EventLoop.main.onSignal(signal) { finish(0) }
            }
            if let descriptor = options.supervisorDescriptor { try watchSupervisor(descriptor, log) }
            let limits = limits(log)
            if let range = Confinement.permitEcho(user: options.user) {
                log.info("net.ipv4.ping_group_range set to \(range), so that the prober may ping")
            }
            if let user = try Confinement.enter(user: options.user) {
                log.info("running as user \(user) without capabilities")
            }
            let link = EngineLink(path: options.runtimeDirectory + "/prober.sock", limits: limits, log: log)
            self.link = link
            link.connect()
        } catch {
            log.critical("\(error)")
            finish(1)
        }
    }

    /// As many runs in flight as the descriptors allow: one each, up to three for what libcurl runs.
    private static func limits(_ log: Logger) -> CheckSchedule.Limits {
        var limits = CheckSchedule.Limits()
        let wanted = limits.light + 3 * limits.heavy + spareDescriptors
        let available = Confinement.raiseDescriptorLimit(to: wanted)
        if available < wanted {
            let usable = max(8, available - spareDescriptors)
            limits.heavy = min(limits.heavy, max(1, usable / 6))
            limits.light = min(limits.light, max(1, usable / 2))
            log.warning(
                """
                \(available) descriptors allow only \(limits.light) checks in flight, \(limits.heavy) of them HTTPS: \
                raise LimitNOFILE to \(wanted)
                """)
        }
        return limits
    }

    /// A supervisor that died starts no other prober; the next one starts its own, and two would double every check.
    private static func watchSupervisor(_ descriptor: Int32, _ log: Logger) throws {
        supervisor = try EventLoop.main.watch(descriptor, .readable) { _ in
            log.error("the supervisor has died: ending")
            finish(1)
        }
    }

    private static func finish(_ code: Int32) {
        link?.close()
        status.store(code, ordering: .relaxed)
        EventLoop.main.stop()
    }
}
