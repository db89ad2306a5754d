/// What the operator reads, in the log and in the events.
extension FailoverEvent {
    package var words: String {
        switch self {
        case .role(let group, let role, let reason): "\(group): \(role) (\(reason.words))"
        case .conflict(let group, let claimant, let priority):
            "\(group): \(claimant) claims to be master, too, with priority \(priority)"
        case .heldByLink(let group, let peer):
            "\(group): no advertisement is heard, but a link says that \(peer) is master"
        case .fencing(let group, let peer):
            "\(group): fencing \(peer ?? "the unknown peer") before its addresses are taken"
        case .fencingFailed(let group): "\(group): fencing failed, again in 5 s; the addresses are not taken before"
        case .refused(let group, let why): "\(group): refused: \(why)"
        case .peer(let name, let change): "peer \(name) \(change.rawValue)"
        case .tracked(let item, let works, let why): "track = \(item) \(works ? "works" : "is broken"): \(why)"
        case .restored(let group, let count):
            "\(group): \(count == 1 ? "a virtual address" : "\(count) virtual addresses") had been taken off this machine "
                + "by somebody else: put back and announced"
        case .device(let name, let isUsable, let why): isUsable ? "\(name) \(why)" : "\(name) cannot be used: \(why)"
        case .link(let index, let peer, let isUp): "link \(index + 1) with \(peer) is \(isUp ? "up" : "down")"
        case .loss(let index, let peer, 0, _): "link \(index + 1) with \(peer) loses messages no more"
        case .loss(let index, let peer, let lost, let all):
            "link \(index + 1) with \(peer) loses messages: \(lost) of the last \(all)"
        }
    }
}

extension FailoverEvent.Reason {
    package var words: String {
        switch self {
        case .started: "started"
        case .stopped: "stopped"
        case .owner: "owner of the addresses"
        case .resumed: "back before anybody missed it"
        case .masterSilent: "the master is silent"
        case .masterGaveUp: "the master gave up"
        case .preempting: "preempting a master of lower priority"
        case .fenced: "the former master was fenced"
        case .handOver(let from): "handed over by \(from)"
        case .operatorTakeover: "director takeover"
        case .operatorStandby: "director standby"
        case .outranked(let by, let priority): "\(by) is master with priority \(priority)"
        case .outreached: "the peer is better placed"
        case .tracking: "something it tracks is broken"
        case .recovered: "what it tracks works again"
        }
    }
}
