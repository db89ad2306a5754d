package import DirectorConfig
package import HealthChecking
package import NetworkTypes
package import VirtualServers

/// Which checks the configuration wants, each once, and whom the result of each concerns.
package struct CheckRegistry: Sendable {
    /// A real server of a virtual service.
    package struct User: Hashable, Sendable {
        package var service: VirtualService.ID
        package var server: Endpoint
    }

    private struct Entry: Sendable {
        var spec: CheckSpec
        var users: [User]
    }

    private var entries: [CheckID: Entry] = [:]
    private var identifiers: [CheckSpec: CheckID] = [:]
    private var lastIdentifier: UInt32 = 0

    package init() {}

    package var count: Int { entries.count }

    /// The longest time that may pass between two results of one check; nil without checks.
    package var longestCycle: Duration? {
        entries.values.map { $0.spec.interval + $0.spec.longestRun }.max()
    }

    /// Every check, for a prober that has just connected.
    package var requests: [ProberRequest] {
        entries.keys.sorted { $0.rawValue < $1.rawValue }.compactMap { id in
            entries[id].map { .add(id, $0.spec) }
        }
    }

    package func users(of id: CheckID) -> [User] { entries[id]?.users ?? [] }

    /// Takes over the checks of a configuration; returns what the prober has to be told. A check that stays keeps its
    /// identifier, so the prober goes on with it undisturbed.
    package mutating func replace(with configuration: Configuration) -> [ProberRequest] {
        var wanted: [CheckSpec: [User]] = [:]
        var order: [CheckSpec] = []
        for virtual in configuration.virtuals {
            for real in virtual.reals {
                guard case .probe(let spec) = real.check else { continue }
                let user = User(service: virtual.service.id, server: real.server.endpoint)
                if wanted[spec]?.append(user) == nil {
                    wanted[spec] = [user]
                    order.append(spec)
                }
            }
        }
        var requests: [ProberRequest] = []
        for (id, entry) in entries.sorted(by: { $0.key.rawValue < $1.key.rawValue }) where wanted[entry.spec] == nil {
            entries[id] = nil
            identifiers[entry.spec] = nil
            requests.append(.remove(id))
        }
        for spec in order {
            guard let users = wanted[spec] else { continue }
            if let id = identifiers[spec] {
                entries[id]?.users = users
            } else {
                lastIdentifier &+= 1
                let id = CheckID(rawValue: lastIdentifier)
                identifiers[spec] = id
                entries[id] = Entry(spec: spec, users: users)
                requests.append(.add(id, spec))
            }
        }
        return requests
    }
}
