/// What a server said, fit for one line of a log: a name for it is what it said, as far as that can be shown.
enum ServerText {
    /// At most 120 characters, without what would break a line or move a terminal's cursor.
    static func shown(_ bytes: some Collection<UInt8>) -> String {
        let text = String(decoding: bytes.prefix(480), as: UTF8.self)
        var shown = ""
        for scalar in text.unicodeScalars {
            if shown.count == 120 { return shown + "..." }
            shown.unicodeScalars.append(PlainText.isControl(scalar) ? " " : scalar)
        }
        while shown.last == " " { shown.removeLast() }
        return shown
    }
}
