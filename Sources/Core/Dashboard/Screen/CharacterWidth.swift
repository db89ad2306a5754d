/// How text from anywhere is put into cells.
///
/// What a configuration or an answer says may hold anything: control characters that would command the terminal,
/// marks that take no room, characters that take two columns, directions that turn the line around. Only what has a
/// known width gets to the screen.
package enum CharacterWidth {
    /// Stands for what cannot be shown.
    package static let substitute: Unicode.Scalar = "\u{B7}"

    /// 1 or 2 columns; 0 for a mark that belongs to the character before it; nil for what must not be written.
    package static func columns(_ scalar: Unicode.Scalar) -> Int? {
        if scalar.value < 0x7F { return scalar.value >= 0x20 ? 1 : nil }
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: return nil
        case .nonspacingMark, .enclosingMark: return 0
        default: return isWide(scalar.value) ? 2 : 1
        }
    }

    /// East Asian Wide and Fullwidth, and emoji, by blocks (UAX #11).
    private static func isWide(_ value: UInt32) -> Bool {
        switch value {
        case 0..<0x1100: false
        case 0x1100...0x115F, 0x231A...0x231B, 0x2329...0x232A, 0x23E9...0x23EC, 0x25FD...0x25FE, 0x2614...0x2615,
            0x2E80...0x303E, 0x3041...0x4DBF, 0x4E00...0xA4CF, 0xA960...0xA97C, 0xAC00...0xD7A3, 0xF900...0xFAFF,
            0xFE10...0xFE19, 0xFE30...0xFE6F, 0xFF01...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F680...0x1F6FF,
            0x1F900...0x1FAFF, 0x20000...0x3FFFD:
            true
        default: false
        }
    }

    /// A text as it may be written, and how many columns it takes: marks are left out, what must not be written is
    /// replaced, and with `ascii` so is all that is not ASCII.
    package static func clean(_ text: String, ascii: Bool = false) -> [(scalar: Unicode.Scalar, columns: Int)] {
        var cells: [(scalar: Unicode.Scalar, columns: Int)] = []
        cells.reserveCapacity(text.utf8.count)
        for scalar in text.unicodeScalars {
            if scalar.value >= 0x20, scalar.value < 0x7F {
                cells.append((scalar, 1))
                continue
            }
            switch columns(scalar) {
            case nil: cells.append((ascii ? "?" : substitute, 1))
            case 0?: break
            case let columns?: cells.append(ascii ? ("?", 1) : (scalar, columns))
            }
        }
        return cells
    }
}
