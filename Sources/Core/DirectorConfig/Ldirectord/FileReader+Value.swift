internal import VirtualServers

/// Values of one kind: yes and no, numbers, durations, texts. Each reader gets the scanner at the value, comment and
/// trailing blanks cut, and says nil after an error.
extension FileReader {
    mutating func yesNo(_ directive: Directive, _ scanner: inout Scanner) -> Bool? {
        let place = scanner.place
        let lineEnd = scanner.end
        let word = scanner.rest
        switch scanner.text(word.count > 8 ? word.prefix(8) : word) {
        case "yes", "no":
            if lineEnd < bytes.count, bytes[lineEnd].isBlank || bytes[lineEnd] == UInt8(ascii: "#") {
                warnAfterYesNo(directive, scanner.place(at: lineEnd), comment: bytes[lineEnd])
            }
            return word.count == 3
        default:
            var hint = ""
            switch scanner.text(word.count > 8 ? word.prefix(8) : word).lowercased() {
            case "yes", "true", "on", "1", "\"yes\"", "y": hint = ", write yes"
            case "no", "false", "off", "0", "\"no\"", "n": hint = ", write no"
            default: break
            }
            let found = word.isEmpty ? "nothing" : "'\(scanner.shown(word))'"
            problems.error(place, "\(directive.rawValue) is yes or no, not \(found)\(hint)")
            return nil
        }
    }

    private mutating func warnAfterYesNo(_ directive: Directive, _ place: Place, comment: UInt8) {
        // Global comments have been spoken of, and within a section a '#' that touches the word is fine for
        // ldirectord too.
        guard !directive.isDirectorsOwn, comment.isBlank, !problems.hasWarning(at: place.line) else { return }
        problems.warning(place, "the blanks behind \(directive.rawValue) are skipped here, ldirectord refuses the line")
    }

    /// The first digits of the value count, as for ldirectord; anything else around them is said. For a key that is
    /// not ldirectord's there is nothing to be true to, and it is an error.
    /// - Parameter meant: what to write for what the value seems to say.
    mutating func number(
        _ directive: Directive, _ scanner: inout Scanner, _ allowed: ClosedRange<UInt64>, unit: String = "",
        meant: String? = nil
    ) -> UInt64? {
        let whole = scanner.rest
        let place = scanner.place
        guard let digits = firstDigits(&scanner) else {
            let found = whole.isEmpty ? "nothing" : "'\(scanner.shown(whole))'"
            problems.error(place, "\(directive.rawValue) is a number, not \(found)")
            return nil
        }
        guard let value = scanner.number(digits), allowed.contains(value) else {
            problems.error(
                place,
                "\(directive.rawValue) must be \(allowed.lowerBound) to \(allowed.upperBound)\(unit), not \(scanner.shown(digits))"
            )
            return nil
        }
        // `5s` is meant as it is read.
        if digits != whole, meant != "\(value)", !isComment(scanner, after: digits, in: whole) {
            guard !directive.isDirectorsOwn else {
                problems.error(
                    place, "\(directive.rawValue) is a number, not '\(scanner.shown(whole))': write \(value)")
                return nil
            }
            let read = "\(directive.rawValue): '\(scanner.shown(whole))' is read as \(value)"
            let counted = value == 1 && unit.hasSuffix("s") ? String(unit.dropLast()) : unit
            problems.warning(place, meant.map { "\(read)\(counted), as by ldirectord: write \($0)" } ?? read)
        }
        return value
    }

    private func firstDigits(_ scanner: inout Scanner) -> Range<Int>? {
        _ = scanner.take { !$0.isDigit }
        let digits = scanner.take(while: \.isDigit)
        return digits.isEmpty ? nil : digits
    }

    private func isComment(_ scanner: Scanner, after digits: Range<Int>, in whole: Range<Int>) -> Bool {
        guard digits.lowerBound == whole.lowerBound else { return false }
        let next = (digits.upperBound..<whole.upperBound).first { !scanner[$0].isBlank }
        return next.map { scanner[$0] == UInt8(ascii: "#") } ?? true
    }

    /// Seconds, or with a unit: `200ms`, `5s`, `2m`, `1h`.
    mutating func duration(
        _ directive: Directive, _ scanner: inout Scanner, zero: Bool = false, maximum: UInt64 = 31_536_000
    ) -> Duration? {
        let start = scanner
        let digits = scanner.take(while: \.isDigit)
        let unit = scanner.take(while: \.isLetter)
        let name = scanner.text(unit.prefix(3))
        if let value = scanner.number(digits), scanner.isAtEnd || scanner.peek == UInt8(ascii: "#"),
            let unit = Self.milliseconds(of: name), value <= 1 << 40
        {
            let milliseconds = value * unit
            guard milliseconds > 0 || zero, milliseconds <= maximum * 1000 else {
                problems.error(
                    start.place,
                    "\(directive.rawValue) must be \(zero ? "0" : "1ms") to \(maximum)s, not \(scanner.shown(digits))\(name)"
                )
                return nil
            }
            return .milliseconds(Int64(milliseconds))
        }
        scanner = start
        let meant = Self.meantSpan(scanner)
        if directive.isDirectorsOwn {
            let right = meant ?? "200ms, 5s, 2m, 1h, or a number of seconds"
            problems.error(
                start.place, "\(directive.rawValue) is a time, not '\(scanner.shown(scanner.rest))': write \(right)")
            return nil
        }
        return number(directive, &scanner, (zero ? 0 : 1)...maximum, unit: " seconds", meant: meant)
            .map { .seconds(Int64($0)) }
    }

