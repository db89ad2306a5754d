import Daemons
import EventLoop
import Glibc
import HealthChecking
import Logging
import Privileges
import Probes

/// The prober's life from its options on.
@LoopActor enum ProberProgram {
    private static var link: EngineLink?

    /// Descriptors besides those of runs: the loop, the engine, the log, libraries.
    private static let spareDescriptors = 64

    /// Idle connections held to real servers.
    private static let mostSentinels = 8192

    static func start(_ options: DaemonOptions, _ log: Logger) throws {
        for signal in [SIGTERM, SIGINT] {
            try EventLoop.main.onSignal(signal) {
                Self.link?.close()
                DaemonProcess.end(0)
            }
        }
        let (limits, sentinelLimit) = limits(log)
        // Before the right to open them is given up.
        let rawEcho = EchoDescriptor.openRaw()
        // Where raw sockets are not permitted, not even to root, datagram sockets may be.
        if !rawEcho.contains(where: { !$0.isIPv6 }), let range = Confinement.permitEcho(user: options.user) {
            log.info("net.ipv4.ping_group_range set to \(range), so that the prober may ping")
        }
        if let user = try Confinement.enter(user: options.user) {
            log.info("running as user \(user) without capabilities")
        }
        let link = EngineLink(
            path: options.runtimeDirectory + "/prober.sock", limits: limits, sentinelLimit: sentinelLimit,
            rawEcho: rawEcho,
            log: log)
        Self.link = link
        link.connect()
    }

    /// As many runs in flight as the descriptors allow: one each, up to three for what libcurl or a program runs.
    private static func limits(_ log: Logger) -> (CheckSchedule.Limits, sentinels: Int) {
        var limits = CheckSchedule.Limits()
        let wanted = limits.light + 3 * (limits.heavy + limits.programs) + spareDescriptors
        let available = Confinement.raiseDescriptorLimit(to: wanted + mostSentinels)
        if available < wanted {
            let usable = max(8, available - spareDescriptors)
            limits.heavy = min(limits.heavy, max(1, usable / 6))
            limits.programs = min(limits.programs, max(1, usable / 12))
            limits.light = min(limits.light, max(1, usable / 4))
            log.warning(
                """
                \(available) descriptors allow only \(limits.light) checks in flight, \(limits.heavy) of them HTTPS: \
                raise LimitNOFILE to \(wanted)
                """)
        }
        return (limits, max(64, min(mostSentinels, available - wanted)))
    }
}
