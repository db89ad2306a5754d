/// Which rows of the screen hold what: a bar, notices, the table's head, the table, the selected row in full, events, a
/// line of keys. What is less important goes first when there is little room.
struct Layout: Hashable, Sendable {
    var notices: Range<Int>
    /// The lines of the pair.
    var pair: Range<Int>
    /// The table's column titles; nil without room.
    var head: Int?
    var table: Range<Int>
    var detail: Range<Int>
    /// With a line for its title.
    var events: Range<Int>
    var footer: Int?

    init(_ state: DashboardState, _ size: Size) {
        let rows = size.rows
        var top = min(1, rows)
        if state.view.isPage {
            let counts = Self.page(state, tableRows: 0)
            notices = 1..<1 + state.notices.count
            pair = notices.upperBound..<notices.upperBound + state.pairLines.count
            head = pair.upperBound
            events = max(0, rows - counts.events)..<rows
            table = pair.upperBound + 1..<max(pair.upperBound + 1, events.lowerBound)
            detail = events.lowerBound..<events.lowerBound
            footer = nil
            return
        }
        var bottom = rows
        footer = rows >= 4 ? bottom - 1 : nil
        if footer != nil { bottom -= 1 }
        let wanted = rows >= 8 ? min(state.notices.count, 3) : 0
        notices = top..<top + wanted
        top += wanted
        let lines = rows >= 10 ? min(state.pairLines.count, max(1, rows / 8)) : 0
        pair = top..<top + lines
        top += lines
        head = rows >= 6 ? top : nil
        if head != nil { top += 1 }
        var pane = 0
        switch state.view.events {
        case .none: break
        case .some where rows >= 16: pane = max(4, rows / 5)
        case .many where rows >= 10: pane = rows / 2
        default: break
        }
        events = bottom - pane..<bottom
        bottom -= pane
        let details = rows >= 14 ? 2 : 0
        detail = bottom - details..<bottom
        bottom -= details
        table = top..<max(top, bottom)
    }

    /// The lines of a page: all of the table, and the last events.
    static func page(_ state: DashboardState, tableRows: Int) -> (lines: Int, events: Int) {
        let events = min(state.snapshot?.events.count ?? 0, 10)
        let pane = events > 0 ? events + 1 : 0
        return (2 + state.notices.count + state.pairLines.count + max(tableRows, 2) + pane, pane)
    }
}
