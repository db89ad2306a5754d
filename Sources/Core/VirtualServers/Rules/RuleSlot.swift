/// What an option settles. Options that exclude each other (`-t`, `-u`, `-f`; `-m`, `-i`, `-g`) share one slot, and a
/// slot can be filled once. The order is the one in which a line is checked, so that of several faults the same is
/// reported as by ipvsadm.
package enum RuleSlot: UInt8, Sendable {
    case numeric, connection, serviceAddress, scheduler, persistent, netmask, realServer, forwardingMethod
    case weight, upperThreshold, lowerThreshold, multicastInterface, timeout, daemon, stats, rate, thresholds
    case persistentConnections, noSort, syncID, exact, ops, persistenceEngine, schedulerFlags
    case multicastGroup, multicastPort, multicastTTL, syncMaximumLength
    case tunnelInfo, tunnelType, tunnelPort, tunnelNoChecksum, tunnelChecksum, tunnelRemoteChecksum

    /// The last in the order of checking.
    static let last = RuleSlot.tunnelRemoteChecksum

    /// How messages call it.
    package var name: String {
        switch self {
        case .numeric: "numeric"
        case .connection: "connection"
        case .serviceAddress: "service-address"
        case .scheduler: "scheduler"
        case .persistent: "persistent"
        case .netmask: "netmask"
        case .realServer: "real-server"
        case .forwardingMethod: "forwarding-method"
        case .weight: "weight"
        case .upperThreshold: "u-threshold"
        case .lowerThreshold: "l-threshold"
        case .multicastInterface: "mcast-interface"
        case .timeout: "timeout"
        case .daemon: "daemon"
        case .stats: "stats"
        case .rate: "rate"
        case .thresholds: "thresholds"
        case .persistentConnections: "persistent-conn"
        case .noSort: "nosort"
        case .syncID: "syncid"
        case .exact: "exact"
        case .ops: "ops"
        case .persistenceEngine: "pe"
        case .schedulerFlags: "sched-flags"
        case .multicastGroup: "mcast-group"
        case .multicastPort: "mcast-port"
        case .multicastTTL: "mcast-ttl"
        case .syncMaximumLength: "sync-maxlen"
        case .tunnelInfo: "tun-info"
        case .tunnelType: "tun-type"
        case .tunnelPort: "tun-port"
        case .tunnelNoChecksum: "tun-nocsum"
        case .tunnelChecksum: "tun-csum"
        case .tunnelRemoteChecksum: "tun-remcsum"
        }
    }
}

/// A set of slots; a bit for each. Sets are put together with `+`, not from arrays: those need types that are made at
/// run time, which a command that lives for milliseconds notices.
package struct RuleSlots: Equatable, Sendable {
    private var bits: UInt64

    package static let none = RuleSlots(bits: 0)

    private init(bits: UInt64) {
        self.bits = bits
    }

    package init(_ slot: RuleSlot) {
        bits = Self.bit(slot)
    }

    package static func + (set: RuleSlots, slot: RuleSlot) -> RuleSlots {
        RuleSlots(bits: set.bits | bit(slot))
    }

    package func contains(_ slot: RuleSlot) -> Bool { bits & Self.bit(slot) != 0 }

    package mutating func insert(_ slot: RuleSlot) { bits |= Self.bit(slot) }

    package func isDisjoint(with other: RuleSlots) -> Bool { bits & other.bits == 0 }

    private static func bit(_ slot: RuleSlot) -> UInt64 { 1 << UInt64(slot.rawValue) }
}
