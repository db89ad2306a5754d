/// The bytes of one line, or of a part of it, read from left to right. Columns count bytes from 1; every access is
/// within the part.
struct Scanner {
    private let bytes: [UInt8]
    private let line: Int
    private let lineStart: Int
    private(set) var position: Int
    private(set) var end: Int

    init(_ bytes: [UInt8], line: Int, _ range: Range<Int>) {
        self.bytes = bytes
        self.line = line
        lineStart = range.lowerBound
        position = range.lowerBound
        end = range.upperBound
    }

    var isAtEnd: Bool { position >= end }
    var peek: UInt8? { position < end ? bytes[position] : nil }
    var place: Place { Place(line, position - lineStart + 1) }
    var rest: Range<Int> { position..<end }

    func place(at index: Int) -> Place { Place(line, index - lineStart + 1) }

    subscript(index: Int) -> UInt8 { bytes[index] }

    mutating func move(to index: Int) { position = min(max(index, lineStart), end) }

    mutating func cut(at index: Int) { end = max(min(index, end), position) }

    mutating func skipBlanks() {
        while position < end, bytes[position].isBlank { position += 1 }
    }

    mutating func cutTrailingBlanks() {
        while end > position, bytes[end - 1].isBlank { end -= 1 }
    }

    mutating func skip(_ byte: UInt8) -> Bool {
        guard position < end, bytes[position] == byte else { return false }
        position += 1
        return true
    }

    /// The bytes up to the first that does not fit.
    mutating func take(while fits: (UInt8) -> Bool) -> Range<Int> {
        let start = position
        while position < end, fits(bytes[position]) { position += 1 }
        return start..<position
    }

    /// The next word: everything up to a blank.
    mutating func takeWord() -> Range<Int> {
        skipBlanks()
        return take { !$0.isBlank }
    }

    func first(_ byte: UInt8, in range: Range<Int>) -> Int? {
        bytes[range].firstIndex(of: byte)
    }

    func last(_ byte: UInt8, in range: Range<Int>) -> Int? {
        bytes[range].lastIndex(of: byte)
    }

    func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

    /// For messages: one line, printable, of bounded length.
    func shown(_ range: Range<Int>) -> String { bytes[range].shown }

    func isUTF8(_ range: Range<Int>) -> Bool {
        bytes[range].allSatisfy { $0 < 0x80 } || String(validating: bytes[range], as: UTF8.self) != nil
    }

    /// The number that a range of decimal digits says; nil when there is none or it is above 2^53.
    func number(_ range: Range<Int>) -> UInt64? {
        guard !range.isEmpty else { return nil }
        var value: UInt64 = 0
        for index in range {
            guard bytes[index].isDigit else { return nil }
            value = value * 10 + UInt64(bytes[index] - UInt8(ascii: "0"))
            if value > 1 << 53 { return nil }
        }
        return value
    }

    func isDigits(_ range: Range<Int>) -> Bool {
        !range.isEmpty && bytes[range].allSatisfy(\.isDigit)
    }

    /// Four decimal numbers of at most 255, the way that costs no string: a file has thousands of them.
    func ipv4(_ range: Range<Int>) -> UInt32? {
        var value: UInt32 = 0
        var number: UInt32 = 0
        var digits = 0
        var parts = 0
        for index in range {
            let byte = bytes[index]
            if byte.isDigit {
                number = number * 10 + UInt32(byte - UInt8(ascii: "0"))
                digits += 1
                if digits > 3 || number > 255 { return nil }
            } else if byte == UInt8(ascii: ".") {
                if digits == 0 || parts == 3 { return nil }
                value = value << 8 | number
                (number, digits, parts) = (0, 0, parts + 1)
            } else {
                return nil
            }
        }
        return digits > 0 && parts == 3 ? value << 8 | number : nil
    }
}

extension UInt8 {
    var isBlank: Bool { self == UInt8(ascii: " ") || self == UInt8(ascii: "\t") }
    var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
    var isSmallLetter: Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self) }
    var isLetter: Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self | 0x20) }
    /// What no line may hold; a tab is a blank.
    var isControl: Bool { self < 0x20 && self != UInt8(ascii: "\t") || self == 0x7F }
}

extension Collection<UInt8> {
    /// At most 60 characters of it; control characters, broken UTF-8 and no-break spaces, which only look like blanks,
    /// as `\xNN`.
    var shown: String {
        var text = ""
        let part = prefix(60)
        let valid = String(validating: part, as: UTF8.self) != nil
        var plain: [UInt8] = []
        var before: UInt8 = 0
        for byte in part {
            let isNoBreakSpace = before == 0xC2 && byte == 0xA0
            if byte < 0x20 || byte == 0x7F || (byte >= 0x80 && !valid) || isNoBreakSpace {
                if isNoBreakSpace, plain.popLast() != nil { plain += Array("\\xc2".utf8) }
                text += String(decoding: plain, as: UTF8.self)
                plain.removeAll()
                text += "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
            } else {
                plain.append(byte)
            }
            before = byte
        }
        text += String(decoding: plain, as: UTF8.self)
        return part.count < count ? text + "..." : text
    }
}
