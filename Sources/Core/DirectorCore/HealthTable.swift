import DirectorConfig
package import HealthChecking
package import NetworkTypes

/// The health of servers by address and port. Those of a section stand in its order and need no keys of their own, and
/// servers that are alike share their health until they differ: at the start of a large farm that is one for thousands.
package struct HealthTable: Sendable {
    /// So few are found sooner by looking at each.
    private static let fewServers = 16

    private struct Rare {
        /// The index of each of many servers.
        var indices: [Endpoint: Int] = [:]
        /// Of servers that are none of the section's.
        var others: [Endpoint: Apart<ServerHealth>] = [:]
    }

    private var servers: [RealConfiguration] = []
    /// Each at its server's index.
    private var places: [Apart<ServerHealth>?] = []
    private var rare: Apart<Rare>?

    init() {}

    /// - Parameter health: of each.
    init(of servers: [RealConfiguration], _ health: (RealConfiguration) -> Apart<ServerHealth>) {
        self.servers = servers
        places = servers.map(health)
        guard servers.count > Self.fewServers else { return }
        let endpoints = servers.map(\.server.endpoint)
        rare = Apart(wrappedValue: Rare(indices: Dictionary(zip(endpoints, endpoints.indices)) { first, _ in first }))
    }

    package subscript(_ endpoint: Endpoint) -> ServerHealth? {
        get {
            let place = index(of: endpoint).map { places[$0] } ?? rare?.wrappedValue.others[endpoint]
            return place?.wrappedValue
        }
        set {
            let place = newValue.map { Apart(wrappedValue: $0) }
            if let index = index(of: endpoint) {
                places[index] = place
            } else {
                var changed = rare?.wrappedValue ?? Rare()
                // Nobody else has it then, and it is changed in place.
                rare = nil
                changed.others[endpoint] = place
                rare = Apart(wrappedValue: changed)
            }
        }
    }

    private func index(of endpoint: Endpoint) -> Int? {
        servers.count > Self.fewServers
            ? rare?.wrappedValue.indices[endpoint] : servers.firstIndex { $0.server.endpoint == endpoint }
    }

    /// Goes on with an equal section's servers, so that the others are given back.
    mutating func share(_ equal: [RealConfiguration]) { servers = equal }

    package var keys: [Endpoint] {
        zip(servers, places).compactMap { $1 == nil ? nil : $0.server.endpoint }
            + (rare?.wrappedValue.others.keys.map(\.self) ?? [])
    }

    package var values: some Collection<ServerHealth> {
        (places.compactMap(\.self) + (rare?.wrappedValue.others.values.map(\.self) ?? [])).lazy.map(\.wrappedValue)
    }
}

extension HealthTable: Sequence {
    package func makeIterator() -> some IteratorProtocol<(key: Endpoint, value: ServerHealth)> {
        zip(keys, values).lazy.map { (key: $0, value: $1) }.makeIterator()
    }
}
