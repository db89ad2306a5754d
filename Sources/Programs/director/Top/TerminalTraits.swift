import Dashboard
import Glibc

/// What the terminal can do, as far as the environment says.
struct TerminalTraits {
    /// It has no cursor to move, or nobody knows how.
    var isDumb: Bool
    var palette: Palette
    /// It shows nothing but ASCII.
    var isASCII: Bool

    init() {
        let kind = Self.variable("TERM")
        isDumb = ["", "dumb", "unknown"].contains(kind)
        // no-color.org: whatever the variable says, as long as it says something.
        let isPlain = !Self.variable("NO_COLOR").isEmpty || kind.hasPrefix("vt") || kind.hasSuffix("-m")
        palette = isPlain ? .monochrome : .colours
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].map(Self.variable).first { !$0.isEmpty } ?? ""
        let lowered = locale.lowercased()
        // The Linux console has Unicode, but its fonts lack the bars.
        isASCII = !(lowered.contains("utf-8") || lowered.contains("utf8")) || kind == "linux"
    }

    static func variable(_ name: String) -> String {
        getenv(name).map { String(cString: $0) } ?? ""
    }
}
