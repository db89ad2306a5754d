package import HealthChecking
package import NetworkTypes
package import TimeTypes
package import VirtualServers

/// What a director knows at one moment, for people and their programs. Everything in it is a copy.
package struct Snapshot: Equatable, Sendable {
    package var time: WallTime
    package var engine: EngineSnapshot
    /// Virtual routers, peers, links; nil where the configuration has no vrrp section.
    package var pair: PairSnapshot?
    package var services: [ServiceSnapshot]
    /// The latest events, oldest first.
    package var events: [EventRecord]

    package init(time: WallTime, engine: EngineSnapshot, services: [ServiceSnapshot], events: [EventRecord]) {
        self.time = time
        self.engine = engine
        self.services = services
        self.events = events
    }
}

/// The process that decides.
package struct EngineSnapshot: Equatable, Sendable {
    package var pid: Int64
    package var startedAt: WallTime
    package var configurationFile: String
    package var configurationLoadedAt: WallTime
    /// Why the file as it is now is not in force; nil when it is.
    package var configurationProblem: String?
    package var proberConnected: Bool
    package var checkCount: Int
    /// Why events would not outlast the daemon; nil when they do.
    package var journalProblem: String?
    /// What checks lack on this machine, so that they judge nobody; nil when all can be run.
    package var shortage: String?
    /// What monitors and applications outside have reported.
    package var outside = OutsideMemory()

    package init(
        pid: Int64, startedAt: WallTime, configurationFile: String, configurationLoadedAt: WallTime,
        configurationProblem: String? = nil, proberConnected: Bool, checkCount: Int
    ) {
        self.pid = pid
        self.startedAt = startedAt
        self.configurationFile = configurationFile
        self.configurationLoadedAt = configurationLoadedAt
        self.configurationProblem = configurationProblem
        self.proberConnected = proberConnected
        self.checkCount = checkCount
    }
}

/// A configured virtual service.
package struct ServiceSnapshot: Equatable, Sendable {
    package var id: VirtualService.ID
    package var scheduler: String
    package var persistenceTimeout: UInt32?
    /// Whether the kernel has it.
    package var inKernel: Bool
    /// What the kernel refused last; nil when all is as it should be.
    package var problem: String?
    package var fallback: Endpoint?
    package var fallbackActive: Bool
    package var servers: [ServerSnapshot]
    /// The checked servers that stand in before the fallback, tier by tier.
    package var tiers: [[ServerSnapshot]] = []
    /// The tier that stands in, from 0.
    package var activeTier: Int?

    package init(
        id: VirtualService.ID, scheduler: String, persistenceTimeout: UInt32?, inKernel: Bool, problem: String?,
        fallback: Endpoint?, fallbackActive: Bool, servers: [ServerSnapshot]
    ) {
        self.id = id
        self.scheduler = scheduler
        self.persistenceTimeout = persistenceTimeout
        self.inKernel = inKernel
        self.problem = problem
        self.fallback = fallback
        self.fallbackActive = fallbackActive
        self.servers = servers
    }
}

/// A real server of a virtual service.
package struct ServerSnapshot: Equatable, Sendable {
    package var endpoint: Endpoint
    /// `masq`, `gate`, `ipip`, as in configuration.
    package var method: String
    package var state: HealthTracker.State
    package var since: WallTime
    package var reason: String
    package var failures: Int
    package var failureCount: Int
    package var lastCheck: WallTime?
    package var latency: Duration?
    /// What is asked of the server, in words.
    package var check: String
    /// The configured weight.
    package var weight: Int32
    /// The weight in the kernel's table; nil when it is not there.
    package var kernelWeight: Int32?
    package var activeConnections: UInt32
    package var inactiveConnections: UInt32
    package var rates = ServerRates()
    /// Successes in a row of a server that is down, of `rise` that bring it back.
    package var successes = 0
    package var rise = 1
    /// Why it is out, or on its way out, whatever its checks say.
    package var withdrawal: WithdrawalSnapshot?
    /// It changes too often and is down until then.
    package var heldUntil: WallTime?
    /// What its agent says; nil without one.
    package var agent: AgentSnapshot?
    /// It is down and stays in for the sake of `minup`.
    package var isKept = false
    /// Each of its checks where it has several.
    package var checks: [CheckSnapshot] = []

    package init(
        endpoint: Endpoint, method: String, health: HealthTracker, failureCount: Int, check: String, weight: Int32,
        kernelWeight: Int32?, connections: ConnectionCounts
    ) {
        self.endpoint = endpoint
        self.method = method
        state = health.state
        since = health.since
        reason = health.reason
        failures = health.failures
        self.failureCount = failureCount
        lastCheck = health.lastCheck
        latency = health.latency
        self.check = check
        self.weight = weight
        self.kernelWeight = kernelWeight
        activeConnections = connections.active
        inactiveConnections = connections.inactive
    }
}

