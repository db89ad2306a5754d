import DirectorCore
import EventLoop
import Glibc
import HealthChecking
import MachineFacts
import NetworkTypes
import TimeTypes
import VirtualServers

/// What the engine measures of itself, for whoever collects it.
extension Engine {
    func measure(_ id: CheckID, _ result: CheckResult, at now: MonotonicInstant) {
        guard let arrival = director?.arrived(id, latency: result.latency, at: now) else { return }
        measures.checked(arrival.kind, result, lateness: arrival.lateness)
    }

    /// What the kernel counts now of one service; nothing, and a line in the log, when it cannot be read.
    func counters(of service: VirtualService.ID) -> [Endpoint: RealServerStatus] {
        do {
            let servers = try client.servers(of: service).map { ($0.server.endpoint, $0) }
            return Dictionary(servers, uniquingKeysWith: { $1 })
        } catch {
            log.warning("connection counts are missing from an explanation: \(error)")
            return [:]
        }
    }

    /// What was measured until now.
    func measuresNow() -> EngineMeasures? {
        guard let director else { return nil }
        var measures = measures
        measures.drift = director.driftCount
        measures.overdueChecks = director.checks.overdue(at: EventLoop.now)
        let loop = EventLoop.main.statistics
        measures.loop = LoopMeasures(timers: loop.timersFired, lateness: loop.totalLateness, worst: loop.worstLateness)
        return measures
    }

    /// Has directord run director-metrics at the configured address, and no longer where there is none.
    func tellMetricsAddress() {
        guard let descriptor = options.notifyDescriptor else { return }
        let line = "DIRECTOR_METRICS=\(configuration?.metrics.map(\.description) ?? "")\n"
        _ = line.utf8.withContiguousStorageIfAvailable { write(descriptor, $0.baseAddress, $0.count) }
    }
}

extension ProcessMeasures {
    init(_ process: ProcessTable.Process) {
        self.init(name: process.name, pid: process.pid.map(Int64.init), restarts: process.restarts)
        residentBytes = process.residentBytes
        processorTime = process.processorTime
    }
}
