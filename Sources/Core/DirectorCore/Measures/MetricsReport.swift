package import VirtualServers

/// Everything that is counted and measured at one moment.
package struct MetricsReport: Equatable, Sendable {
    package var snapshot: Snapshot
    /// What the kernel has counted, in the order of the snapshot's services.
    package var traffic: [ServiceTraffic]
    package var measures: EngineMeasures
    package var processes: [ProcessMeasures]
    package var release: String

    package init(
        snapshot: Snapshot, traffic: [ServiceTraffic], measures: EngineMeasures, processes: [ProcessMeasures],
        release: String = Release.version
    ) {
        self.snapshot = snapshot
        self.traffic = traffic
        self.measures = measures
        self.processes = processes
        self.release = release
    }
}

/// The kernel's counters of a virtual service and of its real servers, those of fallback tiers behind them; nil for
/// what the kernel does not have.
package struct ServiceTraffic: Equatable, Sendable {
    package var service: Traffic?
    package var servers: [Traffic?]

    package init(service: Traffic?, servers: [Traffic?]) {
        self.service = service
        self.servers = servers
    }
}

/// Totals since the entry was made.
package struct Traffic: Equatable, Sendable {
    package var connections: UInt64
    package var inPackets: UInt64
    package var outPackets: UInt64
    package var inBytes: UInt64
    package var outBytes: UInt64

    package init(connections: UInt64, inPackets: UInt64, outPackets: UInt64, inBytes: UInt64, outBytes: UInt64) {
        self.connections = connections
        self.inPackets = inPackets
        self.outPackets = outPackets
        self.inBytes = inBytes
        self.outBytes = outBytes
    }

    package init(_ statistics: Statistics) {
        self.init(
            connections: statistics.connections, inPackets: statistics.inPackets, outPackets: statistics.outPackets,
            inBytes: statistics.inBytes, outBytes: statistics.outBytes)
    }
}
