import ControlProtocol
import DirectorCore
import TimeTypes

/// The latest events, the newest at the bottom.
extension DashboardState {
    struct EventLine {
        /// Nil for the second line of an event.
        var time: String?
        var text: String
        var style: Style
    }

    /// Where the texts begin.
    private static let indent = 10

    /// So many lines of the latest events: an event whose cause would be cut off has two.
    func eventLines(_ columns: Int, limit: Int, last count: Int = .max) -> [EventLine] {
        guard let snapshot else { return [] }
        var lines: [EventLine] = []
        for event in snapshot.events.suffix(count).reversed() {
            guard lines.count < limit else { break }
            let texts = Shortening.lines(
                event.text, width: columns - Self.indent, limit: min(view.isPage ? 5 : 2, limit - lines.count))
            let isOld = snapshot.time - event.time > .seconds(72_000)
            let time = isOld ? event.time.day : event.time.clock
            lines += texts.enumerated().reversed().map { index, text in
                EventLine(time: index == 0 ? time : nil, text: text, style: style(event.severity))
            }
        }
        return lines.reversed()
    }

    private func style(_ severity: EventRecord.Severity) -> Style {
        switch severity {
        case .info: .plain
        case .warning: .strong
        case .error: isLive ? .bad : .strong
        }
    }

    func drawEvents(_ frame: inout Frame, _ pane: Range<Int>) {
        guard let first = pane.first, snapshot != nil else { return }
        let rule = frame.ascii ? "-" : "\u{2500}"
        let title = "\(rule)\(rule) events "
        frame.write(
            title + String(repeating: rule, count: max(0, frame.size.columns - title.count)), row: first, column: 0,
            style: .dim)
        let lines = eventLines(frame.size.columns, limit: pane.count - 1, last: view.isPage ? 10 : .max)
        for (row, line) in zip(first + 1..<max(first + 1, pane.upperBound), lines) {
            if let time = line.time { frame.write(" \(time)", row: row, column: 0, style: .dim) }
            frame.write(line.text, row: row, column: Self.indent, style: line.style)
        }
    }
}
