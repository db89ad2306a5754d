/// Every option of the grammar, as it can be written.
package enum RuleOption: Sendable {
    case command(RuleCommand)
    /// An option that settles a slot by being there.
    case flag(RuleSlot)
    /// An option that settles a slot with a value.
    case value(RuleSlot)
    case tcpService, udpService, sctpService, firewallMark
    case masquerading, tunnelling, directRouting
    /// `-6`, which qualifies a firewall mark.
    case ipv6
    /// `--sort`, accepted and ignored.
    case sort

    package enum Argument: Sendable {
        case none, required
        /// Taken from the next word unless that starts with a hyphen.
        case optional
    }

    package var argument: Argument {
        switch self {
        case .command(.startDaemon), .command(.stopDaemon): .required
        case .value(.persistent): .optional
        case .value, .tcpService, .udpService, .sctpService, .firewallMark: .required
        case .command, .flag, .masquerading, .tunnelling, .directRouting, .ipv6, .sort: .none
        }
    }

    /// The option behind one hyphen.
    package init?(short letter: UInt8) {
        switch UnicodeScalar(letter) {
        case "A": self = .command(.addService)
        case "E": self = .command(.editService)
        case "D": self = .command(.deleteService)
        case "C": self = .command(.flush)
        case "L", "l": self = .command(.list)
        case "a": self = .command(.addServer)
        case "e": self = .command(.editServer)
        case "d": self = .command(.deleteServer)
        case "R": self = .command(.restore)
        case "S": self = .command(.save)
        case "Z": self = .command(.zero)
        case "h": self = .command(.help)
        case "v": self = .command(.version)
        case "t": self = .tcpService
        case "u": self = .udpService
        case "f": self = .firewallMark
        case "6": self = .ipv6
        case "s": self = .value(.scheduler)
        case "p": self = .value(.persistent)
        case "M": self = .value(.netmask)
        case "o": self = .flag(.ops)
        case "b": self = .value(.schedulerFlags)
        case "r": self = .value(.realServer)
        case "m": self = .masquerading
        case "i": self = .tunnelling
        case "g": self = .directRouting
        case "w": self = .value(.weight)
        case "x": self = .value(.upperThreshold)
        case "y": self = .value(.lowerThreshold)
        case "n": self = .flag(.numeric)
        case "c": self = .flag(.connection)
        case "X": self = .flag(.exact)
        default: return nil
        }
    }

    /// Every word behind two hyphens, for completion.
    package static let longNames = [
        "add-service", "edit-service", "delete-service", "clear", "list", "add-server", "edit-server",
        "delete-server", "set", "start-daemon", "stop-daemon", "restore", "save", "zero", "help", "version",
        "tcp-service", "udp-service", "sctp-service", "fwmark-service", "ipv6", "scheduler", "persistent", "netmask",
        "pe", "ops", "sched-flags", "real-server", "masquerading", "ipip", "gatewaying", "weight", "u-threshold",
        "l-threshold", "tun-type", "tun-port", "tun-nocsum", "tun-csum", "tun-remcsum", "numeric", "connection",
        "timeout", "daemon", "stats", "rate", "thresholds", "persistent-conn", "tun-info", "nosort", "sort", "exact",
        "mcast-interface", "syncid", "sync-maxlen", "mcast-group", "mcast-port", "mcast-ttl",
    ]

    /// The option behind two hyphens. Words are not abbreviated.
    package init?(long word: Substring) {
        switch word {
        case "add-service": self = .command(.addService)
        case "edit-service": self = .command(.editService)
        case "delete-service": self = .command(.deleteService)
        case "clear": self = .command(.flush)
        case "list": self = .command(.list)
        case "add-server": self = .command(.addServer)
        case "edit-server": self = .command(.editServer)
        case "delete-server": self = .command(.deleteServer)
        case "set": self = .command(.set)
        case "start-daemon": self = .command(.startDaemon)
        case "stop-daemon": self = .command(.stopDaemon)
        case "restore": self = .command(.restore)
        case "save": self = .command(.save)
        case "zero": self = .command(.zero)
        case "help": self = .command(.help)
        case "version": self = .command(.version)
        case "tcp-service": self = .tcpService
        case "udp-service": self = .udpService
        case "sctp-service": self = .sctpService
        case "fwmark-service": self = .firewallMark
        case "ipv6": self = .ipv6
        case "scheduler": self = .value(.scheduler)
        case "persistent": self = .value(.persistent)
        case "netmask": self = .value(.netmask)
        case "pe": self = .value(.persistenceEngine)
        case "ops": self = .flag(.ops)
        case "sched-flags": self = .value(.schedulerFlags)
        case "real-server": self = .value(.realServer)
        case "masquerading": self = .masquerading
        case "ipip": self = .tunnelling
        case "gatewaying": self = .directRouting
        case "weight": self = .value(.weight)
        case "u-threshold": self = .value(.upperThreshold)
        case "l-threshold": self = .value(.lowerThreshold)
        case "tun-type": self = .value(.tunnelType)
        case "tun-port": self = .value(.tunnelPort)
        case "tun-nocsum": self = .flag(.tunnelNoChecksum)
        case "tun-csum": self = .flag(.tunnelChecksum)
        case "tun-remcsum": self = .flag(.tunnelRemoteChecksum)
        case "numeric": self = .flag(.numeric)
        case "connection": self = .flag(.connection)
        case "timeout": self = .flag(.timeout)
        case "daemon": self = .flag(.daemon)
        case "stats": self = .flag(.stats)
        case "rate": self = .flag(.rate)
        case "thresholds": self = .flag(.thresholds)
        case "persistent-conn": self = .flag(.persistentConnections)
        case "tun-info": self = .flag(.tunnelInfo)
        case "nosort": self = .flag(.noSort)
        case "sort": self = .sort
        case "exact": self = .flag(.exact)
        case "mcast-interface": self = .value(.multicastInterface)
        case "syncid": self = .value(.syncID)
        case "sync-maxlen": self = .value(.syncMaximumLength)
        case "mcast-group": self = .value(.multicastGroup)
        case "mcast-port": self = .value(.multicastPort)
        case "mcast-ttl": self = .value(.multicastTTL)
        default: return nil
        }
    }
}
