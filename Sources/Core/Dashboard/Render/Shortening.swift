/// Texts that have to do with less room than they would like.
enum Shortening {
    /// A name without its middle: what tells two of them apart stands at the end, and what they are at the beginning.
    static func middle(_ name: String, to width: Int, ascii: Bool) -> String {
        guard name.unicodeScalars.count > width, width >= 8 else { return name }
        let tail = (width - 1) * 3 / 5
        return "\(name.prefix(width - 1 - tail))\(ascii ? ">" : "\u{2026}")\(name.suffix(tail))"
    }

    /// A text in lines of so many columns, broken at blanks where that is possible; the last of them ends in whatever
    /// is left, however long.
    static func lines(_ text: String, width: Int, limit: Int) -> [String] {
        guard width > 0, limit > 1, text.utf8.count > width else { return [text] }
        var lines: [String] = []
        var rest = Array(text.unicodeScalars)[...]
        while lines.count + 1 < limit {
            var columns = 0
            let fitting = rest.prefix { scalar in
                columns += CharacterWidth.columns(scalar) ?? 1
                return columns <= width
            }
            guard fitting.count < rest.count, !fitting.isEmpty else { break }
            // A word that would leave half of the line empty is cut.
            let blank = fitting.lastIndex(of: " ").flatMap { $0 - fitting.startIndex > fitting.count / 2 ? $0 : nil }
            lines.append(joined(fitting[..<(blank ?? fitting.endIndex)]))
            rest = rest[(blank.map { $0 + 1 } ?? fitting.endIndex)...]
        }
        return lines + [joined(rest)]
    }

    private static func joined(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
        String(String.UnicodeScalarView(scalars))
    }

    /// The first of these that fits; the last one whether it does or not.
    static func fitting(_ width: Int, _ texts: [String]) -> String {
        texts.first { $0.unicodeScalars.count <= width } ?? texts.last ?? ""
    }
}
