/// Director's own keys that stand globally and in sections; nil where nothing is written.
struct OwnSettings {
    var rise: Int?
    var fall: Int?
}

extension FileReader {
    mutating func read(
        own directive: Directive, _ scanner: inout Scanner, into own: WritableKeyPath<FileReader, OwnSettings>
    ) {
        switch directive {
        case .rise:
            if let count = number(directive, &scanner, 1...1_000_000) { self[keyPath: own].rise = Int(count) }
        case .fall:
            if let count = number(directive, &scanner, 1...1_000_000) { self[keyPath: own].fall = Int(count) }
        default: break
        }
    }

    /// `fall` and `failurecount` are two names of one number.
    mutating func noteBothNames(_ directive: Directive, at place: Place, in scope: KeyScope) {
        let other: Directive = directive == .fall ? .failurecount : .fall
        guard let line = (scope == .global ? globalLines : sectionLines)[other] else { return }
        problems.warning(
            place,
            "\(directive.rawValue) and \(other.rawValue) of line \(line) are two names of one number: fall counts")
    }
}
