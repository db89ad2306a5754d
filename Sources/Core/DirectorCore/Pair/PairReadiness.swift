package import TimeTypes

/// Whether this director may take the addresses from one that works: its table is in the kernel, every server was
/// checked once, and it has taken in the connections of the master for long enough. It gates failback and preemption
/// only: where nobody is master, readiness is not asked for.
package struct PairReadiness: Hashable, Sendable {
    package var isReady: Bool
    /// What is missing, or that nothing is.
    package var reason: String

    package init(isReady: Bool, reason: String) {
        self.isReady = isReady
        self.reason = reason
    }
}

/// What readiness is made of. The first two stay true once they were: a reload does not make a director a beginner.
package struct ReadinessState: Sendable {
    private var hasTable = false
    private var wasChecked = false

    package init() {}

    /// What is looked at.
    package struct Facts: Sendable {
        /// What the kernel refused; nil when it has everything.
        package var refusal: String?
        package var allChecked: Bool
        /// Connections are to be synchronised, and this director is the backup of somebody.
        package var needsConnections: Bool
        /// Since when the backup sync daemon runs; nil while it does not.
        package var listeningSince: MonotonicInstant?
        package var settling: Duration

        package init(
            refusal: String?, allChecked: Bool, needsConnections: Bool, listeningSince: MonotonicInstant?,
            settling: Duration
        ) {
            self.refusal = refusal
            self.allChecked = allChecked
            self.needsConnections = needsConnections
            self.listeningSince = listeningSince
            self.settling = settling
        }
    }

    package mutating func judge(_ facts: Facts, at now: MonotonicInstant) -> PairReadiness {
        hasTable = hasTable || facts.refusal == nil
        wasChecked = wasChecked || facts.allChecked
        if !hasTable, let refusal = facts.refusal {
            return PairReadiness(isReady: false, reason: "the kernel refused \(refusal)")
        }
        guard wasChecked else {
            return PairReadiness(isReady: false, reason: "the first round of checks is not over")
        }
        guard facts.needsConnections else { return .ready }
        guard let since = facts.listeningSince else {
            return PairReadiness(isReady: false, reason: "the backup sync daemon does not run")
        }
        let left = facts.settling - (now - since)
        guard left <= .zero else {
            return PairReadiness(
                isReady: false,
                reason: "connections of the master are taken in for \((now - since).components.seconds) s of "
                    + facts.settling.words)
        }
        return .ready
    }
}

extension PairReadiness {
    package static let ready = PairReadiness(isReady: true, reason: "table, checks and connections are there")
}
