import NetworkTypes

/// What the options of one line have said so far.
struct RuleLine {
    let command: RuleCommand
    let resolver: RuleResolver
    var given = RuleSlots.none

    /// The protocol of the service; a firewall mark counts as TCP where service names are looked up.
    var transport: TransportProtocol?
    var endpoint: Endpoint?
    var mark: UInt32?
    var family: IPAddress.Family = .ipv4

    var scheduler = Scheduler("")
    var schedulerFlagWords: String?
    var schedulerFlags: SchedulerFlags = []
    var persistenceTimeout: UInt32 = 360
    var netmask = Netmask.host(.ipv4)
    var persistenceEngine: String?

    var server: Endpoint?
    var forwarding = Forwarding.directRouting
    var weight: Int32 = 1
    var upperThreshold: UInt32 = 0
    var lowerThreshold: UInt32 = 0
    var tunnelType = TunnelType.ipip
    var tunnelPort: UInt16 = 0

    var timeouts = ConnectionTimeouts(tcp: 0, tcpFin: 0, udp: 0)
    var daemon = SyncDaemon(.master, interface: RuleLine.interface)

    enum Forwarding {
        case masquerading, tunnelling, directRouting
    }

    /// The longest timeout in seconds: 31 days.
    static let longestTimeout: Int64 = 2_678_400

    init(_ command: RuleCommand, resolver: RuleResolver) {
        self.command = command
        self.resolver = resolver
    }

    mutating func take(_ option: OptionScanner.Option, as word: String) throws(RuleError) {
        let value = option.value ?? ""
        switch option.option {
        case .command: throw .usage("invalid option `\(word)'")
        case .sort: break
        case .flag(let slot): try fill(slot)
        case .tcpService: try setService(.tcp, value)
        case .udpService: try setService(.udp, value)
        case .sctpService: try setService(.sctp, value)
        case .firewallMark: try setFirewallMark(value)
        case .ipv6: try setIPv6()
        case .masquerading: try setForwarding(.masquerading)
        case .tunnelling: try setForwarding(.tunnelling)
        case .directRouting: try setForwarding(.directRouting)
        case .value(let slot):
            try fill(slot)
            try set(slot, to: option.value)
        }
    }

    private mutating func fill(_ slot: RuleSlot) throws(RuleError) {
        if given.contains(slot) { throw .usage("multiple '\(slot.name)' options specified") }
        given.insert(slot)
    }

    private mutating func setService(_ transport: TransportProtocol, _ text: String) throws(RuleError) {
        try fill(.serviceAddress)
        guard let endpoint = RuleValues.endpoint(text, port: 0, transport: transport, resolver) else {
            throw .usage("illegal virtual server address[:port] specified")
        }
        self.transport = transport
        self.endpoint = endpoint
        family = endpoint.family
        // A netmask given earlier was read as IPv4's, so it cannot be kept.
        if family == .ipv6 { netmask = .host(.ipv6) }
    }

    private mutating func setFirewallMark(_ text: String) throws(RuleError) {
        try fill(.serviceAddress)
        guard let value = RuleValues.number(text, in: 1...Int64(UInt32.max)) else {
            throw .usage("invalid fwmark value `\(text)' specified")
        }
        mark = UInt32(value)
        transport = .tcp
    }

    private mutating func setIPv6() throws(RuleError) {
        // The empty line behind the message is part of it.
        guard mark != nil else { throw .usage("-6 used before -f\n") }
        family = .ipv6
        netmask = .host(.ipv6)
    }

    private mutating func setForwarding(_ forwarding: Forwarding) throws(RuleError) {
        try fill(.forwardingMethod)
        self.forwarding = forwarding
    }

