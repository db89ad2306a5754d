internal import CLinux
import EventLoop
import Glibc
package import Logging
import Logs
import Synchronization

/// The frame of a daemon: its options, its log, its loop, its exit status.
package enum DaemonProcess {
    private static let status = Atomic<Int32>(0)
    @LoopActor private static var supervisor: DescriptorWatch?
    /// Done when the supervisor has died, before this daemon ends.
    @LoopActor package static var onSupervisorDeath: () -> Void = {}

    /// Runs a daemon from its first line to its end. `help` stands behind the usage line; `start` runs on the loop.
    package static func main(
        _ program: String, help: String, start: @escaping @LoopActor @Sendable (DaemonOptions, Logger) throws -> Void
    ) -> Never {
        // The first thing, before any thread exists: threads inherit the signal mask.
        EventLoop.blockSignals()
        clinux_share_heap()
        let options: DaemonOptions
        do {
            guard let parsed = try DaemonOptions(Array(CommandLine.arguments.dropFirst())) else {
                StandardStream.output.write(usage(program) + help)
                exit(0)
            }
            options = parsed
        } catch {
            StandardStream.error.write("director-\(program): \(error.text)\n")
            exit(2)
        }
        EventLoop.main.post {
            let log = ProgramLog.make(
                program, level: options.logLevel, format: options.logFormat, target: options.logTarget)
            do {
                sumUpLog()
                try watchSupervisor(options, log)
                try start(options, log)
            } catch {
                log.critical("\(error)")
                end(1)
            }
        }
        EventLoop.main.run()
        ProgramLog.sum(isEnd: true)
        exit(status.load(ordering: .relaxed))
    }

    /// What is said again and again is said as a count, now and then.
    @LoopActor private static func sumUpLog() {
        EventLoop.main.schedule(after: ProgramLog.period) {
            ProgramLog.sum()
            sumUpLog()
        }
    }

    /// Ends the loop, and with it the process.
    @LoopActor package static func end(_ code: Int32) {
        status.store(code, ordering: .relaxed)
        EventLoop.main.stop()
    }

    /// Ends the process as a signal does that nobody handles: its supervisor sees a death, and starts another.
    @LoopActor package static func die(of signal: Int32) {
        ProgramLog.sum(isEnd: true)
        clinux_die_of(signal)
    }

    /// A supervisor that died cannot stop this daemon any more, and the next one starts daemons of its own: this one
    /// ends as it is, and the kernel's table stays.
    @LoopActor private static func watchSupervisor(_ options: DaemonOptions, _ log: Logger) throws {
        guard let descriptor = options.supervisorDescriptor else { return }
        supervisor = try EventLoop.main.watch(descriptor, .readable) { _ in
            log.error("the supervisor has died: ending without touching the kernel's table")
            onSupervisorDeath()
            end(1)
        }
    }

    private static func usage(_ program: String) -> String {
        """
        Usage: director-\(program) [--config FILE] [--runtime-dir DIR] [--state-dir DIR] [--log-level LEVEL]
                               [--log-format text|json] [--log-target stderr|syslog|journald]
                               [--user NAME] [--notify-fd N] [--supervisor-fd N]

        Started by directord; see directord --help.

        """
    }
}
