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
        for (row, line) in zip(layout.notices, noticeLines(size.columns, limit: layout.notices.count)) {
            frame.write(line, row: row, column: 0, style: isLive ? .warning : .strong)
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
        let rows = Layout.page(page, columns: columns, tableRows: page.rows().count).lines
        let size = Size(columns: columns, rows: rows)
        return page.frame(size, at: now, ascii: ascii).lines
    }

    /// Beside the words that what is shown is stale; where it has none, the reason is the first notice.
    static func barHasRoom(for reason: String, _ columns: Int) -> Bool { reason.count + 56 <= columns }

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
            if snapshot == nil || Self.barHasRoom(for: reason, frame.size.columns) { left += ": \(reason)" }
        }
        var right = now.clock + " UTC "
        if let snapshot, isLive {
            let servers = summaries.reduce(0) { $0 + $1.total }
            let up = summaries.reduce(0) { $0 + $1.up }
            left += "  \("service".counted(summaries.count))  \(up)/\(servers) servers up"
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
}

extension WallTime {
    /// The time of day in UTC: `08:30:00`.
    var clock: String { String(description.dropFirst(11).prefix(8)) }

    /// The month and the day: `01-31`.
    var day: String { String(description.dropFirst(5).prefix(5)) }

    /// The time of day, with the day where that is not today's.
    func moment(at now: WallTime) -> String {
        now - self > .seconds(72_000) ? "\(day) \(clock.prefix(5))" : clock
    }
}
