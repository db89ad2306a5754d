import Daemons
import EventLoop
import Glibc
import Logging
import NetworkTypes
import Privileges
import TimeTypes

/// The life of the program that serves metrics: it listens, gives up what it may, and answers.
@LoopActor enum MetricsProgram {
    /// An address that somebody else has, or that is not on this machine yet, is asked for again and again.
    static let retryPause = Duration.seconds(5)

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
        try listen(on: address, options, log, since: nil)
    }

    /// - Parameter problem: why it could not be done a moment ago, which has been said.
    private static func listen(
        on address: Endpoint, _ options: DaemonOptions, _ log: Logger, since problem: String?
    ) throws {
        // A port below 1024 is for root only; nothing is read before root is given up.
        let listener: TCPListener
        do {
            listener = try TCPListener(address)
        } catch {
            let reason = error.description
            if reason != problem {
                log.error("no metrics: \(reason); trying again every \(retryPause.components.seconds) s")
            }
            EventLoop.main.schedule(after: retryPause) {
                do {
                    try listen(on: address, options, log, since: reason)
                } catch {
                    log.critical("\(error)")
                    DaemonProcess.end(1)
                }
            }
            return
        }
        let user = try Confinement.enter(user: options.user, own: "director-metrics")
        let question = EngineQuestion(path: options.runtimeDirectory + "/metrics.sock")
        let server = MetricsServer(listener, question, log: log)
        Self.server = server
        try server.begin()
        log.info("metrics and status page on http://\(address)/\(user.map { ", as user \($0)" } ?? "")")
    }
}
