import ControlProtocol
import DirectorCore
import TimeTypes

/// The pair, above the table: a line for each virtual router, and one for peers and links.
extension DashboardState {
    /// What is not known, or not live, is in no colour that says it is well.
    var pairLines: [(text: String, style: Style)] {
        guard let snapshot, let pair = snapshot.pair else { return [] }
        if let problem = pair.problem {
            let names = pair.state.routers.map(\.name).joined(separator: ", ")
            return [(" pair \(names): NOT KNOWN: \(problem)", isLive ? .bad : .strong)]
        }
        var lines = pair.state.routers.map { (text($0, at: snapshot.time), style($0)) }
        let peers = pair.state.peers.map { peer in
            "peer \(peer.name) \(peer.state == .silent ? "SILENT" : peer.state.rawValue)\(isLive ? "" : "?")"
        }
        let links = pair.state.links.map { "link \($0.medium) \($0.isUp ? "up" : "DOWN")\(isLive ? "" : "?")" }
        if !(peers + links).isEmpty {
            let isWhole = pair.state.links.allSatisfy(\.isUp) && pair.state.peers.allSatisfy { $0.state == .up }
            lines.append(
                (" " + (peers + links).joined(separator: "; "), !isLive ? .strong : isWhole ? .plain : .warning))
        }
        return lines
    }

    private func text(_ router: PairRouter, at now: WallTime) -> String {
        let addresses = router.members.flatMap(\.addresses).joined(separator: ", ")
        let standby = router.isStandby ? ", STANDBY" : ""
        let master = router.master.map { ", master \($0)" } ?? ""
        return " pair \(router.name) \(router.role.word)\(isLive ? "" : "?") \((now - router.since).age)"
            + "  priority \(router.priority)\(standby)\(master)  \(addresses)  (\(router.reason))"
    }

    private func style(_ router: PairRouter) -> Style {
        guard isLive else { return .strong }
        return switch router.role {
        case .master: .good
        case .backup: .plain
        case .stopped: .warning
        case .fault, .unknown: .bad
        }
    }

    func drawPair(_ frame: inout Frame, _ rows: Range<Int>) {
        for (row, line) in zip(rows, pairLines) { frame.write(line.text, row: row, column: 0, style: line.style) }
    }
}
