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

    /// Above everything else, any key closes it.
    func drawHelp(_ frame: inout Frame) {
        let label = 20
        let width = min(frame.size.columns, label + 64)
        let height = min(frame.size.rows, Self.help.count + 4)
        let top = (frame.size.rows - height) / 2
        let left = (frame.size.columns - width) / 2
        frame.clear(rows: top..<top + height, columns: left..<left + width)
        for row in [top, top + height - 1] {
            frame.paint(row: row, columns: left..<left + width) { _ in .bar }
        }
        frame.write(" help: any key goes back", row: top, column: left, width: width, style: .bar)
        for (row, (keys, text)) in zip((top + 2)..<max(top + 2, top + height - 1), Self.help) {
            frame.write(keys, row: row, column: left + 2, width: label - 2, style: .strong)
            frame.write(text, row: row, column: left + label, width: width - label)
        }
    }
}
