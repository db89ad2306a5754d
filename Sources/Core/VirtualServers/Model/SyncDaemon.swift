package import NetworkTypes

/// A connection synchronisation daemon of the kernel.
package struct SyncDaemon: Hashable, Sendable {
    package enum Role: UInt32, Hashable, Sendable, CaseIterable {
        case master = 1
        case backup = 2
    }

    package var role: Role
    /// The interface that carries the multicast, at most 15 bytes.
    package var interface: String
    /// 0 to 255.
    package var syncID: UInt32
    /// Bytes of a message, 1 to 65507; nil for what fits the interface.
    package var maximumLength: UInt16?
    /// A multicast address; nil for 224.0.0.81.
    package var group: IPAddress?
    /// UDP port; nil for 8848.
    package var port: UInt16?
    /// Multicast time to live, 1 to 255; nil for 1.
    package var ttl: UInt8?

    package init(
        _ role: Role, interface: String, syncID: UInt32 = 0, maximumLength: UInt16? = nil, group: IPAddress? = nil,
        port: UInt16? = nil, ttl: UInt8? = nil
    ) {
        self.role = role
        self.interface = interface
        self.syncID = syncID
        self.maximumLength = maximumLength
        self.group = group
        self.port = port
        self.ttl = ttl
    }
}

/// Connection timeouts in seconds; 0 to 2678400 (31 days) when set, where 0 leaves a value as it is.
package struct ConnectionTimeouts: Hashable, Sendable {
    package var tcp: UInt32
    package var tcpFin: UInt32
    package var udp: UInt32

    package init(tcp: UInt32, tcpFin: UInt32, udp: UInt32) {
        self.tcp = tcp
        self.tcpFin = tcpFin
        self.udp = udp
    }
}

/// What the kernel says of its IPVS.
package struct KernelInfo: Hashable, Sendable {
    /// `major << 16 | minor << 8 | patch`.
    package var version: UInt32
    /// Buckets of the connection table.
    package var connectionTableSize: UInt32

    package init(version: UInt32, connectionTableSize: UInt32) {
        self.version = version
        self.connectionTableSize = connectionTableSize
    }
}
