package import NetworkTypes

/// How packets travel from the director to a real server.
package enum ForwardingMethod: Hashable, Sendable {
    /// Network address translation (`-m`, `masq`).
    case masquerading
    /// Direct routing (`-g`, `gate`).
    case directRouting
    /// Encapsulation (`-i`, `ipip`).
    case tunnelling(Tunnel)
    /// On the director itself; reported by old kernels only.
    case local

    package static let ipip = ForwardingMethod.tunnelling(.ipip)

    package var isTunnelling: Bool {
        if case .tunnelling = self { true } else { false }
    }
}

/// The encapsulation of a tunnelling real server.
package enum Tunnel: Hashable, Sendable {
    case ipip
    /// Generic UDP encapsulation to a port, 1 to 65535.
    case gue(port: UInt16, TunnelChecksum)
    case gre(TunnelChecksum)
}

/// Whether an encapsulated packet carries a checksum.
package enum TunnelChecksum: UInt16, Hashable, Sendable {
    case none = 0
    case checksum = 1
    /// Remote checksum offload, GUE only.
    case remote = 2
}

/// A real server of a virtual service as configured.
package struct RealServer: Hashable, Sendable, Identifiable {
    package var id: Endpoint { endpoint }

    package let endpoint: Endpoint
    package var method: ForwardingMethod
    /// 0 (no new connections) to 2147483647.
    package var weight: Int32
    /// Connections above which the server gets no new ones; 0 for no limit.
    package var upperThreshold: UInt32
    /// Connections below which an overloaded server is used again; 0 for three quarters of the upper one.
    package var lowerThreshold: UInt32

    package init(
        _ endpoint: Endpoint, method: ForwardingMethod = .directRouting, weight: Int32 = 1,
        upperThreshold: UInt32 = 0, lowerThreshold: UInt32 = 0
    ) {
        self.endpoint = endpoint
        self.method = method
        self.weight = weight
        self.upperThreshold = upperThreshold
        self.lowerThreshold = lowerThreshold
    }
}
