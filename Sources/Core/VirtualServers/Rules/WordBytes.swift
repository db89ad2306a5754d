/// The words of a line are bytes, and text only mostly. A byte that is not part of UTF-8 stands in a string as a scalar
/// of a private range, so that a message repeats a word as it came, and a name reaches the kernel as it was given.
package enum WordBytes {
    /// With the byte added. What the range itself would be in UTF-8 counts as foreign, so that nothing is ambiguous.
    private static let base: UInt32 = 0x10_FE00
    private static let range = (base + 0x80)...(base + 0xFF)
    /// Every scalar of the range begins with it, and next to nothing else does.
    private static let mark: UInt8 = 0xF4

    /// A word of ipvsadm is made here at every call of the program, so it is made by what is not generic: other ways
    /// have the runtime look up a dozen types.
    package static func text(_ bytes: Span<UInt8>) -> String {
        if let text = utf8(bytes), !mayHaveForeign(text) { return text }
        var text = String.UnicodeScalarView()
        var start = 0
        while start < bytes.count {
            let first = bytes[start]
            let length = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4
            let character = bytes.extracting(start..<min(start + length, bytes.count))
            if let scalar = utf8(character)?.unicodeScalars.first, !range.contains(scalar.value) {
                text.append(scalar)
                start += UTF8.width(scalar)
            } else {
                if let scalar = Unicode.Scalar(base + UInt32(first)) { text.append(scalar) }
                start += 1
            }
        }
        return String(text)
    }

    private static func utf8(_ bytes: Span<UInt8>) -> String? {
        do { return String(copying: try UTF8Span(validating: bytes)) } catch { return nil }
    }

    package static func bytes(_ text: String) -> [UInt8] {
        guard mayHaveForeign(text) else { return Array(text.utf8) }
        return text.unicodeScalars.flatMap { scalar in
            range.contains(scalar.value) ? [UInt8(scalar.value - base)] : Array(String(scalar).utf8)
        }
    }

    /// Quicker than a look at every scalar, and right where it says no.
    static func mayHaveForeign(_ text: String) -> Bool { text.utf8.contains(mark) }

    /// At most the first `count` bytes: a character may be cut in the middle, as in a buffer of that size.
    static func cut(_ text: String, to count: Int) -> String {
        if text.utf8.count <= count { return text }
        let start = bytes(text).prefix(count)
        return self.text(start.span)
    }
}
