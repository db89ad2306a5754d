import ControlProtocol
import DirectorConfig
import DirectorCore
import EventLoop
import Glibc
import Logging
import VirtualRouting

/// What the engine asks of the pair.
extension PairDriver {
    func state() -> PairState {
        var state = ledger.state(
            of: node, media: configuration.links.map { ($0.medium.description, $0.detects) }, pid: Int64(getpid()),
            at: EventLoop.moment)
        state.fileDigest = fileDigest.map { String($0, radix: 16) }
        return state
    }

    /// Carries an order out and says what came of it.
    func carryOut(_ order: PairOrder, group index: Int) -> PairAnswer {
        let before = node.groups[index].role
        switch order {
        case .takeover: takeOver(index)
        case .standby: standBy(index)
        }
        let group = node.groups[index]
        switch (order, group.role) {
        case (.takeover, .master) where before == .master: return .done("\(group.name) is master already")
        case (.takeover, .master): return .done("\(group.name) is master now")
        case (.takeover, .fault): return .refused("\(group.name) stays in fault: what it tracks is broken")
        case (.takeover, .initialize), (.standby, .initialize): return .refused("\(group.name) is stopped")
        case (.takeover, .backup):
            let master = group.routers.compactMap(\.lastMaster?.priority).max() ?? 0
            return .refused(
                "\(group.name) stays backup: the master's priority \(master) cannot be outranked; "
                    + "use director standby on the other director")
        case (.standby, .master): return .done("\(group.name) gives way to its peer")
        case (.standby, .backup), (.standby, .fault):
            return .done(
                before == .master
                    ? "\(group.name) is backup now"
                    : "\(group.name) is no master, and becomes it only when nobody else can")
        }
    }

    /// What the engine says of this director.
    func take(_ standing: PairStanding) {
        // The worse first: who reaches no server shall not preempt because it is ready, nor because it may reach one.
        engineIsReady = engineIsReady && standing.isReady
        judgeReadiness()
        noteServices(standing.servesAnybody)
        engineIsReady = standing.isReady
        judgeReadiness()
    }

    /// Orders that were given on this director.
    func share(_ orders: [SharedOrder]) { perform(node.share(orders, at: EventLoop.now)) }

    func loseEngine() {
        engineIsReady = false
        judgeReadiness()
    }

    /// A policy has the peer switched off. What follows, that it is not heard any more, is the same as ever.
    func fencePeer(_ name: String?) -> PairAnswer {
        var found: (fence: FenceConfiguration, group: String)?
        for group in configuration.routerGroups {
            for section in group.sections where name == nil || name == group.name || name == section.name {
                found = found ?? section.fence.map { ($0, group.name) }
            }
        }
        guard let (fence, group) = found else {
            let shown = name.map { " '\($0)'" } ?? ""
            return .refused("there is no virtual router\(shown) with a fence")
        }
        let dead = configuration.routers.map(\.deadTime).max() ?? .seconds(1)
        let peer: String?
        switch node.peers.fencingTarget(deadTime: dead, at: EventLoop.now) {
        case .peer(let name): peer = name
        case .unknown: peer = nil
        case .ambiguous(let names):
            return .refused(
                "nobody is fenced, since it is not clear which of \(names.joined(separator: ", ")) is meant")
        }
        let shown = peer ?? "the peer"
        tellOfFencing(.fencing, .warning, group, "a policy has \(shown) fenced by \(fence.plugin)")
        fencing.fence(peer, by: fence, for: .policy(group: group), log)
        return .done("\(shown) is being fenced by \(fence.plugin)")
    }

    func tellOfFencing(
        _ kind: EventRecord.Kind, _ severity: EventRecord.Severity, _ group: String, _ text: String
    ) {
        var record = EventRecord(kind, severity, at: EventLoop.wallTime, text)
        record.router = group
        tell(record)
    }

    /// What went on since it was told.
    func sumUp() {
        for record in repetitions.due(at: EventLoop.moment) { write(record) }
        guard let record = ledger.refusalsDue(node, at: EventLoop.moment) else { return }
        tell(record)
    }
}

extension EventRecord {
    var level: Logger.Level {
        switch severity {
        case .info: .notice
        case .warning: .warning
        case .error: .error
        }
    }
}
