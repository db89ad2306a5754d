import ControlProtocol
import DirectorCore
import TimeTypes

extension Page {
    func pairSection(_ pair: PairSnapshot, at now: WallTime) -> String {
        var html = "<section><h2>The pair</h2>\n"
        if let problem = pair.problem { html += "<p class=\"bad\">NOT KNOWN: \(escaped(problem))</p>\n" }
        let columns = ["virtual router", "role", "since", "priority", "addresses", "reason"]
        html += "<table class=\"routers\">\(heads(columns))\n"
        for router in pair.state.routers { html += row(router, at: now) }
        html += "</table>\n"
        if let readiness = pair.readiness, !readiness.isReady {
            let words = "\(isLive ? "" : "was ")NOT READY to take over from a master that works: \(readiness.reason)"
            html += "<p\(isLive ? " class=\"warning\"" : "")>\(escaped(words))</p>\n"
        }
        let lines =
            pair.state.peers.map { row($0, at: now) } + pair.state.links.map { row($0, pair, at: now) }
            + pair.sync.map { row($0, at: now) }
        if !lines.isEmpty {
            html += "<table>\(heads(["peer or link", "state", "since", ""]))\n\(lines.joined())</table>\n"
        }
        return html + "</section>\n"
    }

    private func row(_ router: PairRouter, at now: WallTime) -> String {
        let look: Look =
            switch router.role {
            case _ where !isLive: .plain
            case .master: .good
            case .backup, .stopped: .plain
            case .fault, .unknown: .bad
            }
        let addresses = router.members.flatMap(\.addresses).joined(separator: ", ")
        let master = router.master.map { "; master \($0)" } ?? ""
        return "<tr>" + cell(router.name + (router.isStandby ? " (STANDBY)" : ""))
            + cell("\(isLive ? "" : "was ")\(router.role.word)", look)
            + cell((now - router.since).age, isNumber: true) + cell("\(router.priority)", isNumber: true)
            + cell(addresses) + cell(router.reason + master) + "</tr>\n"
    }

    private func row(_ peer: PairPeer, at now: WallTime) -> String {
        let look: Look = !isLive ? .plain : peer.state == .up ? .good : .bad
        let roles = peer.routers.map { "\($0.name) \($0.role.rawValue) \($0.priority)" }.joined(separator: ", ")
        return "<tr>" + cell("peer \(peer.name)")
            + cell("\(isLive ? "" : "was ")\(peer.state == .silent ? "SILENT" : peer.state.rawValue)", look)
            + cell((now - peer.since).age, isNumber: true) + cell(roles) + "</tr>\n"
    }

    private func row(_ sync: PairSync, at now: WallTime) -> String {
        let word = sync.problem == nil ? "runs" : "NOT AS WANTED"
        let look: Look = !isLive ? .plain : sync.problem == nil ? .good : .bad
        return "<tr>" + cell("sync \(sync.daemon.role.word) on \(sync.daemon.interface) id \(sync.daemon.syncID)")
            + cell("\(isLive ? "" : "was ")\(word)", look)
            + cell(sync.since.map { (now - $0).age } ?? "", isNumber: true) + cell(sync.problem ?? "") + "</tr>\n"
    }

    private func row(_ link: PairLink, _ pair: PairSnapshot, at now: WallTime) -> String {
        guard pair.isCurrent else {
            return "<tr>" + cell(link.medium) + cell("not known", isLive ? .warning : .plain) + cell("") + cell("")
                + "</tr>\n"
        }
        let since = link.peers.filter { $0.isUp == link.isUp }.map(\.since).max()
        return "<tr>" + cell(link.medium)
            + cell("\(isLive ? "" : "was ")\(link.isUp ? "up" : "DOWN")", !isLive ? .plain : link.isUp ? .good : .bad)
            + cell(since.map { (now - $0).age } ?? "", isNumber: true)
            + cell("\(link.received) messages received, \(link.lost) lost") + "</tr>\n"
    }
}