    /// A time that is the whole of a word: digits, and a unit or none.
    static func span(_ scanner: Scanner, _ word: Range<Int>) -> Duration? {
        let digits = word.prefix { scanner[$0].isDigit }
        guard let value = scanner.number(digits), value <= 1 << 40 else { return nil }
        let unit = scanner.text(digits.endIndex..<word.upperBound)
        return milliseconds(of: unit.isEmpty ? "s" : unit).map { .milliseconds(Int64(value * $0)) }
    }

    /// Of one of a unit of time.
    static func milliseconds(of unit: String) -> UInt64? {
        switch unit {
        case "ms": 1
        case "s": 1_000
        case "m": 60_000
        case "h": 3_600_000
        default: nil
        }
    }

    enum Quotes {
        /// The value must stand in double quotes.
        case required
        /// They may be there.
        case allowed
        /// ldirectord keeps them as a part of the value; they are taken off here and that is said.
        case literal
    }

    /// A text. Quotes reach to the last one of the line, as for ldirectord.
    mutating func text(
        _ directive: Directive, _ scanner: inout Scanner, _ quotes: Quotes, mayBeEmpty: Bool = false
    ) -> Placed<String>? {
        let place = scanner.place
        var range = scanner.rest
        if scanner.peek == UInt8(ascii: "\"") {
            guard let last = scanner.last(UInt8(ascii: "\""), in: range), last > range.lowerBound else {
                problems.error(place, "\(directive.rawValue) has no closing quote: \(scanner.shown(range))")
                return nil
            }
            if last + 1 < range.upperBound {
                problems.warning(
                    scanner.place(at: last + 1),
                    "what stands behind the quotes is not read: '\(scanner.shown(last + 1..<range.upperBound))'")
            }
            range = range.lowerBound + 1..<last
            if quotes == .literal, range.contains(where: { scanner[$0].isBlank }) {
                problems.warning(
                    place, "the quotes are taken off here, ldirectord takes them for a part of \(directive.rawValue)")
            }
        } else if quotes == .required {
            let example = range.isEmpty ? "\"...\"" : "\"\(scanner.shown(range))\""
            problems.error(place, "\(directive.rawValue) must be in double quotes: \(directive.rawValue) = \(example)")
            return nil
        }
        return check(directive, scanner, range, place, mayBeEmpty: mayBeEmpty)
    }

    private mutating func check(
        _ directive: Directive, _ scanner: Scanner, _ range: Range<Int>, _ place: Place, mayBeEmpty: Bool
    ) -> Placed<String>? {
        guard !range.isEmpty || mayBeEmpty else {
            problems.error(place, "\(directive.rawValue) is empty: leave the line out, or give it a value")
            return nil
        }
        guard range.count <= ConfigurationParser.Limit.textBytes else {
            let limit = ConfigurationParser.Limit.textBytes
            problems.error(place, "\(directive.rawValue) has \(range.count) bytes, at most \(limit) are allowed")
            return nil
        }
        if scanner.isUTF8(range) { return Placed(expandingTabs(scanner, range), place) }
        switch directive {
        case .receive: return Placed(foreignPattern(scanner, range), place)
        case .request:
            // Its service may stand in a later line.
            sections[sections.count - 1].dialogue.foreignRequest = Placed(scanner.shown(range), place)
            return Placed(foreignRequest(scanner, range), place)
        default:
            problems.error(place, "\(directive.rawValue) is not UTF-8 text: '\(scanner.shown(range))'")
            return nil
        }
    }

    /// ldirectord turns every tab of a section into four blanks before it looks at anything.
    func expandingTabs(_ scanner: Scanner, _ range: Range<Int>) -> String {
        let text = scanner.text(range)
        guard text.utf8.contains(UInt8(ascii: "\t")) else { return text }
        var expanded: [UInt8] = []
        for byte in text.utf8 {
            if byte == UInt8(ascii: "\t") {
                expanded += Array(repeating: UInt8(ascii: " "), count: 4)
            } else {
                expanded.append(byte)
            }
        }
        return String(decoding: expanded, as: UTF8.self)
    }

    /// One of some words: the first word of the value, quotes around it or not; what follows is said to be ignored.
    /// - Parameter known: the words that mean something. Where the first one is none of them, what ldirectord would
    ///   take counts: the first letters that stand together, `wlc` of `wlc,rr`.
    mutating func word(_ scanner: inout Scanner, known: (String) -> Bool = { _ in true }) -> Placed<String> {
        _ = scanner.skip(UInt8(ascii: "\""))
        let place = scanner.place
        let range = scanner.take { !$0.isBlank && $0 != UInt8(ascii: "\"") }
        _ = scanner.skip(UInt8(ascii: "\""))
        let word = Placed(range.count <= 64 ? scanner.text(range) : scanner.shown(range), place)
        if range.count <= 64, !known(word.value), let taken = Self.firstWords(word.value).first(where: known) {
            problems.warning(place, "'\(word.value.utf8.shown)' is read as \(taken), as by ldirectord")
            return Placed(taken, place)
        }
        warnIgnored(&scanner)
        return word
    }

    /// The first letters that stand together, with and without hyphens.
    private static func firstWords(_ text: String) -> [String] {
        [true, false].map { hyphens in
            func fits(_ byte: UInt8) -> Bool {
                byte.isLetter || byte.isDigit || byte == UInt8(ascii: "_") || hyphens && byte == UInt8(ascii: "-")
            }
            return String(decoding: text.utf8.drop { !fits($0) }.prefix(while: fits), as: UTF8.self)
        }
    }

    mutating func warnIgnored(_ scanner: inout Scanner) {
        scanner.skipBlanks()
        guard !scanner.isAtEnd, scanner.peek != UInt8(ascii: "#") else { return }
        problems.warning(scanner.place, "'\(scanner.shown(scanner.rest))' at the end of the line is not read")
    }
}
