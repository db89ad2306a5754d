import NetworkTypes
import VirtualServers

/// A quiescent server that is out stays in the kernel with weight 0, and is not added when it is not there
/// (`readdquiescent`). But who takes a configuration over gives every server its place, as ldirectord does at its start
/// and at a reload: one that was removed while its section was not quiescent yet, one whose entry somebody has deleted,
/// and one that is in maintenance since before it was known.
extension Director {
    /// Notes whom a configuration that was just taken over, changed or not, owes a place. Returns whether there is one
    /// to give.
    @discardableResult
    package mutating func owePlaces() -> Bool {
        owing = []
        for virtual in configuration.virtuals {
            let id = virtual.service.id
            guard let state = services[id] else { continue }
            let owed = state.missingPlaces(actual: actual.entries[id])
            guard !owed.isEmpty || !state.owedPlaces.isEmpty else { continue }
            services[id]?.owedPlaces = owed
            guard !owed.isEmpty else { continue }
            owing.insert(id)
            marked.insert(id)
        }
        return !owing.isEmpty
    }

    /// Whoever has been in the kernel since has had its place.
    mutating func settlePlaces() {
        for id in owing {
            services[id]?.settlePlaces(actual: actual.entries[id])
            if services[id]?.owedPlaces.isEmpty ?? true { owing.remove(id) }
        }
    }
}

extension ServiceState {
    /// The servers that are out, that the kernel does not have, and that `quiescent` would keep there.
    func missingPlaces(actual: VirtualServerTable.Entry?) -> Set<Endpoint> {
        guard configuration.quiescent, !configuration.readdQuiescent else { return [] }
        let reals = configuration.reals.lazy.map(\.server.endpoint)
        return Set(reals.filter { isOut($0) && actual?.servers[$0] == nil })
    }

    private func isOut(_ endpoint: Endpoint) -> Bool {
        health[endpoint]?.state == .down || agents[endpoint]?.isOut == true || withdrawals[endpoint]?.cause == .disable
    }

    mutating func settlePlaces(actual: VirtualServerTable.Entry?) {
        guard !owedPlaces.isEmpty else { return }
        owedPlaces = owedPlaces.filter { actual?.servers[$0] == nil }
    }
}
