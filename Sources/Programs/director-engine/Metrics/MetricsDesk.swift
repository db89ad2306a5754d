import ControlProtocol
import DirectorCore
import EventLoop
import MachineFacts
import TimeTypes
import VirtualServers

/// Answers those who ask for everything that is counted and measured: one report at a time, made beside the loop, for
/// all who wait for it. Making them takes a tenth of the time at most, however many ask.
@LoopActor final class MetricsDesk {
    static let share = 10

    private let engine: Engine
    private let thread: BackgroundThread
    private var waiting: [ControlConnection] = []
    /// The last report, while it may be given to others.
    private var report: SharedText?
    private var isAtWork = false

    init(_ engine: Engine, _ thread: BackgroundThread) {
        self.engine = engine
        self.thread = thread
    }

    func ask(_ client: ControlConnection) {
        if let report { return answer(client, report) }
        waiting.append(client)
        make()
    }

    func remove(_ key: ObjectIdentifier) {
        waiting.removeAll { $0.key == key }
    }

    private func make() {
        guard !isAtWork, let draft = engine.draft(at: EventLoop.moment), let measures = engine.measuresNow() else {
            return
        }
        isAtWork = true
        let (counters, directory) = (engine.counters, engine.options.runtimeDirectory)
        EventLoop.main.task { @LoopActor [self, thread] in
            do {
                let (line, cost, problem) = try await thread.run { () -> (SharedText, Duration, String?) in
                    let start = EventLoop.now
                    let counts = counters.read()
                    let report = Self.count(draft, counts.services, measures, directory)
                    return (SharedText(report.line), EventLoop.now - start, counts.problem)
                }
                if let problem { engine.log.warning("counters are missing from the metrics: \(problem)") }
                keep(line, for: cost * Self.share)
                await answerAll { answer($0, line) }
            } catch {
                await answerAll { $0.respond(.refused("the metrics cannot be made now: \(error)")) }
            }
            isAtWork = false
            if !waiting.isEmpty { make() }
        }
    }

    private func keep(_ line: SharedText, for time: Duration) {
        report = line
        EventLoop.main.schedule(after: time) { [weak self] in self?.report = nil }
    }

    private func answer(_ client: ControlConnection, _ line: SharedText) {
        client.send(Edition.answerStart, shared: line, Edition.end)
        client.answered()
    }

    private func answerAll(_ body: (ControlConnection) -> Void) async {
        let clients = waiting
        waiting = []
        await EventLoop.main.forEach(clients) { if $0.stream.isOpen { body($0) } }
    }

    private nonisolated static func count(
        _ draft: SnapshotDraft, _ counters: [VirtualService.ID: ServiceCounters], _ measures: EngineMeasures,
        _ directory: String
    ) -> MetricsReport {
        let snapshot = draft.snapshot(counters: counters.mapValues(\.servers))
        let traffic = snapshot.services.map { service in
            let own = counters[service.id]
            let servers = service.servers + service.tiers.flatMap(\.self)
            return ServiceTraffic(
                service: own.map { Traffic($0.statistics) },
                servers: servers.map { server in (own?.servers[server.endpoint]?.statistics).map(Traffic.init) })
        }
        let processes = ProcessTable(runtimeDirectory: directory).processes.map(ProcessMeasures.init)
        return MetricsReport(snapshot: snapshot, traffic: traffic, measures: measures, processes: processes)
    }
}
