import ConfigurationFiles
import DirectorConfig
import DirectorCore
import EventLoop
import KernelTuning
import Logging

/// Holds the kernel's IPVS settings at what the configuration wants: looks once a second, puts right what somebody else
/// changed, and gives back what it found when the director leaves.
@LoopActor final class KernelSettingsWatch {
    static let period = Duration.seconds(1)

    private let folder = SettingsFolder.ipvs
    private let file: RuntimeFile
    private let log: Logger
    private var keeper = SettingsKeeper()
    private var stored: [String: SettingsKeeper.Change] = [:]
    /// What the log was told last, so that it is told once.
    private var problem: FileProblem?

    init(runtimeDirectory: String, log: Logger) {
        file = RuntimeFile("sysctls", in: runtimeDirectory)
        self.log = log
        do {
            stored = SettingsMemoryText.read(try file.read())
            keeper = SettingsKeeper(changes: stored)
        } catch {
            log.warning("sysctls that an earlier run has set are not known: \(error)")
        }
    }

    /// Brings the kernel's settings into line; nothing wanted gives back what was found. Returns what happened.
    func keep(_ wanted: [String: String]) -> [EventRecord] {
        let names = keeper.names(wanted: wanted)
        guard !names.isEmpty else { return [] }
        let now = EventLoop.wallTime
        var actual: [String: String] = [:]
        for name in names { actual[name] = folder.read(name) }
        var (writes, reports) = keeper.review(wanted: wanted, actual: actual, at: now)
        for write in writes {
            if let reason = folder.write(write.name, write.value) {
                reports += keeper.refusal(of: write.name, reason, at: now)
            } else if let report = write.report {
                reports.append(report)
            }
        }
        store()
        return reports
    }

    private func store() {
        guard keeper.changes != stored else { return }
        do {
            try file.write(SettingsMemoryText.write(keeper.changes))
            stored = keeper.changes
            problem = nil
        } catch {
            if problem != error { log.warning("the next run will not know which sysctls were set: \(error)") }
            problem = error
        }
    }
}
