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
        ledger.state(
            of: node, media: configuration.links.map { ($0.medium.description, $0.detects) }, pid: Int64(getpid()),
            at: EventLoop.moment)
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
        perform(node.setReady(standing.isReady, at: EventLoop.now))
        noteServices(standing.servesAnybody)
    }

    func loseEngine() { perform(node.setReady(false, at: EventLoop.now)) }

    func sumUpRefusals() {
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
