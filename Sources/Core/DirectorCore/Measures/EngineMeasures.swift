package import HealthChecking
package import VirtualServers

/// What the engine measures of its own work since its start.
package struct EngineMeasures: Equatable, Sendable {
    /// From the start of a run to its end, by the kind of check.
    package var checkLatency: [String: Histogram] = [:]
    package var failedChecks: [String: UInt64] = [:]
    /// By how much later than its interval a check's result came.
    package var checkLateness = Histogram(bounds: Histogram.times)
    /// Checks whose next result should have been here long ago.
    package var overdueChecks = 0

    /// Commands of the plans that had any.
    package var planSizes = Histogram(bounds: Histogram.sizes)
    package var commands: [String: UInt64] = [:]
    package var refusals: UInt64 = 0
    /// Differences of the kernel's table that somebody else made.
    package var drift: UInt64 = 0
    /// From handing commands to the kernel to its last answer.
    package var applying = Histogram(bounds: Histogram.times)
    /// From the arrival of a check's result that changed something to the kernel's acknowledgement.
    package var acknowledgement = Histogram(bounds: Histogram.times)

    package var loads: UInt64 = 0
    package var refusedLoads: UInt64 = 0
    /// By severity.
    package var events: [String: UInt64] = [:]

    package var loop = LoopMeasures()

    package init() {}

    package mutating func checked(_ kind: String, _ result: CheckResult, lateness: Duration?) {
        checkLatency[kind, default: Histogram(bounds: Histogram.times)].add(result.latency)
        if !result.passed { failedChecks[kind, default: 0] += 1 }
        if let lateness { checkLateness.add(lateness) }
    }

    package mutating func applied(_ plan: CommandList, refused: Int, in time: Duration) {
        guard !plan.isEmpty else { return }
        for command in plan { commands[command.kindWord, default: 0] += 1 }
        refusals += UInt64(refused)
        applying.add(time)
    }

    package mutating func happened(_ severity: EventRecord.Severity) {
        events[severity.rawValue, default: 0] += 1
    }
}

/// How late the loop's timers fired.
package struct LoopMeasures: Equatable, Sendable {
    package var timers: UInt64 = 0
    package var lateness = Duration.zero
    package var worst = Duration.zero

    package init() {}

    package init(timers: UInt64, lateness: Duration, worst: Duration) {
        self.timers = timers
        self.lateness = lateness
        self.worst = worst
    }
}

/// A process of the director.
package struct ProcessMeasures: Equatable, Sendable {
    package var name: String
    /// Nil while it does not run.
    package var pid: Int64?
    package var restarts: UInt64
    package var residentBytes: UInt64 = 0
    /// User and system time.
    package var processorTime = Duration.zero

    package init(name: String, pid: Int64?, restarts: UInt64) {
        self.name = name
        self.pid = pid
        self.restarts = restarts
    }
}

extension CheckSpec {
    /// The kind of check in a word, as the configuration has it.
    package var kindWord: String {
        switch kind {
        case .connect: "connect"
        case .ping: "ping"
        case .http(let check): check.isProxy ? "http_proxy" : check.tls ? "https" : "http"
        case .dialogue(let check): check.service.rawValue
        case .program: "external"
        case .agent: "agent"
        case .path: "datapath"
        }
    }
}

extension IPVSCommand {
    var kindWord: String {
        switch self {
        case .addService: "add-service"
        case .editService: "edit-service"
        case .deleteService: "delete-service"
        case .addServer: "add-server"
        case .editServer: "edit-server"
        case .deleteServer: "delete-server"
        case .zero, .flush, .setTimeouts, .startDaemon, .stopDaemon: "other"
        }
    }
}
