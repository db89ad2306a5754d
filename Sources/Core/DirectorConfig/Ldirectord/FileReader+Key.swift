/// The part of a line before its value.
extension FileReader {
    enum KeyScope {
        case global, section
    }

    /// Reads the key: everything up to a blank or `=`.
    func key(_ scanner: inout Scanner) -> String {
        let range = scanner.take { !$0.isBlank && $0 != UInt8(ascii: "=") }
        return range.count <= 32 ? scanner.text(range) : scanner.shown(range)
    }

    /// The directive of a name, or nil after an error that says what is right at this place.
    mutating func known(_ name: String, at place: Place, in scope: KeyScope) -> Directive? {
        guard let directive = Directive(name: name) else {
            problems.error(place, unknown(name, in: scope))
            return nil
        }
        switch directive {
        case .connecttimeout:
            problems.error(place, "connecttimeout is no longer a key, write negotiatetimeout")
            return nil
        case .timeout:
            problems.error(place, "timeout is no longer a key, write checktimeout or negotiatetimeout")
            return nil
        default: break
        }
        switch scope {
        case .global where !directive.isGlobal:
            problems.error(
                place, "'\(name)' is a key of virtual sections: indent it by a tab or four blanks under its virtual")
            return nil
        case .section where !directive.isSection:
            problems.error(
                place,
                "'\(name)' is a global key, not one of a virtual section: start it in column 1, before the sections")
            return nil
        default: return directive
        }
    }

    private func unknown(_ name: String, in scope: KeyScope) -> String {
        let shown = name.utf8.shown
        let here = scope == .global ? Directive.globalNames : Directive.sectionNames
        if let near = Suggestion.nearest(to: name, among: here) {
            return "unknown key '\(shown)', did you mean '\(near)'?"
        }
        let elsewhere = scope == .global ? Directive.sectionNames : Directive.globalNames
        if let near = Suggestion.nearest(to: name, among: elsewhere) {
            let place = scope == .global ? "a key of virtual sections" : "a global key"
            return "unknown key '\(shown)'; '\(near)' is \(place)"
        }
        return name.isEmpty ? "a key is missing before the '='" : "unknown key '\(shown)'"
    }

    /// Reads up to the value; false after an error when there is no `=`.
    mutating func openValue(_ directive: Directive, at place: Place, _ scanner: inout Scanner) -> Bool {
        scanner.skipBlanks()
        if scanner.skip(UInt8(ascii: "=")) {
            scanner.skipBlanks()
            return true
        }
        // `sysctl NAME = VALUE` is read as well as `sysctl = NAME VALUE`.
        if directive == .sysctl, !scanner.isAtEnd { return true }
        if directive == .supervised, scanner.peek ?? UInt8(ascii: "#") == UInt8(ascii: "#") {
            globals.operations.supervised = true
            problems.warning(place, "a bare supervised is read as supervised = yes: write it so")
            return false
        }
        problems.error(scanner.place, "'=' is missing after \(directive.rawValue): write \(directive.rawValue) = VALUE")
        return false
    }

    /// A key that stands twice counts once, with its last value.
    mutating func note(repetition directive: Directive, at place: Place, in scope: KeyScope) {
        guard !directive.accumulates else { return }
        let before =
            scope == .global
            ? globalLines.updateValue(place.line, forKey: directive)
            : sectionLines.updateValue(place.line, forKey: directive)
        if let before {
            problems.warning(place, "\(directive.rawValue) stands in line \(before) already: the last one counts")
        }
    }
}
