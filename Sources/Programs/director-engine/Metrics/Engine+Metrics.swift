import DirectorCore
import EventLoop
import Glibc
import HealthChecking
import MachineFacts
import NetworkTypes
import TimeTypes
import VirtualServers

/// What the kernel counts of a virtual service and its real servers.
struct ServiceCounters {
    var statistics: Statistics
    var servers: [Endpoint: RealServerStatus]

    init(_ status: VirtualServiceStatus) {
        statistics = status.statistics
        servers = Dictionary(status.servers.map { ($0.server.endpoint, $0) }, uniquingKeysWith: { $1 })
    }
}

/// What the engine measures of itself, for whoever collects it.
extension Engine {
    func measure(_ id: CheckID, _ result: CheckResult, at now: MonotonicInstant) {
        guard let arrival = director?.arrived(id, latency: result.latency, at: now) else { return }
        measures.checked(arrival.kind, result, lateness: arrival.lateness)
    }

    /// What the kernel counts now; nothing, and a line in the log, when it cannot be read.
    func counters() -> [VirtualService.ID: ServiceCounters] {
        var counters: [VirtualService.ID: ServiceCounters] = [:]
        do {
            for status in try client.dump() {
                counters[status.service.id] = ServiceCounters(status)
            }
        } catch {
            log.warning("connection counts are missing from a status: \(error)")
        }
        return counters
    }

    /// The same of one service.
    func counters(of service: VirtualService.ID) -> [Endpoint: RealServerStatus] {
        do {
            let servers = try client.servers(of: service).map { ($0.server.endpoint, $0) }
            return Dictionary(servers, uniquingKeysWith: { $1 })
        } catch {
            log.warning("connection counts are missing from an explanation: \(error)")
            return [:]
        }
    }

    /// Everything that is counted and measured; nil before the first configuration.
    func metricsReport() -> MetricsReport? {
        let counters = counters()
        guard let director, let snapshot = snapshot(with: counters.mapValues(\.servers)) else { return nil }
        let traffic = snapshot.services.map { service in
            let own = counters[service.id]
            let servers = service.servers + service.tiers.flatMap(\.self)
            return ServiceTraffic(
                service: own.map { Traffic($0.statistics) },
                servers: servers.map { server in (own?.servers[server.endpoint]?.statistics).map(Traffic.init) })
        }
        var measures = measures
        measures.drift = director.driftCount
        measures.overdueChecks = director.checks.overdue(at: EventLoop.now)
        let loop = EventLoop.main.statistics
        measures.loop = LoopMeasures(timers: loop.timersFired, lateness: loop.totalLateness, worst: loop.worstLateness)
        return MetricsReport(
            snapshot: snapshot, traffic: traffic, measures: measures,
            processes: ProcessTable(runtimeDirectory: options.runtimeDirectory).processes.map(ProcessMeasures.init))
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
