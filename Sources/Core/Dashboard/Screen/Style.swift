/// What a piece of the screen means; how it looks is the palette's business, which knows whether there are colours.
package enum Style: UInt8, Hashable, Sendable {
    case plain
    /// Beside the point: labels, what is no longer known to be so.
    case dim
    case strong
    case good
    /// Needs a look.
    case warning
    /// Needs somebody.
    case bad
    /// The bar at the top.
    case bar
    /// The bar at the top when what is below it is no longer known to be true.
    case alarm
    /// The row under the cursor.
    case selected
    /// The same, of a row that says something bad.
    case selectedBad
    /// What a search found.
    case found
}

/// How styles become escape sequences: with colours, or with what every terminal has.
///
/// Text keeps the terminal's own foreground and background wherever it can; the colours that are not readable on both a
/// light and a dark background (yellow, red as text) stand on a background of their own.
package enum Palette: Hashable, Sendable {
    case colours
    case monochrome

    /// SGR parameters (ECMA-48 8.3.117), without the reset that comes before them.
    package func parameters(_ style: Style) -> String {
        switch (style, self) {
        case (.plain, _): ""
        case (.dim, _): "2"
        case (.strong, _): "1"
        case (.good, .colours): "32"
        case (.good, .monochrome): ""
        case (.warning, .colours): "30;43"
        case (.warning, .monochrome): "1"
        case (.bad, .colours): "1;97;41"
        case (.bad, .monochrome): "1;7"
        case (.bar, _): "7"
        case (.alarm, .colours): "1;97;41"
        case (.alarm, .monochrome): "1;7"
        case (.selected, _): "7"
        case (.selectedBad, .colours): "1;7;31"
        case (.selectedBad, .monochrome): "1;7"
        case (.found, .colours): "30;46"
        case (.found, .monochrome): "4"
        }
    }
}
