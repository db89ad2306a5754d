package import HealthChecking
package import NetworkTypes

/// The health of a section's servers by address and port. A server's stands apart, and servers that are alike share
/// it until they differ: at the start of a large farm that is one for thousands.
package struct HealthTable: Hashable, Sendable {
    private var places: [Endpoint: Apart<ServerHealth>]

    init(minimumCapacity: Int = 0) { places = Dictionary(minimumCapacity: minimumCapacity) }

    package subscript(_ endpoint: Endpoint) -> ServerHealth? {
        get { places[endpoint]?.wrappedValue }
        set { places[endpoint] = newValue.map { Apart(wrappedValue: $0) } }
    }

    mutating func share(_ health: Apart<ServerHealth>, with endpoint: Endpoint) { places[endpoint] = health }

    package var keys: some Collection<Endpoint> { places.keys }
    package var values: some Collection<ServerHealth> { places.values.lazy.map(\.wrappedValue) }
}

extension HealthTable: Sequence {
    package func makeIterator() -> some IteratorProtocol<(key: Endpoint, value: ServerHealth)> {
        places.lazy.map { (key: $0.key, value: $0.value.wrappedValue) }.makeIterator()
    }
}
