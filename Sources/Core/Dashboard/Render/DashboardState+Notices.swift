import ControlProtocol
import DirectorCore
import TimeTypes

/// What is to be known before anything else, between the bar and the table.
extension DashboardState {
    /// In so many lines at most: long ones have two as long as there is room, and what has no line is counted.
    func noticeLines(_ columns: Int, limit: Int) -> [String] {
        guard limit > 0 else { return [] }
        var notices = notices(columns)
        if notices.count > limit {
            let hidden = notices.count - limit + 1
            notices = notices.prefix(limit - 1) + ["\(hidden) more: `director status` tells all"]
        }
        var spare = limit - notices.count
        return notices.flatMap { notice in
            let lines = Shortening.lines(notice, width: columns - 3, limit: 1 + min(spare, view.isPage ? 5 : 1))
            spare -= lines.count - 1
            return lines.enumerated().map { $0 == 0 ? " ! \($1)" : "   \($1)" }
        }
    }

    /// What is wrong with the daemon rather than with a service.
    private func notices(_ columns: Int) -> [String] {
        guard let snapshot else { return [] }
        var notices: [String] = []
        // Where the bar has no room for it.
        if case .lost(_, let reason) = feed, !Self.barHasRoom(for: reason, columns) { notices.append(reason) }
        if let problem = snapshot.engine.configurationProblem {
            notices.append("the configuration on disk is NOT IN FORCE: \(problem)")
        }
        if !snapshot.engine.proberConnected {
            notices.append("no prober is connected: servers keep their state, nobody checks them")
        }
        if let reason = snapshot.engine.shortage {
            notices.append("checks CANNOT BE RUN here (\(reason)): their servers keep their state")
        }
        if let problem = snapshot.engine.journalProblem {
            notices.append("events are NOT KEPT across restarts: \(problem)")
        }
        if let problem = raised(snapshot) { notices.append(problem) }
        if let problem = silent(snapshot) { notices.append(problem) }
        let refused = snapshot.services.count { $0.problem != nil }
        if refused > 0 { notices.append("the kernel refused a change of \("service".counted(refused)), see there") }
        return notices
    }

    /// What monitors outside have raised.
    private func raised(_ snapshot: Snapshot) -> String? {
        let raised = snapshot.engine.outside.raised
        guard raised.count != 1 else {
            let said = raised[0].text.isEmpty ? "" : ": \(raised[0].text)"
            let age = (snapshot.time - raised[0].since).age
            return "event \(raised[0].name) is RAISED by \(raised[0].source) for \(age)\(said)"
        }
        let names = raised.map { "\($0.name) by \($0.source)" }.joined(separator: ", ")
        return raised.isEmpty ? nil : "\(raised.count) events are RAISED: \(names)"
    }

    /// What applications outside have promised and not kept.
    private func silent(_ snapshot: Snapshot) -> String? {
        let silent = snapshot.engine.outside.alive.filter { $0.silentSince != nil }
        guard let first = silent.first, let since = first.silentSince else { return nil }
        guard silent.count > 1 else {
            return "alive \(first.name) is SILENT for \((snapshot.time - since).age): \(first.reason)"
        }
        return "\(silent.count) heartbeats are SILENT: \(silent.map(\.name).joined(separator: ", "))"
    }
}
