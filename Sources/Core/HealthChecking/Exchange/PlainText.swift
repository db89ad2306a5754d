/// What others say, fit to be shown: nothing in it ends a line, moves a terminal's cursor or starts one of its
/// commands.
package enum PlainText {
    /// Whether a terminal takes it for more than a character: the controls of ASCII, and those of U+0080 to U+009F, of
    /// which one does what ESC and `[` do.
    package static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value < 0x20 || (0x7F..<0xA0).contains(scalar.value)
    }

    /// The text with a blank for each control character.
    package static func line(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isControl) else { return text }
        return String(String.UnicodeScalarView(text.unicodeScalars.map { isControl($0) ? " " : $0 }))
    }

    /// The same of bytes that should be UTF-8.
    package static func line(_ bytes: some Collection<UInt8>) -> String {
        line(String(decoding: bytes, as: UTF8.self))
    }
}
