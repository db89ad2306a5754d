/// A pattern as libpcre2 has to be told it, so that it means what Perl 5.36 makes of it: what Perl reads with a shrug
/// libpcre2 refuses, or takes for another thing. Where Perl itself refuses a pattern it is left as it is.
///
/// `\Q` and `\E` are libpcre2's, though: Perl gives them a meaning in a program's text only, and in a variable, as
/// `receive` is one, takes them for the letters, which nobody has ever wanted.
struct PerlSpelling {
    private(set) var bytes: [UInt8] = []
    /// Where each of the bytes stood in what was written.
    private var origins: [Int] = []
    private let source: [UInt8]
    private var position = 0
    /// A quantifier may follow.
    private var hasAtom = false

    init(_ source: [UInt8]) {
        self.source = source
        bytes.reserveCapacity(source.count)
        origins.reserveCapacity(source.count)
        while position < source.count { readPiece() }
    }

    /// The place in what was written of a place in the bytes.
    func origin(of offset: Int) -> Int { offset < origins.count ? origins[max(offset, 0)] : source.count }

    private mutating func readPiece() {
        switch source[position] {
        case UInt8(ascii: "^"), UInt8(ascii: "$"): readAssertion(1)
        case UInt8(ascii: "\\"):
            if let letter = at(1), Self.assertions.contains(letter) {
                readAssertion(2)
            } else {
                readEscape(literal: Self.literalOutside)
            }
            hasAtom = true
        case UInt8(ascii: "["):
            readClass()
            hasAtom = true
        case UInt8(ascii: "("): readOpening()
        case UInt8(ascii: "{"): readBrace()
        case UInt8(ascii: "|"):
            copy(1)
            hasAtom = false
        default:
            copy(1)
            hasAtom = true
        }
    }

    /// Perl repeats even these, as `^*`.
    private mutating func readAssertion(_ count: Int) {
        hasAtom = true
        guard let next = at(count), Set("*+?{".utf8).contains(next) else { return copy(count) }
        emit("(?:")
        copy(count)
        emit(")")
    }

    // MARK: Escapes

    private static let assertions = Set("AbBGKzZ".utf8)

    /// Letters that a backslash gives no meaning in Perl.
    private static let literalOutside = Set("FIJLMOTUYijlmquy".utf8)
    /// In a class: `[\w\.\-\Z]`.
    private static let literalInside = Set("ABCFGIJKLMORTUXYZijklmgquyz89".utf8)
    private static let sets = Set("DHSVWNPRXdhsvwp".utf8)

    private mutating func readEscape(literal: Set<UInt8>) {
        guard let letter = at(1) else { return copy(1) }
        switch letter {
        case UInt8(ascii: "Q"): copy((find("\\E", from: position + 2) ?? source.count) - position)
        case UInt8(ascii: "N") where starts(with: "{U+", at: position + 2):
            guard let end = find("}", from: position + 5) else { return copy(2) }
            emit("\\x{")
            position += 5
            copy(end - position)
        // What stands in the braces is no quantifier.
        case UInt8(ascii: "x"), UInt8(ascii: "o"), UInt8(ascii: "p"), UInt8(ascii: "P"), UInt8(ascii: "g"),
            UInt8(ascii: "k"):
            guard at(2) == UInt8(ascii: "{"), !literal.contains(letter) else { fallthrough }
            copy((find("}", from: position + 3) ?? source.count) + 1 - position)
        default:
            if literal.contains(letter) {
                position += 1
                copy(1)
            } else {
                copy(letter == UInt8(ascii: "c") ? 3 : 2)
            }
        }
    }

    // MARK: Classes

    private mutating func readClass() {
        copy(1)
        // `[:digit:]` without the brackets around it is a class of six characters.
        if let first = at(0), Set(":.=".utf8).contains(first) { emit("\\") }
        if at(0) == UInt8(ascii: "^") { copy(1) }
        var isFirst = true
        while let byte = at(0), isFirst || byte != UInt8(ascii: "]") {
            isFirst = false
            let isSet = isSet
            readMember()
            guard at(0) == UInt8(ascii: "-"), let next = at(1), next != UInt8(ascii: "]") else { continue }
            // A range has a character at either end. `[\w-.]` is no range: the `-` stands for itself.
            position += 1
            let isRange = !isSet && !self.isSet
            position -= 1
            if isRange {
                copy(1)
                readMember()
            } else {
                escapeOne()
            }
        }
        if position < source.count { copy(1) }
    }

    /// What comes next stands for many characters.
    private var isSet: Bool {
        if at(0) == UInt8(ascii: "\\"), let letter = at(1) {
            return Self.sets.contains(letter) && !Self.literalInside.contains(letter)
                && !starts(with: "{U+", at: position + 2)
        }
        return namedClass != nil
    }

