/// Totals since the entry was made or zeroed, and the kernel's rate estimates (2 s period, smoothed).
package struct Statistics: Hashable, Sendable {
    package var connections: UInt64 = 0
    package var inPackets: UInt64 = 0
    package var outPackets: UInt64 = 0
    package var inBytes: UInt64 = 0
    package var outBytes: UInt64 = 0
    /// Per second.
    package var connectionRate: UInt64 = 0
    package var inPacketRate: UInt64 = 0
    package var outPacketRate: UInt64 = 0
    /// Bytes, not bits, per second.
    package var inByteRate: UInt64 = 0
    package var outByteRate: UInt64 = 0

    package init() {}
}

/// The connections of one real server, as the kernel counts them now.
package struct ConnectionCounts: Hashable, Sendable {
    /// Established TCP connections.
    package var active: UInt32 = 0
    /// All others: closing and half-open TCP, all UDP.
    package var inactive: UInt32 = 0
    /// Persistence templates.
    package var persistent: UInt32 = 0

    package init() {}
}

/// A real server as the kernel reports it.
package struct RealServerStatus: Hashable, Sendable {
    package var server: RealServer
    package var connections: ConnectionCounts
    package var statistics: Statistics

    package init(_ server: RealServer, connections: ConnectionCounts = .init(), statistics: Statistics = .init()) {
        self.server = server
        self.connections = connections
        self.statistics = statistics
    }
}

/// A virtual service as the kernel reports it, with its real servers where they were asked for.
package struct VirtualServiceStatus: Hashable, Sendable {
    package var service: VirtualService
    package var statistics: Statistics
    package var servers: [RealServerStatus]

    package init(_ service: VirtualService, statistics: Statistics = .init(), servers: [RealServerStatus] = []) {
        self.service = service
        self.statistics = statistics
        self.servers = servers
    }
}
