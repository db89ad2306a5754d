package import HealthChecking
package import TimeTypes

extension CheckRegistry {
    /// What a check was allowed to be late before it counts as overdue, beyond its interval and its longest run.
    static let patience = Duration.seconds(5)

    /// Checks whose next result should have been here by now.
    package func overdue(at now: MonotonicInstant) -> Int {
        arrivals.count { $0.at + $0.spec.interval + $0.spec.longestRun + Self.patience < now }
    }
}

extension Director {
    /// Notes that a check's result came: its kind, and by how much later than its interval it came.
    package mutating func arrived(
        _ id: CheckID, latency: Duration, at now: MonotonicInstant
    ) -> (kind: String, lateness: Duration?)? {
        checks.arrived(id, latency: latency, at: now)
    }
}