    /// The end of `[:alpha:]`.
    private var namedClass: Int? {
        guard at(0) == UInt8(ascii: "["), at(1) == UInt8(ascii: ":") else { return nil }
        var end = position + 2
        while end < source.count, source[end].isLetter || source[end] == UInt8(ascii: "^") { end += 1 }
        return starts(with: ":]", at: end) ? end + 2 : nil
    }

    private mutating func readMember() {
        if let end = namedClass {
            copy(end - position)
        } else if at(0) == UInt8(ascii: "\\") {
            readEscape(literal: Self.literalInside)
        } else if at(0) == UInt8(ascii: "-") {
            escapeOne()
        } else {
            copy(1)
        }
    }

    // MARK: Groups and quantifiers

    private mutating func readOpening() {
        if starts(with: "(?#", at: position) {
            // A comment; the atom before it is still the one that a quantifier is for.
            return copy((find(")", from: position + 3) ?? source.count) + 1 - position)
        }
        hasAtom = false
        guard starts(with: "(?", at: position) else { return copy(1) }
        var end = position + 2
        while end < source.count, source[end].isLetter || source[end] == UInt8(ascii: "^") { end += 1 }
        let lettersEnd = end
        if end < source.count, source[end] == UInt8(ascii: "-") {
            repeat { end += 1 } while end < source.count && source[end].isLetter
        }
        let letters = source[position + 2..<lettersEnd]
        guard end < source.count, source[end] == UInt8(ascii: ")") || source[end] == UInt8(ascii: ":"),
            letters.allSatisfy(Set("^adilmnpsux".utf8).contains)
        else {
            copy(2)
            while let sign = at(0), Set("=!<>|:".utf8).contains(sign) { copy(1) }
            return
        }
        copy(2)
        // Bytes are no characters beyond ASCII in either case.
        for letter in letters {
            if Set("adlpu".utf8).contains(letter) { position += 1 } else { copy(1) }
        }
        copy(end + 1 - position)
    }

    /// `{,3}`, `{ 1, 3 }` and `{3,1}`, which never matches, are what libpcre2 takes for text or refuses.
    private mutating func readBrace() {
        var end = position + 1
        func skipBlanks() {
            while end < source.count, source[end] == UInt8(ascii: " ") || source[end] == UInt8(ascii: "\t") { end += 1 }
        }
        func digits() -> Range<Int> {
            skipBlanks()
            let start = end
            while end < source.count, source[end].isDigit { end += 1 }
            defer { skipBlanks() }
            return start..<end
        }
        let least = digits()
        let hasComma = end < source.count && source[end] == UInt8(ascii: ",")
        if hasComma { end += 1 }
        let most = hasComma ? digits() : end..<end
        guard end < source.count, source[end] == UInt8(ascii: "}"), !least.isEmpty || !most.isEmpty else {
            hasAtom = true
            return copy(1)
        }
        guard hasAtom else {
            // With nothing before it that it could repeat it is text.
            hasAtom = true
            return escapeOne()
        }
        emit("{")
        if least.isEmpty { emit("0") } else { position = least.lowerBound; copy(least.count) }
        let isRepeated = end + 1 < source.count && Set("*+?{".utf8).contains(source[end + 1])
        let isImpossible = !most.isEmpty && !least.isEmpty && number(least) > number(most) && !isRepeated
        if hasComma, !isImpossible {
            emit(",")
            position = most.lowerBound
            copy(most.count)
        }
        emit(isImpossible ? "}(?!)" : "}")
        position = end + 1
    }

    /// Capped: what is larger than any quantifier may be is refused by libpcre2.
    private func number(_ digits: Range<Int>) -> Int {
        source[digits].reduce(0) { min($0 * 10 + Int($1 - UInt8(ascii: "0")), 1 << 20) }
    }

    // MARK: Reading and writing

    private func at(_ offset: Int) -> UInt8? {
        position + offset < source.count ? source[position + offset] : nil
    }

    private func starts(with text: StaticString, at start: Int) -> Bool {
        start <= source.count && source[start...].starts(with: "\(text)".utf8)
    }

    private func find(_ text: StaticString, from start: Int) -> Int? {
        guard start <= source.count else { return nil }
        return (start..<source.count).first { starts(with: text, at: $0) }
    }

    private mutating func copy(_ count: Int) {
        let end = min(position + count, source.count)
        bytes += source[position..<end]
        origins += position..<end
        position = end
    }

    private mutating func escapeOne() {
        emit("\\")
        copy(1)
    }

    private mutating func emit(_ text: StaticString) {
        bytes += "\(text)".utf8
        while origins.count < bytes.count { origins.append(position) }
    }
}

extension UInt8 {
    fileprivate var isLetter: Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self | 0x20) }
    fileprivate var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
}
