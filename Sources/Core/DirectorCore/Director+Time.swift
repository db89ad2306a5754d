package import NetworkTypes
package import TimeTypes
package import VirtualServers

extension Director {
    /// When time alone may change what should be in the kernel, or something is to be told; nil when neither.
    package var nextDeadline: MonotonicInstant? {
        let change = deadlines.values.min()
        guard let summary = repetitions.deadline else { return change }
        return change.map { min($0, summary) } ?? summary
    }

    /// Marks the services whose time has come, and tells summaries that are due. Returns whether there are such
    /// services.
    package mutating func advance(to now: Moment) -> Bool {
        for summary in repetitions.due(at: now) { report(summary) }
        let due = deadlines.filter { $0.value <= now.instant }.map(\.key)
        marked.formUnion(due)
        return !due.isEmpty
    }

    /// Services with servers whose connections are waited for.
    package var draining: [VirtualService.ID] {
        services.filter { $0.value.withdrawals.values.contains(where: \.isDraining) }.map(\.key)
    }

    /// Takes in what the kernel counts for the servers of a service. Returns whether the kernel's table may have to
    /// change.
    package mutating func observe(
        _ activity: [Endpoint: ServerActivity], of id: VirtualService.ID, at now: Moment
    ) -> Bool {
        guard let present = actual.entries[id]?.servers, let endpoints = services[id]?.withdrawals.keys else {
            return false
        }
        var hasEnded = false
        for endpoint in endpoints.sorted() {
            // As long as it gets new connections, that there are none says nothing.
            guard let counts = activity[endpoint], present[endpoint]?.weight == 0 else { continue }
            let ended = services[id]?.withdrawals[endpoint]?.observe(
                counts, transport: id.transport, at: now.instant)
            guard ended == true, let service = services[id], let withdrawal = service.withdrawals[endpoint] else {
                continue
            }
            hasEnded = true
            if let event = EventRecord.drained(endpoint, withdrawal, service.configuration, at: now) { report(event) }
        }
        if hasEnded { marked.insert(id) }
        return hasEnded
    }
}
