import ControlProtocol
import DirectorCore
import TimeTypes

/// The pair, above the table: a line for each virtual router, and one for peers and links.
extension DashboardState {
    typealias PairLine = (text: String, style: Style)

    /// What is not known, or not live, is in no colour that says it is well. Where there are more routers than lines,
    /// those in trouble come first and the rest is counted.
    /// - Parameter limit: two at least.
    func pairLines(limit: Int = .max) -> [PairLine] {
        guard let snapshot, let pair = snapshot.pair else { return [] }
        if let problem = pair.problem {
            let names = pair.state.routers.map(\.name).joined(separator: ", ")
            return [(" pair \(names): NOT KNOWN: \(problem)", isLive ? .bad : .strong)]
        }
        let last = surroundings(pair)
        let room = limit - (last == nil ? 0 : 1)
        var lines: [PairLine] = []
        if pair.state.routers.count <= room {
            lines = pair.state.routers.map { (text($0, at: snapshot.time), style($0)) }
        } else {
            let routers = pair.state.routers.filter(\.isInTrouble) + pair.state.routers.filter { !$0.isInTrouble }
            lines = routers.prefix(room - 1).map { (text($0, at: snapshot.time), style($0)) }
            lines.append(summary(of: routers.dropFirst(room - 1), isAll: room == 1))
        }
        return lines + (last.map { [$0] } ?? [])
    }

    /// Peers, links and what else the pair stands on; whatever is not well first.
    private func surroundings(_ pair: PairSnapshot) -> PairLine? {
        let mark = isLive ? "" : "?"
        let peers = pair.state.peers.map { peer in
            let word = peer.state == .silent ? "SILENT" : peer.state.rawValue
            return (isWell: peer.state == .up, text: "peer \(peer.name) \(word)\(mark)")
        }
        let links = pair.state.links.map { link in
            (isWell: link.isUp, text: "link \(link.medium) \(link.isUp ? "up" : "DOWN")\(mark)")
        }
        var all = peers + links
        all += pair.sync.compactMap { sync in
            sync.problem.map { (isWell: false, text: "sync \(sync.daemon.role.word) NOT AS WANTED\(mark): \($0)") }
        }
        if let readiness = pair.readiness, !readiness.isReady {
            all.append((isWell: false, text: "NOT READY to take over\(mark): \(readiness.reason)"))
        }
        guard !all.isEmpty else { return nil }
        let isWhole = all.allSatisfy(\.isWell)
        let texts = (all.filter { !$0.isWell } + all.filter(\.isWell)).map(\.text)
        return (" " + texts.joined(separator: "; "), !isLive ? .strong : isWhole ? .plain : .warning)
    }

    private func summary(of routers: ArraySlice<PairRouter>, isAll: Bool) -> PairLine {
        let counts = PairRole.allCases.reversed().compactMap { role in
            let count = routers.count { $0.role == role }
            return count > 0 ? "\(count) \(role.word)\(isLive ? "" : "?")" : nil
        }
        let worst: Style = routers.contains(where: \.isInTrouble) ? .bad : .plain
        return (
            " pair: \(routers.count) \(isAll ? "routers" : "more"): \(counts.joined(separator: ", "))",
            isLive ? worst : .strong
        )
    }

    private func text(_ router: PairRouter, at now: WallTime) -> String {
        let addresses = router.members.flatMap(\.addresses).joined(separator: ", ")
        let standby = router.isStandby ? ", STANDBY" : ""
        let master = router.master.map { ", master \($0)" } ?? ""
        // Why it is in trouble comes before what it would have.
        let end =
            router.isInTrouble ? "(\(router.reason))  \(addresses)" : "\(addresses)  (\(router.reason))"
        return " pair \(router.name) \(router.role.word)\(isLive ? "" : "?") \((now - router.since).age)"
            + "  priority \(router.priority)\(standby)\(master)  \(end)"
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
        guard !rows.isEmpty else { return }
        for (row, line) in zip(rows, pairLines(limit: rows.count)) {
            frame.write(line.text, row: row, column: 0, style: line.style)
        }
    }
}

extension PairRouter {
    fileprivate var isInTrouble: Bool { role != .master && role != .backup }
}
