/// Comments behind a value. ldirectord cuts a section's line at the first `#`, quoted or not, and a global line
/// nowhere; both are read here as they were meant, and where that differs it is said.
extension FileReader {
    mutating func cutSectionComment(_ scanner: inout Scanner) {
        guard let first = scanner.first(UInt8(ascii: "#"), in: scanner.rest) else { return scanner.cutTrailingBlanks() }
        let (comment, quoted) = unquotedHash(scanner, afterBlankOnly: false, from: first)
        if quoted, comment != first {
            problems.warning(
                scanner.place(at: first),
                "'#' within quotes is read as a part of the text; ldirectord cuts the line there")
        }
        scanner.cut(at: quoted ? comment : first)
        scanner.cutTrailingBlanks()
    }

    mutating func cutGlobalComment(_ directive: Directive, _ scanner: inout Scanner) {
        defer { scanner.cutTrailingBlanks() }
        guard let first = scanner.first(UInt8(ascii: "#"), in: scanner.rest) else { return }
        let (comment, _) = unquotedHash(scanner, afterBlankOnly: true, from: first)
        guard comment < scanner.end else { return }
        switch directive {
        case _ where directive.isDirectorsOwn: break
        case .checkcount, .checkinterval, .checktimeout, .negotiatetimeout, .failurecount, .emailalertfreq:
            // A number ends where its digits end.
            break
        case .callback, .logfile:
            // The text ends with its last quote.
            break
        case .autoreload, .cleanstop, .quiescent, .readdquiescent, .fork, .supervised, .fallback, .fallback6:
            problems.warning(
                scanner.place(at: comment),
                "a comment behind \(directive.rawValue) is skipped here, ldirectord refuses the line: give it a line of its own"
            )
        default:
            problems.warning(
                scanner.place(at: comment),
                "a comment behind \(directive.rawValue) is skipped here, ldirectord takes it for a part of the value")
        }
        scanner.cut(at: comment)
    }

    /// Where the comment starts: the first `#` outside of quotes, the end of the line when there is none; and whether
    /// the quotes pair up. Where they do not, quotes mean nothing.
    private func unquotedHash(_ scanner: Scanner, afterBlankOnly: Bool, from first: Int) -> (Int, pairs: Bool) {
        var inQuotes = false
        for index in scanner.rest {
            let byte = scanner[index]
            if byte == UInt8(ascii: "\"") { inQuotes.toggle() }
            if byte == UInt8(ascii: "#"), !inQuotes,
                !afterBlankOnly || index == scanner.position || scanner[index - 1].isBlank
            {
                return (index, true)
            }
        }
        return inQuotes ? (first, false) : (scanner.end, true)
    }
}
