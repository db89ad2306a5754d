import DirectorCore
import TimeTypes

/// The pair as `director status` prints it: a line for director-vrrp, one for each virtual router with its addresses
/// below, one for each peer and link, and what was refused.
enum PairText {
    static func render(_ pair: PairSnapshot, at now: WallTime) -> [String] {
        var lines = [head(pair, at: now)]
        let width = pair.state.routers.map(\.name.utf8.count).max() ?? 0
        for router in pair.state.routers { lines += render(router, width, at: now) }
        lines += pair.state.peers.map { render($0, at: now) }
        lines += pair.sync.map { render($0, at: now) }
        for (index, link) in pair.state.links.enumerated() {
            lines.append(render(link, index + 1, isCurrent: pair.isCurrent, at: now))
        }
        if let readiness = pair.readiness, !readiness.isReady {
            lines.append("  NOT READY to take over from a master that works: \(readiness.reason)")
        }
        return lines + refusals(pair.state.counters)
    }

    private static func render(_ sync: PairSync, at now: WallTime) -> String {
        let name = "  sync \(sync.daemon.role.word) on \(sync.daemon.interface) id \(sync.daemon.syncID)"
        if let problem = sync.problem { return "\(name) NOT AS WANTED: \(problem)" }
        return name + (sync.since.map { " \((now - $0).age)" } ?? "")
    }

    private static func head(_ pair: PairSnapshot, at now: WallTime) -> String {
        guard let problem = pair.problem else {
            return
                "pair: director-vrrp \(pair.state.pid), up \((now - pair.state.startedAt).age), as \(pair.state.name)"
        }
        let heard = pair.heardAt.map { ", last heard \((now - $0).age) ago" } ?? ""
        return "pair: NOT KNOWN: \(problem)\(heard)"
    }

    private static func render(_ router: PairRouter, _ width: Int, at now: WallTime) -> [String] {
        var line = "  \(router.name)\(String(repeating: " ", count: width - router.name.utf8.count)) "
        line += "\(router.role.word) \((now - router.since).age)  priority \(router.priority)"
        if router.isStandby { line += ", STANDBY" }
        if let master = router.master { line += ", master \(master)" }
        line += "  (\(router.reason))"
        let members = router.members.map { member in
            "    \(member.interface) id \(member.id) v\(member.version): \(member.addresses.joined(separator: ", "))"
        }
        return [line] + members
    }

    private static func render(_ peer: PairPeer, at now: WallTime) -> String {
        var line = "  peer \(peer.name) \(peer.state.word) \((now - peer.since).age)"
        let roles = peer.routers.map {
            "\($0.name) \($0.role.rawValue) \($0.priority)\($0.isReady ? "" : " not ready")"
        }
        if !roles.isEmpty, peer.state == .up { line += "  (\(roles.joined(separator: ", ")))" }
        return line
    }

    private static func render(_ link: PairLink, _ number: Int, isCurrent: Bool, at now: WallTime) -> String {
        let line = "  link \(number) \(link.medium)"
        guard isCurrent else { return "\(line) not known" }
        guard let heard = link.heardAt else { return "\(line) DOWN, nobody was heard yet" }
        let since = link.peers.filter { $0.isUp == link.isUp }.map(\.since).max() ?? heard
        return "\(line) \(link.isUp ? "up" : "DOWN") \((now - since).age), heard \((now - heard).age) ago, "
            + "\(link.received) received, \(link.lost) lost"
    }

    private static func refusals(_ counters: PairCounters) -> [String] {
        func line(_ what: String, _ refusals: [PairCounters.Refusal]) -> [String] {
            guard !refusals.isEmpty else { return [] }
            return ["  refused \(what): " + refusals.map { "\($0.reason) \($0.count)" }.joined(separator: ", ")]
        }
        return line("advertisements", counters.refused) + line("messages of links", counters.linkRefused)
    }
}

extension PairRole {
    /// What must be seen is in capitals.
    package var word: String {
        switch self {
        case .master: "MASTER"
        case .backup: "backup"
        case .fault: "FAULT"
        case .stopped: "stopped"
        case .unknown: "NOT KNOWN"
        }
    }
}

extension PairPeer.State {
    fileprivate var word: String {
        switch self {
        case .up: "up"
        case .left: "left"
        case .silent: "SILENT"
        }
    }
}
