package import TimeTypes
package import VirtualRouting

extension EventRecord {
    /// An event of the pair.
    package init(_ event: FailoverEvent, at time: WallTime) {
        self.init(event.kind, event.severity, at: time, event.words)
        router = event.router
        name = event.subject
    }
}

extension FailoverEvent {
    fileprivate var router: String? {
        switch self {
        case .role(let group, _, _), .conflict(let group, _, _), .heldByLink(let group, _), .fencing(let group, _),
            .fencingFailed(let group), .refused(let group, _), .restored(let group, _):
            group
        case .peer, .link, .loss, .tracked, .device: nil
        }
    }

    /// What comes and goes, so that the recovery of one is not taken for that of another.
    fileprivate var subject: String? {
        switch self {
        case .peer(let name, _), .device(let name, _, _): name
        case .link(let index, let peer, _), .loss(let index, let peer, _, _): "link \(index + 1) with \(peer)"
        case .tracked(let item, _, _): item
        case .role, .conflict, .heldByLink, .fencing, .fencingFailed, .refused, .restored: nil
        }
    }

    fileprivate var kind: EventRecord.Kind {
        switch self {
        case .role(_, .master, _): .routerMaster
        case .role(_, .backup, _): .routerBackup
        case .role(_, .fault, _): .routerFault
        case .role(_, .initialize, _): .routerStopped
        case .conflict: .routerConflict
        case .heldByLink: .routerHeld
        case .fencing: .fencing
        case .fencingFailed: .fencingFailed
        case .refused: .routerRefused
        case .peer(_, .appeared), .peer(_, .restarted): .peerUp
        case .peer(_, .left), .peer(_, .vanished): .peerDown
        case .link(_, _, true): .linkUp
        case .link(_, _, false): .linkDown
        case .loss(_, _, let lost, _): lost > 0 ? .linkLoss : .linkLossEnded
        case .tracked(_, let works, _): works ? .trackedUp : .trackedDown
        case .restored: .addressesRestored
        case .device(_, let isUsable, _): isUsable ? .deviceUp : .deviceDown
        }
    }

    fileprivate var severity: EventRecord.Severity {
        switch self {
        case .conflict, .fencing, .refused, .restored, .heldByLink, .peer(_, .vanished), .link(_, _, false),
            .role(_, .fault, _):
            .warning
        case .tracked(_, let works, _): works ? .info : .warning
        case .loss(_, _, let lost, _): lost > 0 ? .warning : .info
        case .device(_, let isUsable, _): isUsable ? .info : .error
        case .fencingFailed: .error
        case .role, .peer, .link: .info
        }
    }
}

extension EventRecord.Kind {
    /// director-vrrp tells of it, and has logged it: the engine only keeps it.
    package var isOfPair: Bool {
        switch self {
        case .routerMaster, .routerBackup, .routerFault, .routerStopped, .routerConflict, .routerHeld, .routerRefused,
            .fencing, .fencingFailed, .peerUp, .peerDown, .linkUp, .linkDown, .linkLoss, .linkLossEnded,
            .trackedUp, .trackedDown, .addressesRestored, .deviceUp, .deviceDown, .packetsRefused:
            true
        default: false
        }
    }
}
