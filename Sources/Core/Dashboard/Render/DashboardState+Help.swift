extension DashboardState {
    private static let help: [(String, String)] = [
        ("Up Down j k", "move; PgUp PgDn, g and G for the ends"),
        ("Left Right Enter", "fold and unfold a service; z: all of them"),
        ("s r", "sort by the file, trouble, name, connections, rate; reverse"),
        ("p", "only what is in trouble"),
        ("f", "only lines with a text"),
        ("/ n N", "search; the next one, the one before"),
        ("Esc", "show everything again"),
        ("e", "more events, none, some"),
        ("d x a", "drain, disable, enable the selected server; asks first"),
        ("^L ^Z q", "draw anew, suspend, quit"),
        ("", ""),
        ("STATE", "unver.: not checked yet; HELD: flaps; KEPT: in by minup"),
        ("", "AG. OUT, AGENT 0: its checks pass, its agent takes it out"),
        ("WGT", "weight in the kernel / as configured; - is not there"),
        ("CONN/S", "new connections a second, smoothed by the kernel"),
        ("CHECK", "how long the last check took"),
    ]

    private static let label = 20
    /// Bars above and below, an empty line after the first.
    private static let border = 3

    private static func helpLines(_ columns: Int) -> [(keys: String, text: String)] {
        help.flatMap { keys, text in
            Shortening.lines(text, width: min(64, columns - label), limit: 4).enumerated().map {
                ($0 == 0 ? keys : "", $1)
            }
        }
    }

    /// The next part of a help that is longer than the screen, or back to the table.
    mutating func turnHelp(_ size: Size) {
        view.helpTop += max(1, size.rows - Self.border)
        if view.helpTop >= Self.helpLines(size.columns).count { view.mode = .table }
    }

    /// Above everything else.
    func drawHelp(_ frame: inout Frame) {
        let lines = Self.helpLines(frame.size.columns).dropFirst(view.helpTop)
        let width = min(frame.size.columns, Self.label + 64)
        let height = min(frame.size.rows, lines.count + Self.border + 1)
        let top = (frame.size.rows - height) / 2
        let left = (frame.size.columns - width) / 2
        let hasMore = lines.count > height - Self.border
        frame.clear(rows: top..<top + height, columns: left..<left + width)
        for row in [top, top + height - 1] {
            frame.paint(row: row, columns: left..<left + width) { _ in .bar }
        }
        let title = hasMore ? " help: any key shows more" : " help: any key goes back"
        frame.write(title, row: top, column: left, width: width, style: .bar)
        for (row, line) in zip((top + 2)..<max(top + 2, top + height - 1), lines) {
            frame.write(line.keys, row: row, column: left + 2, width: Self.label - 2, style: .strong)
            frame.write(line.text, row: row, column: left + Self.label, width: width - Self.label)
        }
    }
}
