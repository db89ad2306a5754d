import ControlProtocol
import DirectorCore
import HealthChecking
package import TimeTypes

extension DashboardState {
    /// The screen of this size as it should look now.
    /// - Parameter ascii: the terminal has no other characters.
    package func frame(_ size: Size, at now: WallTime, ascii: Bool = false) -> Frame {
        var frame = Frame(size, ascii: ascii)
        let layout = Layout(self, size)
        let rows = rows()
        drawBar(&frame, now)
        for (row, notice) in zip(layout.notices, notices) {
            frame.write(" ! \(notice)", row: row, column: 0, style: isLive ? .warning : .dim)
        }
        drawPair(&frame, layout.pair)
        drawTable(&frame, layout, rows)
        drawDetail(&frame, layout, rows)
        drawEvents(&frame, layout.events)
        if let footer = layout.footer { drawFooter(&frame, footer, rows.count) }
        if view.mode == .help { drawHelp(&frame) }
        return frame
    }

    /// Everything as lines of text, as long as there is something to say: for a pipe.
    package func page(columns: Int, at now: WallTime, ascii: Bool = false) -> [String] {
        var page = self
        page.view = ViewState()
        page.view.isPage = true
        page.view.foldsAll = false
        let size = Size(columns: columns, rows: Layout.page(page, tableRows: page.rows().count).lines)
        return page.frame(size, at: now, ascii: ascii).lines
    }

    /// What is wrong with the daemon rather than with a service.
    var notices: [String] {
        guard let snapshot else { return [] }
        var notices: [String] = []
        if let problem = snapshot.engine.configurationProblem {
            notices.append("the configuration on disk is NOT IN FORCE: \(problem)")
        }
        if !snapshot.engine.proberConnected {
            notices.append("no prober is connected: servers keep their state, nobody checks them")
        }
        if let problem = snapshot.engine.journalProblem {
            notices.append("events are NOT KEPT across restarts: \(problem)")
        }
        if let problem = raised(snapshot) { notices.append(problem) }
        if let problem = silent(snapshot) { notices.append(problem) }
        let refused = snapshot.services.count { $0.problem != nil }
        if refused > 0 { notices.append("the kernel refused a change of \(refused) services, see there") }
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

    /// Live, and how much of it is well; or since when nobody knows, in a bar that cannot be missed.
    private func drawBar(_ frame: inout Frame, _ now: WallTime) {
        guard frame.size.rows > 0 else { return }
        var left = " director "
        var style = Style.alarm
        switch feed {
        case .connecting: left += " CONNECTING"
        case .live:
            style = .bar
            left += " LIVE"
        case .lost(let since, let reason):
            left += snapshot == nil ? " NO ANSWER" : " STALE: as it was \((now - since).age) ago, NOT as it is"
            left += ": \(reason)"
        }
        var right = now.clock + " UTC "
        if let snapshot, isLive {
            let servers = summaries.reduce(0) { $0 + $1.total }
            let up = summaries.reduce(0) { $0 + $1.up }
            left += "  \(summaries.count) services  \(up)/\(servers) servers up"
            let troubled = summaries.count { $0.trouble > .slight }
            if troubled > 0 { left += "  \(troubled) in trouble" }
            let engine = snapshot.engine
            right = "engine \(engine.pid) up \((snapshot.time - engine.startedAt).age)  \(right)"
        }
        let width = frame.size.columns
        if width < left.count + right.count + 1 {
            right = isLive && width >= left.count + 15 ? now.clock + " UTC " : ""
        }
        frame.write(left, row: 0, column: 0, width: width - right.count)
        frame.write(right, row: 0, column: max(0, width - right.count))
        frame.paint(row: 0) { _ in style }
    }

    private func drawEvents(_ frame: inout Frame, _ pane: Range<Int>) {
        guard let first = pane.first, let snapshot else { return }
        let rule = frame.ascii ? "-" : "\u{2500}"
        let title = "\(rule)\(rule) events "
        frame.write(
            title + String(repeating: rule, count: max(0, frame.size.columns - title.count)), row: first, column: 0,
            style: .dim)
        for (row, event) in zip((first + 1)..<pane.upperBound, snapshot.events.suffix(pane.count - 1)) {
            let isOld = snapshot.time - event.time > .seconds(72_000)
            frame.write(" \(isOld ? event.time.day : event.time.clock)", row: row, column: 0, style: .dim)
            let style: Style =
                switch event.severity {
                case .info: .plain
                case .warning: .strong
                case .error: isLive ? .bad : .strong
                }
            frame.write(event.text, row: row, column: 10, style: style)
        }
    }

    private static func consequence(_ action: OperatorAction) -> String {
        switch action {
        case .drain: ": no new connections, those it has may end"
        case .disable: ": out at once"
        case .enable: ""
        }
    }

    private func drawFooter(_ frame: inout Frame, _ row: Int, _ count: Int) {
        switch view.mode {
        case .search: frame.write(" search: \(view.search)_", row: row, column: 0, style: .strong)
        case .filter: frame.write(" only lines with: \(view.filter)_", row: row, column: 0, style: .strong)
        case .confirm(let order):
            frame.write(
                " \(order.action.rawValue) \(order.server) of \(order.service)\(Self.consequence(order.action))? y/n",
                row: row, column: 0, style: .warning)
        case .table, .help:
            guard view.notice.isEmpty else {
                frame.write(" \(view.notice)", row: row, column: 0, style: .strong)
                return
            }
            var text = " q quit  ? help  / search  f filter  p trouble  d drain  s sort: \(view.sort.rawValue)"
            if view.isReversed { text += " reversed" }
            if view.onlyTrouble { text += "  [trouble only]" }
            if !view.filter.isEmpty { text += "  [only '\(view.filter)']" }
            let place = count > 0 ? " \(view.cursor + 1)/\(count) " : ""
            frame.write(text, row: row, column: 0, width: frame.size.columns - place.count, style: .dim)
            frame.write(place, row: row, column: frame.size.columns - place.count, style: .dim)
        }
    }
}

extension WallTime {
    /// The time of day in UTC: `08:30:00`.
    var clock: String { String(description.dropFirst(11).prefix(8)) }

    /// The month and the day: `01-31`.
    var day: String { String(description.dropFirst(5).prefix(5)) }
}
