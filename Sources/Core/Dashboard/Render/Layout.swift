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
            let counts = Self.page(state, columns: size.columns, tableRows: 0)
            notices = 1..<1 + state.noticeLines(size.columns, limit: Self.pageNotices).count
            pair = notices.upperBound..<notices.upperBound + state.pairLines().count
            head = pair.upperBound
            events = max(0, rows - counts.events)..<rows
            table = pair.upperBound + 1..<max(pair.upperBound + 1, events.lowerBound)
            detail = events.lowerBound..<events.lowerBound
            footer = nil
            return
        }
        var bottom = rows
        // What is asked or answered is seen on the smallest screen.
        footer = rows >= 4 || (rows > 0 && state.view.needsFooter) ? bottom - 1 : nil
        if footer != nil { bottom -= 1 }
        top = min(top, bottom)
        let noticeLimit = rows >= 40 ? 6 : rows >= 16 ? 3 : rows >= 8 ? 2 : rows >= 6 ? 1 : 0
        let wanted = state.noticeLines(size.columns, limit: noticeLimit).count
        notices = top..<top + wanted
        top += wanted
        let lines = rows >= 10 ? state.pairLines(limit: max(2, rows / 6)).count : 0
        pair = top..<top + lines
        top += lines
        head = rows >= 6 && top < bottom ? top : nil
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

    static let pageNotices = 40

    /// The lines of a page: all of the table, and the last events.
    static func page(_ state: DashboardState, columns: Int, tableRows: Int) -> (lines: Int, events: Int) {
        let events = state.eventLines(columns, limit: .max, last: 10).count
        let pane = events > 0 ? events + 1 : 0
        let notices = state.noticeLines(columns, limit: pageNotices).count
        // Without anything to show, why there is nothing has its lines.
        let table = max(tableRows, state.snapshot == nil ? 5 : 1)
        return (2 + notices + state.pairLines().count + table + pane, pane)
    }
}
