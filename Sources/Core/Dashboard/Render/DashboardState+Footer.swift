import DirectorCore

/// The line at the bottom: what is typed, asked or answered, else the keys.
extension DashboardState {
    private static func consequence(_ action: OperatorAction) -> String {
        switch action {
        case .drain: ": no new connections, those it has may end"
        case .disable: ": out at once"
        case .enable: ""
        }
    }

    func drawFooter(_ frame: inout Frame, _ row: Int, _ count: Int) {
        frame.clear(rows: row..<row + 1, columns: 0..<frame.size.columns)
        switch view.mode {
        case .search: frame.write(" search: \(view.search)_", row: row, column: 0, style: .strong)
        case .filter: frame.write(" only lines with: \(view.filter)_", row: row, column: 0, style: .strong)
        case .confirm(let order): drawQuestion(&frame, row, order)
        case .table, .help:
            guard view.notice.isEmpty else {
                frame.write(" \(view.notice)", row: row, column: 0, style: .strong)
                return
            }
            let place = count > 0 ? " \(view.cursor + 1)/\(count) " : ""
            frame.write(keys, row: row, column: 0, width: frame.size.columns - place.count, style: .dim)
            frame.write(place, row: row, column: frame.size.columns - place.count, style: .dim)
        }
    }

    /// However long the names are, it is seen that an answer is waited for.
    private func drawQuestion(_ frame: inout Frame, _ row: Int, _ order: ViewState.Order) {
        let end = "? y/n"
        let width = frame.size.columns - end.count
        let (action, server) = (order.action.rawValue, "\(order.server)")
        let full = " \(action) \(server) of \(order.service)"
        let question = Shortening.fitting(
            width, [full + Self.consequence(order.action), full, " \(action) \(server)"])
        let name = Shortening.middle(server, to: max(8, width - action.count - 2), ascii: frame.ascii)
        let text = question.count <= width ? question : " \(action) \(name)"
        let column = frame.write(text, row: row, column: 0, width: max(0, width), style: .warning)
        frame.write(end, row: row, column: max(0, column), style: .warning)
    }

    /// What is hidden now comes before what could be done.
    private var keys: String {
        let sort = "s sort: \(view.sort.rawValue)\(view.isReversed ? " reversed" : "")"
        var hidden = view.onlyTrouble ? " [trouble only]" : ""
        if !view.filter.isEmpty { hidden += " [only '\(Shortening.middle(view.filter, to: 30, ascii: true))']" }
        guard hidden.isEmpty else { return "\(hidden)  Esc show all  \(sort)  q quit  ? help  / search  d drain" }
        return " q quit  ? help  / search  f filter  p trouble  d drain  \(sort)"
    }
}
