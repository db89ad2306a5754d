import Daemons
import EventLoop
import Glibc
import Logging
import NetworkTypes
import Privileges

/// The life of the program that serves metrics: it listens, gives up what it may, and answers.
@LoopActor enum MetricsProgram {
    private static var server: MetricsServer?

    struct Problem: Error, CustomStringConvertible {
        let description: String
    }

    static func start(_ options: DaemonOptions, _ log: Logger) throws {
        for signal in [SIGTERM, SIGINT] {
            try EventLoop.main.onSignal(signal) {
                Self.server?.close()
                DaemonProcess.end(0)
            }
        }
        let written = getenv("DIRECTOR_METRICS").map { String(cString: $0) } ?? ""
        guard let address = Endpoint(written) else {
            throw Problem(
                description:
                    "DIRECTOR_METRICS names no address to listen on, but '\(written)': directord starts this program")
        }
        // A port below 1024 is for root only; nothing is read before root is given up.
        let listener = try TCPListener(address)
        let user = try Confinement.enter(user: options.user, own: "director-metrics")
        let question = EngineQuestion(path: options.runtimeDirectory + "/metrics.sock")
        let server = MetricsServer(listener, question, log: log)
        Self.server = server
        try server.begin()
        log.info("metrics and status page on http://\(address)/\(user.map { ", as user \($0)" } ?? "")")
    }
}
