internal import HealthChecking

/// Director's own keys that stand globally and in sections; nil where nothing is written.
struct OwnSettings {
    /// What is written of something that can be switched off again for one section.
    enum Written<Value: Sendable>: Sendable {
        case off
        case on(Value)

        var value: Value? {
            if case .on(let value) = self { value } else { nil }
        }
    }

    var rise: Int?
    var fall: Int?
    var drain: Written<Duration>?
    var slowStart: Written<Duration>?
    var flap: Written<FlapPolicy>?
    var minimumUp: Placed<Written<MinimumUp>>?

    /// - Parameter section: what goes before this.
    func policy(_ section: OwnSettings) -> ServicePolicy {
        var policy = ServicePolicy()
        policy.drain = (section.drain ?? drain)?.value
        policy.slowStart = (section.slowStart ?? slowStart)?.value
        policy.flap = (section.flap ?? flap)?.value
        policy.minimumUp = (section.minimumUp ?? minimumUp)?.value.value
        return policy
    }
}

extension FileReader {
    mutating func read(
        own directive: Directive, _ scanner: inout Scanner, into own: WritableKeyPath<FileReader, OwnSettings>
    ) {
        switch directive {
        case .rise:
            self[keyPath: own].rise = count(directive, scanner) ?? self[keyPath: own].rise
        case .fall:
            self[keyPath: own].fall = count(directive, scanner) ?? self[keyPath: own].fall
        case .drain:
            self[keyPath: own].drain = span(directive, &scanner, maximum: .seconds(604_800)) ?? self[keyPath: own].drain
        case .slowstart:
            self[keyPath: own].slowStart =
                span(directive, &scanner, maximum: .seconds(86_400)) ?? self[keyPath: own].slowStart
        case .flap: self[keyPath: own].flap = flap(&scanner) ?? self[keyPath: own].flap
        case .minup:
            let place = scanner.place
            if let value = minimumUp(&scanner) { self[keyPath: own].minimumUp = Placed(value, place) }
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

    private func isOff(_ scanner: Scanner) -> Bool {
        let word = scanner.rest.prefix { !scanner[$0].isBlank }
        return ["no", "0"].contains(scanner.text(word.count > 3 ? word.prefix(3) : word))
            && word.count == scanner.rest.count
    }

    /// ldirectord's keys take the first digits of whatever is written; there is no file yet that needs that here.
    private mutating func count(_ directive: Directive, _ scanner: Scanner) -> Int? {
        guard let value = scanner.number(scanner.rest), (1...1_000_000).contains(value) else {
            problems.error(
                scanner.place, "\(directive.rawValue) is a number of 1 to 1000000, not '\(scanner.shown(scanner.rest))'"
            )
            return nil
        }
        return Int(value)
    }

    /// A time, or `no`.
    private mutating func span(
        _ directive: Directive, _ scanner: inout Scanner, maximum: Duration
    ) -> OwnSettings.Written<Duration>? {
        if isOff(scanner) { return .off }
        guard let value = Self.span(scanner, scanner.rest), value > .zero, value <= maximum else {
            problems.error(
                scanner.place,
                "\(directive.rawValue) is a time of at most \(maximum.words), or no, not '\(scanner.shown(scanner.rest))': "
                    + "200ms, 5s, 2m, 1h, or a number of seconds")
            return nil
        }
        return .on(value)
    }

    /// `flap = COUNT in TIME [hold TIME] [max TIME]`
    private mutating func flap(_ scanner: inout Scanner) -> OwnSettings.Written<FlapPolicy>? {
        if isOff(scanner) { return .off }
        let place = scanner.place
        let example = "flap = 5 in 1m hold 30s max 10m"
        var words = WordReader(scanner)
        guard let count = words.next(), let changes = scanner.number(count), (2...1_000).contains(changes),
            let keyword = words.next(), scanner.text(keyword) == "in"
        else {
            problems.error(place, "flap is a number of changes, 2 to 1000, in a time, or no: \(example)")
            return nil
        }
        guard let window = span(.flap, scanner, words.next(), after: "in", at: place) else { return nil }
        var policy = FlapPolicy(changes: Int(changes), window: window, hold: .seconds(30), longest: .seconds(600))
        var hasLongest = false
        while let word = words.next() {
            let name = scanner.shown(word)
            guard name == "hold" || name == "max" else {
                problems.error(
                    scanner.place(at: word.lowerBound),
                    "'\(name)' is not understood: hold or max, and a time: \(example)")
                return nil
            }
            guard let value = span(.flap, scanner, words.next(), after: name, at: scanner.place(at: word.lowerBound))
            else { return nil }
            if name == "hold" { policy.hold = value } else { policy.longest = value }
            hasLongest = hasLongest || name == "max"
        }
        if policy.longest < policy.hold {
            guard !hasLongest else {
                problems.error(place, "flap: max \(policy.longest.words) is shorter than hold \(policy.hold.words)")
                return nil
            }
            policy.longest = policy.hold
        }
        return .on(policy)
    }

    /// The time that follows a word.
    mutating func span(
        _ directive: Directive, _ scanner: Scanner, _ range: Range<Int>?, after word: String, at place: Place
    ) -> Duration? {
        guard let range else {
            problems.error(place, "\(directive.rawValue): a time follows '\(word)': \(word) 30s")
            return nil
        }
        guard let value = Self.span(scanner, range), value > .zero, value <= .seconds(31_536_000) else {
            problems.error(
                scanner.place(at: range.lowerBound),
                "\(directive.rawValue): '\(scanner.shown(range))' is no time: 200ms, 5s, 2m, 1h, or a number of seconds"
            )
            return nil
        }
        return value
    }

    /// `minup = N` or `minup = N%`
    private mutating func minimumUp(_ scanner: inout Scanner) -> OwnSettings.Written<MinimumUp>? {
        if isOff(scanner) { return .off }
        let range = scanner.rest
        let isShare = range.last.map { scanner[$0] == UInt8(ascii: "%") } ?? false
        let digits = isShare ? range.lowerBound..<range.upperBound - 1 : range
        guard let value = scanner.number(digits), value >= 1, value <= (isShare ? 100 : 65_536) else {
            problems.error(
                scanner.place,
                "minup is a number of servers, or a share of 1% to 100%, or no, not '\(scanner.shown(range))'")
            return nil
        }
        return .on(isShare ? .percent(Int(value)) : .servers(Int(value)))
    }
}

/// The words of a value, one after the other.
struct WordReader {
    private var scanner: Scanner

    init(_ scanner: Scanner) {
        self.scanner = scanner
    }

    mutating func next() -> Range<Int>? {
        let word = scanner.takeWord()
        return word.isEmpty ? nil : word
    }
}
