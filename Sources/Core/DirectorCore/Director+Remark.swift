package import HealthChecking
package import TimeTypes

extension Director {
    /// Passes on what the prober remarked about a check's server: once, however many services use the check.
    package mutating func remark(_ id: CheckID, _ text: String, at now: WallTime) {
        let users = checks.users(of: id)
        guard let first = users.first else { return }
        let others = users.count > 1 ? " and \(users.count - 1) more" : ""
        report(
            EventRecord(
                .remark, at: now, service: first.service, server: first.server,
                "real server \(first.server) of \(first.service)\(others) \(text)"))
    }
}
