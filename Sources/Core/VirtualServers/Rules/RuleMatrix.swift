/// Which slots a command, or a tunnel type, needs, takes and refuses.
package struct RuleMatrix: Sendable {
    let required: RuleSlots
    let optional: RuleSlots
    /// At most one of these.
    let exclusive: RuleSlots

    init(required: RuleSlots = [], optional: RuleSlots = [], exclusive: RuleSlots = []) {
        self.required = required
        self.optional = optional
        self.exclusive = exclusive
    }

    /// The first violation in slot order, worded with what the rules belong to: "for the 'add-service' command".
    func check(
        _ given: RuleSlots, among slots: some Sequence<RuleSlot> = RuleSlot.allCases, owner: String
    ) -> RuleError? {
        var earlier: RuleSlot?
        for slot in slots {
            guard given.contains(slot) else {
                if required.contains(slot) {
                    return .usage("You need to supply the '\(slot.name)' option for the \(owner)")
                }
                continue
            }
            if exclusive.contains(slot) {
                if let earlier {
                    return .usage(
                        "The option '\(slot.name)' conflicts with the '\(earlier.name)' option in the \(owner)")
                }
                earlier = slot
            } else if !required.contains(slot), !optional.contains(slot) {
                return .usage("Illegal '\(slot.name)' option with the \(owner)")
            }
        }
        return nil
    }
}

extension RuleMatrix {
    package static func rules(of command: RuleCommand) -> RuleMatrix {
        switch command {
        case .addService, .editService:
            RuleMatrix(
                required: [.serviceAddress],
                optional: [.scheduler, .persistent, .netmask, .ops, .persistenceEngine, .schedulerFlags])
        case .deleteService:
            RuleMatrix(required: [.serviceAddress])
        case .addServer, .editServer:
            RuleMatrix(
                required: [.serviceAddress, .realServer],
                optional: [
                    .forwardingMethod, .weight, .upperThreshold, .lowerThreshold, .tunnelType, .tunnelPort,
                    .tunnelNoChecksum, .tunnelChecksum, .tunnelRemoteChecksum,
                ])
        case .deleteServer:
            RuleMatrix(required: [.serviceAddress, .realServer])
        case .list:
            RuleMatrix(
                optional: [
                    .numeric, .stats, .rate, .thresholds, .persistentConnections, .noSort, .exact, .tunnelInfo, .syncID,
                ], exclusive: [.serviceAddress, .connection, .timeout, .daemon])
        case .startDaemon:
            RuleMatrix(
                optional: [
                    .syncID, .multicastInterface, .multicastGroup, .multicastPort, .multicastTTL, .syncMaximumLength,
                ])
        case .stopDaemon:
            RuleMatrix(optional: [.syncID])
        case .save:
            RuleMatrix(optional: [.numeric])
        case .zero:
            RuleMatrix(optional: [.serviceAddress])
        case .flush, .set, .restore, .help, .version:
            RuleMatrix()
        }
    }

    /// The slots that describe a tunnel apart from its type.
    static let tunnelSlots: [RuleSlot] = [.tunnelPort, .tunnelNoChecksum, .tunnelChecksum, .tunnelRemoteChecksum]

    static func rules(of type: TunnelType) -> RuleMatrix {
        switch type {
        case .ipip: RuleMatrix()
        case .gue:
            RuleMatrix(
                required: [.tunnelPort], exclusive: [.tunnelNoChecksum, .tunnelChecksum, .tunnelRemoteChecksum])
        case .gre: RuleMatrix(exclusive: [.tunnelNoChecksum, .tunnelChecksum])
        }
    }
}

/// The encapsulations by the names that `--tun-type` takes.
enum TunnelType: String {
    case ipip, gue, gre
}
