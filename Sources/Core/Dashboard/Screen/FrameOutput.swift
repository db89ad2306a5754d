/// Turns frames into what a terminal has to be sent: only the cells that differ from what it shows.
package struct FrameOutput: Sendable {
    private let palette: Palette
    private var shown: Frame?

    package init(_ palette: Palette) {
        self.palette = palette
    }

    /// The screen may show anything: the next frame is drawn whole.
    package mutating func forget() {
        shown = nil
    }

    /// The bytes that make the screen show this frame; none when it does already.
    package mutating func bytes(for frame: Frame) -> [UInt8] {
        var writer = TerminalWriter(palette: palette)
        let before = shown.flatMap { $0.size == frame.size ? $0 : nil }
        if before == nil { writer.clear() }
        for row in 0..<frame.size.rows { writer.draw(row, of: frame, over: before) }
        shown = frame
        return writer.finished()
    }
}

/// Collects escape sequences (ECMA-48): cursor positions, attributes, text.
private struct TerminalWriter {
    /// Unchanged cells between two changed ones are written again up to so many: moving the cursor costs as much.
    static let gap = 6

    let palette: Palette
    private var bytes: [UInt8] = []
    private var style: Style?
    /// Where the terminal's cursor is, as far as that is certain.
    private var cursor: (row: Int, column: Int)?

    init(palette: Palette) {
        self.palette = palette
    }

    mutating func clear() {
        bytes += "\u{1B}[0m\u{1B}[2J".utf8
        style = .plain
    }

    mutating func draw(_ row: Int, of frame: Frame, over before: Frame?) {
        let new = frame.row(row)
        let old = before?.row(row)
        if let old, old == new { return }
        var column = 0
        while let start = nextDifference(new, old, from: column, frame.size.columns) {
            var end = start + 1
            var same = 0
            while end + same < frame.size.columns, same <= Self.gap {
                if differs(new, old, end + same) {
                    end += same + 1
                    same = 0
                } else {
                    same += 1
                }
            }
            write(new, from: wholeCharacter(new, start), to: end, row: row)
            column = end
        }
    }

    private func differs(_ new: ArraySlice<Cell>, _ old: ArraySlice<Cell>?, _ column: Int) -> Bool {
        guard let old else { return new[new.startIndex + column] != .blank }
        return new[new.startIndex + column] != old[old.startIndex + column]
    }

    private func nextDifference(_ new: ArraySlice<Cell>, _ old: ArraySlice<Cell>?, from: Int, _ count: Int) -> Int? {
        (from..<max(from, count)).first { differs(new, old, $0) }
    }

    /// The second half of a wide character is written with its first.
    private func wholeCharacter(_ cells: ArraySlice<Cell>, _ column: Int) -> Int {
        column > 0 && cells[cells.startIndex + column].scalar == nil ? column - 1 : column
    }

    private mutating func write(_ cells: ArraySlice<Cell>, from start: Int, to end: Int, row: Int) {
        move(row, start)
        var column = start
        while column < end {
            let cell = cells[cells.startIndex + column]
            if let scalar = cell.scalar {
                set(cell.style)
                bytes += UTF8.encode(scalar).map(Array.init) ?? []
                // Terminals do not agree on the width of everything beyond ASCII: the next cell gets its place anew.
                if scalar.value > 0x7E, column + 1 < end, needsPlacing(scalar) {
                    column += 1
                    if cells[cells.startIndex + column].scalar == nil { column += 1 }
                    cursor = nil
                    if column < end { move(row, column) }
                    continue
                }
            }
            column += 1
        }
        cursor = (row, column)
    }

    /// The dashboard's own line and bar characters are one column wide everywhere.
    private func needsPlacing(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0xB7, 0x2014, 0x2026, 0x2190...0x21FF, 0x2500...0x25FF: false
        default: true
        }
    }

    private mutating func move(_ row: Int, _ column: Int) {
        if let cursor, cursor == (row, column) { return }
        bytes += "\u{1B}[\(row + 1);\(column + 1)H".utf8
    }

    private mutating func set(_ new: Style) {
        guard style != new else { return }
        style = new
        let parameters = palette.parameters(new)
        bytes += (parameters.isEmpty ? "\u{1B}[0m" : "\u{1B}[0;\(parameters)m").utf8
    }

    /// The terminal is left with plain attributes.
    mutating func finished() -> [UInt8] {
        if let style, style != .plain, !bytes.isEmpty { bytes += "\u{1B}[0m".utf8 }
        return bytes
    }
}
