package import DirectorConfig
package import HealthChecking
package import NetworkTypes
package import TimeTypes
package import VirtualServers

/// Which checks the configuration wants, each once, and whom the result of each concerns.
package struct CheckRegistry: Sendable {
    /// One of the checks of a real server of a virtual service.
    package struct User: Hashable, Sendable {
        package var service: VirtualService.ID
        package var server: Endpoint
        /// Which of the server's checks.
        package var check = 0

        /// In place of a check: what the server's agent says.
        package static let agent = -1
    }

    private struct Entry: Sendable {
        var spec: CheckSpec
        var users: [User]
        var log = CheckLog()
        /// When its last result came.
        var arrivedAt: MonotonicInstant?
    }

    private var entries: [CheckID: Entry] = [:]
    private var identifiers: [CheckSpec: CheckID] = [:]
    private var lastIdentifier: UInt32 = 0

    package init() {}

    package var count: Int { entries.count }

    /// The longest time that may pass between two results of the prober, of whichever checks; nil without checks.
    ///
    /// While runs are in flight one of them ends within the longest run; while none is, the check with the shortest
    /// interval starts within that. So a single check that is seldom run does not make all the others wait.
    package var longestSilence: Duration? {
        let specs = entries.values.lazy.map(\.spec).filter { !$0.isForEngine }
        guard let interval = specs.map(\.interval).min(), let run = specs.map(\.longestRun).max() else { return nil }
        return interval + run
    }

    /// Every check, for a prober that has just connected.
    package var requests: [ProberRequest] {
        entries.keys.sorted { $0.rawValue < $1.rawValue }.compactMap { id in
            entries[id].map { .add(id, $0.spec) }
        }
    }

    /// Remembers what a check found.
    package mutating func record(_ id: CheckID, _ result: CheckResult, at now: WallTime) {
        entries[id]?.log.append(result, at: now)
    }

    /// Notes that a result came. Returns the kind of the check, and by how much later than its interval this result
    /// came than it should have; nil for the first one, and for a check that is not known.
    package mutating func arrived(
        _ id: CheckID, latency: Duration, at now: MonotonicInstant
    ) -> (kind: String, lateness: Duration?)? {
        guard let spec = entries[id]?.spec else { return nil }
        let last = entries[id]?.arrivedAt
        entries[id]?.arrivedAt = now
        return (spec.kindWord, last.map { max(.zero, now - $0 - spec.interval - latency) })
    }

    /// The checks that have had a result, and when the last one came.
    var arrivals: [(spec: CheckSpec, at: MonotonicInstant)] {
        entries.values.compactMap { entry in entry.arrivedAt.map { (entry.spec, $0) } }
    }

    /// What a check found lately; nothing for one that is not known.
    package func log(of spec: CheckSpec) -> CheckLog {
        identifiers[spec].flatMap { entries[$0]?.log } ?? CheckLog()
    }

    package func users(of id: CheckID) -> [User] { entries[id]?.users ?? [] }

    /// Takes over the checks of a configuration; returns what the prober has to be told. A check that stays keeps its
    /// identifier, so the prober goes on with it undisturbed.
    package mutating func replace(with configuration: Configuration) -> [ProberRequest] {
        var users: [CheckID: [User]] = Dictionary(minimumCapacity: entries.count)
        var added: [(id: CheckID, spec: CheckSpec)] = []
        func use(_ spec: CheckSpec, _ user: User) {
            let id: CheckID
            if let known = identifiers[spec] {
                id = known
            } else {
                lastIdentifier &+= 1
                id = CheckID(rawValue: lastIdentifier)
                identifiers[spec] = id
                added.append((id, spec))
            }
            users[id, default: []].append(user)
        }
        for virtual in configuration.virtuals {
            let service = virtual.service.id
            for real in virtual.reals {
                let server = real.server.endpoint
                for (index, probe) in real.probes.enumerated() {
                    use(probe.spec, User(service: service, server: server, check: index))
                }
                if let agent = virtual.agent?.spec(of: server) {
                    use(agent, User(service: service, server: server, check: User.agent))
                }
            }
            for server in virtual.tiers.flatMap(\.servers) {
                for (index, probe) in server.probes.enumerated() {
                    use(probe.spec, User(service: service, server: server.server.endpoint, check: index))
                }
            }
        }
        let removed = entries.filter { users[$0.key] == nil }.sorted { $0.key.rawValue < $1.key.rawValue }
        for (id, entry) in removed {
            entries[id] = nil
            identifiers[entry.spec] = nil
        }
        for (id, spec) in added { entries[id] = Entry(spec: spec, users: []) }
        for (id, users) in users { entries[id]?.users = users }
        return removed.map { .remove($0.key) } + added.map { .add($0.id, $0.spec) }
    }
}