/// What takes a server out for another reason than its checks.
package struct WithdrawalSnapshot: Hashable, Sendable {
    package var cause: Withdrawal.Cause
    /// Who gave the order; nil when it is the file's doing.
    package var by: String?
    package var since: WallTime
    /// Its connections are still waited for.
    package var isDraining: Bool
    /// When the waiting ends at the latest; nil without a limit.
    package var deadline: WallTime?

    package init(
        cause: Withdrawal.Cause, by: String? = nil, since: WallTime, isDraining: Bool, deadline: WallTime? = nil
    ) {
        self.cause = cause
        self.by = by
        self.since = since
        self.isDraining = isDraining
        self.deadline = deadline
    }
}

/// What a server's agent says.
package struct AgentSnapshot: Hashable, Sendable {
    /// Its latest line, and whether it is silent.
    package var says: String
    /// The share of the configured weight that it asks for.
    package var percent: Int32
    package var effect: AgentState.Effect
    /// When it began to mean that; nil when that was before the engine's start.
    package var since: WallTime?

    package init(says: String, percent: Int32, effect: AgentState.Effect, since: WallTime? = nil) {
        self.since = since
        self.says = says
        self.percent = percent
        self.effect = effect
    }
}

/// One of several checks of a server.
package struct CheckSnapshot: Hashable, Sendable {
    /// As written; empty for the one that the section's own keys describe.
    package var name: String
    package var state: HealthTracker.State
    package var reason: String
    package var failures: Int
    package var lastCheck: WallTime?
    package var latency: Duration?

    package init(
        name: String, state: HealthTracker.State, reason: String, failures: Int = 0, lastCheck: WallTime? = nil,
        latency: Duration? = nil
    ) {
        self.name = name
        self.state = state
        self.reason = reason
        self.failures = failures
        self.lastCheck = lastCheck
        self.latency = latency
    }
}

extension ServiceSnapshot {
    /// Servers whose checks pass and that neither an operator nor their own agent has taken out.
    package var upCount: Int { servers.count(where: \.isUp) }
}

extension ServerSnapshot {
    /// Since when it is what it is to an operator: ordered out, taken out by its agent, or what its checks say. Nil
    /// when that is not known.
    package var stateSince: WallTime? {
        if let withdrawal { return withdrawal.since }
        guard heldUntil == nil, !isKept, state == .up, let agent, agent.effect != .none else { return since }
        return agent.since
    }

    package var isUp: Bool { state == .up && withdrawal == nil && (agent.map { $0.effect == .none } ?? true) }
}

/// What the kernel counts for a real server in a second, smoothed over two.
package struct ServerRates: Hashable, Sendable {
    package var connections: UInt64 = 0
    package var inBytes: UInt64 = 0
    package var outBytes: UInt64 = 0

    package init() {}

    package init(_ statistics: Statistics) {
        connections = statistics.connectionRate
        inBytes = statistics.inByteRate
        outBytes = statistics.outByteRate
    }
}

/// The part of a server's snapshot that changes all the time: what is counted and measured, apart from what is decided.
package struct ServerMeasures: Hashable, Sendable {
    package var activeConnections: UInt32 = 0
    package var inactiveConnections: UInt32 = 0
    package var rates = ServerRates()
    package var lastCheck: WallTime?
    package var latency: Duration?

    package init() {}
}

extension ServerSnapshot {
    package var measures: ServerMeasures {
        get {
            var measures = ServerMeasures()
            measures.activeConnections = activeConnections
            measures.inactiveConnections = inactiveConnections
            measures.rates = rates
            measures.lastCheck = lastCheck
            measures.latency = latency
            return measures
        }
        set {
            activeConnections = newValue.activeConnections
            inactiveConnections = newValue.inactiveConnections
            rates = newValue.rates
            lastCheck = newValue.lastCheck
            latency = newValue.latency
        }
    }
}
