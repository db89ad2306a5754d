/// Which slots a command, or a tunnel type, needs, takes and refuses.
package struct RuleMatrix: Sendable {
    let required: RuleSlots
    let optional: RuleSlots
    /// At most one of these.
    let exclusive: RuleSlots

    init(required: RuleSlots = .none, optional: RuleSlots = .none, exclusive: RuleSlots = .none) {
        self.required = required
        self.optional = optional
        self.exclusive = exclusive
    }

    /// The first violation in slot order, worded with what the rules belong to: "for the 'add-service' command".
    func check(
        _ given: RuleSlots, from first: RuleSlot = .numeric, owner: @autoclosure () -> String
    ) -> RuleError? {
        var earlier: RuleSlot?
        for number in first.rawValue...RuleSlot.last.rawValue {
            guard let slot = RuleSlot(rawValue: number) else { continue }
            guard given.contains(slot) else {
                if required.contains(slot) {
                    return .usage("You need to supply the '\(slot.name)' option for the \(owner())")
                }
                continue
            }
            if exclusive.contains(slot) {
                if let earlier {
                    return .usage(
                        "The option '\(slot.name)' conflicts with the '\(earlier.name)' option in the \(owner())")
                }
                earlier = slot
            } else if !required.contains(slot), !optional.contains(slot) {
                return .usage("Illegal '\(slot.name)' option with the \(owner())")
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
                required: RuleSlots(.serviceAddress),
                optional: RuleSlots(.scheduler) + .persistent + .netmask + .ops + .persistenceEngine + .schedulerFlags)
        case .deleteService:
            RuleMatrix(required: RuleSlots(.serviceAddress))
        case .addServer, .editServer:
            RuleMatrix(
                required: RuleSlots(.serviceAddress) + .realServer,
                optional: RuleSlots(.forwardingMethod) + .weight + .upperThreshold + .lowerThreshold
                    + .tunnelType + .tunnelPort + .tunnelNoChecksum + .tunnelChecksum + .tunnelRemoteChecksum)
        case .deleteServer:
            RuleMatrix(required: RuleSlots(.serviceAddress) + .realServer)
        case .list:
            RuleMatrix(
                optional: RuleSlots(.numeric) + .stats + .rate + .thresholds + .persistentConnections
                    + .noSort + .exact + .tunnelInfo + .syncID,
                exclusive: RuleSlots(.serviceAddress) + .connection + .timeout + .daemon)
        case .startDaemon:
            RuleMatrix(
                optional: RuleSlots(.syncID) + .multicastInterface + .multicastGroup + .multicastPort + .multicastTTL
                    + .syncMaximumLength)
        case .stopDaemon:
            RuleMatrix(optional: RuleSlots(.syncID))
        case .save:
            RuleMatrix(optional: RuleSlots(.numeric))
        case .zero:
            RuleMatrix(optional: RuleSlots(.serviceAddress))
        case .flush, .set, .restore, .help, .version:
            RuleMatrix()
        }
    }

    /// From here on the slots describe a tunnel, apart from its type.
    static let firstOfTunnel = RuleSlot.tunnelPort

    static func rules(of type: TunnelType) -> RuleMatrix {
        switch type {
        case .ipip: RuleMatrix()
        case .gue:
            RuleMatrix(
                required: RuleSlots(.tunnelPort),
                exclusive: RuleSlots(.tunnelNoChecksum) + .tunnelChecksum + .tunnelRemoteChecksum)
        case .gre: RuleMatrix(exclusive: RuleSlots(.tunnelNoChecksum) + .tunnelChecksum)
        }
    }
}

/// The encapsulations by the names that `--tun-type` takes.
enum TunnelType: String {
    case ipip, gue, gre
}