    private mutating func set(_ slot: RuleSlot, to value: String?) throws(RuleError) {
        let text = value ?? ""
        switch slot {
        case .scheduler: scheduler = Scheduler(Self.cut(text))
        case .persistent: if let value { persistenceTimeout = try Self.timeout(value, from: 1) }
        case .netmask: netmask = try parseNetmask(text)
        case .persistenceEngine: persistenceEngine = text.isEmpty ? nil : Self.cut(text)
        case .schedulerFlags: schedulerFlagWords = Self.cut(text, to: 127)
        case .realServer: try setRealServer(text)
        case .weight: weight = Int32(try Self.number(text, 0...Int64(Int32.max), "weight"))
        case .upperThreshold: upperThreshold = UInt32(try Self.number(text, 0...Int64(Int32.max), "u_threshold"))
        case .lowerThreshold: lowerThreshold = UInt32(try Self.number(text, 0...Int64(Int32.max), "l_threshold"))
        case .tunnelType:
            guard let type = TunnelType(rawValue: text) else { throw .usage("illegal tunnel type specified") }
            tunnelType = type
        case .tunnelPort: tunnelPort = UInt16(try Self.number(text, 1...65535, "tunnel port"))
        case .multicastInterface: daemon.interface = text.isEmpty ? Self.interface : Self.cut(text)
        case .syncID: daemon.syncID = UInt32(try Self.number(text, 0...255, "syncid"))
        case .syncMaximumLength: daemon.maximumLength = UInt16(try Self.number(text, 1...65507, "sync-maxlen"))
        case .multicastGroup: daemon.group = try Self.multicastGroup(text)
        case .multicastPort: daemon.port = UInt16(try Self.number(text, 1...65535, "mcast-port"))
        case .multicastTTL: daemon.ttl = UInt8(try Self.number(text, 1...255, "mcast-ttl"))
        default: break
        }
    }

    private mutating func setRealServer(_ text: String) throws(RuleError) {
        let port = endpoint?.port ?? 0
        guard let server = RuleValues.endpoint(text, port: port, transport: transport, resolver) else {
            throw .usage("illegal real server address[:port] specified")
        }
        self.server = server
    }

    private func parseNetmask(_ text: String) throws(RuleError) -> Netmask {
        if family == .ipv6 {
            let length = RuleValues.leadingNumber(text)
            guard (1...128).contains(length) else { throw .usage("illegal ipv6 netmask specified") }
            return .ipv6(UInt32(length))
        }
        guard let mask = RuleValues.host(text, resolver)?.ipv4 else {
            throw .usage("illegal virtual server persistent mask specified")
        }
        return .ipv4(mask)
    }

    mutating func setDaemonRole(_ text: String) throws(RuleError) {
        switch text {
        case "master": daemon.role = .master
        case "backup": daemon.role = .backup
        default:
            throw .usage(
                command == .startDaemon
                    ? "illegal start-daemon parameter specified" : "illegal start_daemon specified")
        }
    }

    /// Takes the three words of `--set`.
    mutating func setTimeouts(_ words: inout ArraySlice<String>) throws(RuleError) {
        guard words.count >= 3 else { throw .usage("--set option requires 3 timeout values") }
        let first = words.startIndex
        timeouts = ConnectionTimeouts(
            tcp: try Self.timeout(words[first], from: 0), tcpFin: try Self.timeout(words[first + 1], from: 0),
            udp: try Self.timeout(words[first + 2], from: 0))
        words = words.dropFirst(3)
    }

    private static func timeout(_ text: String, from shortest: Int64) throws(RuleError) -> UInt32 {
        guard let seconds = RuleValues.number(text, in: shortest...longestTimeout) else {
            throw .usage("invalid timeout value `\(text)' specified")
        }
        return UInt32(seconds)
    }

    private static func number(
        _ text: String, _ range: ClosedRange<Int64>, _ name: String
    ) throws(RuleError) -> Int64 {
        guard let value = RuleValues.number(text, in: range) else { throw .usage("illegal \(name) specified") }
        return value
    }

    private static func multicastGroup(_ text: String) throws(RuleError) -> IPAddress {
        let family: IPAddress.Family = text.utf8.contains(UInt8(ascii: ":")) ? .ipv6 : .ipv4
        guard let group = RuleValues.strictAddress(text, family), group.isMulticast else {
            throw .usage("invalid \(family == .ipv6 ? "IPv6" : "IPv4") mcast-group `\(text)'")
        }
        return group
    }

    /// Of sync daemons, where none or an empty one is given.
    private static let interface = "eth0"

    /// Names that the kernel keeps in 16 bytes with their end: modules and interfaces.
    private static func cut(_ text: String, to length: Int = 15) -> String { WordBytes.cut(text, to: length) }
}
