/// Columns and rows of a screen.
package struct Size: Hashable, Sendable {
    package var columns: Int
    package var rows: Int

    package init(columns: Int, rows: Int) {
        self.columns = columns
        self.rows = rows
    }
}

/// One place of the screen. The second column of a wide character is empty.
package struct Cell: Hashable, Sendable {
    /// Nil behind a wide character.
    package var scalar: Unicode.Scalar?
    package var style: Style

    package init(_ scalar: Unicode.Scalar?, _ style: Style = .plain) {
        self.scalar = scalar
        self.style = style
    }

    package static let blank = Cell(" ")
}

/// A whole screen as it should look.
package struct Frame: Hashable, Sendable {
    package let size: Size
    /// Characters beyond ASCII are replaced: the terminal's character set has no others.
    package let ascii: Bool
    private var cells: [Cell]

    package init(_ size: Size, ascii: Bool = false) {
        self.size = Size(columns: max(size.columns, 0), rows: max(size.rows, 0))
        self.ascii = ascii
        cells = Array(repeating: .blank, count: self.size.columns * self.size.rows)
    }

    package subscript(row: Int, column: Int) -> Cell {
        cells[row * size.columns + column]
    }

    package func row(_ row: Int) -> ArraySlice<Cell> {
        cells[row * size.columns..<(row + 1) * size.columns]
    }

    /// Writes a text into a row and returns the column behind it. What does not fit into `width` columns ends in an
    /// ellipsis; nothing is written outside of the frame.
    @discardableResult
    package mutating func write(
        _ text: String, row: Int, column: Int, width: Int = .max, style: Style = .plain
    ) -> Int {
        let room = min(width, size.columns - column)
        guard row >= 0, row < size.rows, column >= 0, room > 0 else { return column }
        let text = CharacterWidth.clean(text, ascii: ascii)
        let needed = text.reduce(0) { $0 + $1.columns }
        let limit = needed > room ? room - 1 : room
        var at = 0
        for (scalar, columns) in text {
            guard at + columns <= limit else { break }
            put(scalar, columns, row, column + at, style)
            at += columns
        }
        if needed > room {
            put(ascii ? ">" : "\u{2026}", 1, row, column + at, style)
            at += 1
        }
        return column + at
    }

    private mutating func put(_ scalar: Unicode.Scalar, _ columns: Int, _ row: Int, _ column: Int, _ style: Style) {
        let index = row * size.columns + column
        // Half of a wide character cannot stay.
        if cells[index].scalar == nil, column > 0 { cells[index - 1] = .blank }
        let behind = index + columns
        if column + columns < size.columns, cells[behind].scalar == nil { cells[behind] = .blank }
        cells[index] = Cell(scalar, style)
        if columns == 2 { cells[index + 1] = Cell(nil, style) }
    }

    /// The same with blanks before it, up to the width.
    package mutating func writeRight(_ text: String, row: Int, column: Int, width: Int, style: Style = .plain) {
        let needed = CharacterWidth.clean(text, ascii: ascii).reduce(0) { $0 + $1.columns }
        write(text, row: row, column: column + max(0, width - needed), width: min(width, needed), style: style)
    }

    /// Gives part of a row another style, whatever stands there.
    package mutating func paint(row: Int, columns: Range<Int>? = nil, _ style: (Style) -> Style) {
        guard row >= 0, row < size.rows else { return }
        for column in (columns ?? 0..<size.columns).clamped(to: 0..<size.columns) {
            let index = row * size.columns + column
            cells[index].style = style(cells[index].style)
        }
    }

    /// Empties a rectangle, for what is drawn above the rest.
    package mutating func clear(rows: Range<Int>, columns: Range<Int>) {
        for row in rows.clamped(to: 0..<size.rows) {
            for column in columns.clamped(to: 0..<size.columns) { cells[row * size.columns + column] = .blank }
        }
    }
}

extension Frame {
    /// The frame as lines of text, without the blanks at their ends: for pipes and tests.
    package var lines: [String] {
        (0..<size.rows).map { index in
            var text = String.UnicodeScalarView()
            for cell in row(index) {
                if let scalar = cell.scalar { text.append(scalar) }
            }
            while text.last == " " { text.removeLast() }
            return String(text)
        }
    }
}
