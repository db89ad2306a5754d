import Actions
import DirectorConfig
import DirectorCore
import EventLoop
import Glibc
import HealthChecking
import MachineFacts

/// A line for each check of each service that has a `monitorfile`.
@LoopActor final class MonitorFiles {
    private let appender: FileAppender

    init(_ appender: FileAppender) {
        self.appender = appender
    }

    func write(_ results: [(CheckID, CheckResult)], _ engine: Engine) {
        let time = LocalClock.time(EventLoop.wallTime)
        for (id, result) in results {
            // What an agent wants says nothing about its server's health.
            for user in engine.users(of: id) where user.check != CheckRegistry.User.agent {
                guard let virtual = engine.state(of: user.service)?.configuration, let path = virtual.monitorFile,
                    let real = virtual.reals.first(where: { $0.server.endpoint == user.server }),
                    let line = MonitorFileText.line(
                        result, of: real, check: user.check, in: virtual,
                        inMaintenance: engine.maintenanceFile(of: user) != nil, pid: getpid(), at: time)
                else { continue }
                appender.append(line, to: path)
            }
        }
    }
}
