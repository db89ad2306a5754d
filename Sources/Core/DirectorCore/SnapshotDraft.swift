package import NetworkTypes
package import TimeTypes
package import VirtualServers

/// A snapshot that is still to be made: what there is to know at one moment, as it lies there. Taking it costs the
/// engine next to nothing; making the snapshot of it is work for another thread.
package struct SnapshotDraft: Sendable {
    private let now: Moment
    private let engine: EngineSnapshot
    private let services: ServiceFacts
    private let pair: PairSnapshot?
    private let events: [EventRecord]

    package init(
        of director: Director, engine: EngineSnapshot, pair: PairSnapshot?, events: [EventRecord], at now: Moment
    ) {
        self.now = now
        self.engine = engine
        self.pair = pair
        self.events = events
        services = director.serviceFacts
    }

    /// - Parameter counters: what the kernel counts now; servers that are not in it count zero.
    package func snapshot(counters: [VirtualService.ID: [Endpoint: RealServerStatus]]) -> Snapshot {
        var snapshot = Snapshot(
            time: now.wall, engine: engine, services: services.snapshots(counters: counters, at: now), events: events)
        snapshot.pair = pair
        return snapshot
    }
}
