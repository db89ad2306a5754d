/// `on = EVENT [COUNT in WINDOW] do ACTION [ARGS]`, globally and in virtual sections.
extension FileReader {
    private static let example = "on = real-server-down 3 in 1m do mail ops@example.org"
    private static let argumentLimit = 32

    /// Nil after an error.
    mutating func policy(_ scanner: inout Scanner, inSection: Bool) -> EventPolicy? {
        let place = scanner.place
        guard policies < EventPolicy.limit else {
            problems.error(place, "more than \(EventPolicy.limit) policies in one file")
            return nil
        }
        policies += 1
        var words = PolicyWords(scanner)
        guard let trigger = trigger(&words, inSection: inSection) else { return nil }
        var policy = EventPolicy(line: place.line, trigger: trigger, action: .log(nil))
        if let count = words.peek, scanner.number(count.range) != nil {
            guard let window = window(&words, scanner) else { return nil }
            (policy.count, policy.window) = window
        }
        guard let keyword = words.next(), keyword.text == "do" else {
            problems.error(words.lastPlace, "'do' and an action are missing: \(Self.example)")
            return nil
        }
        guard let action = action(&words) else { return nil }
        policy.action = action
        if let extra = words.next() {
            problems.error(extra.place, "'\(extra.text.utf8.shown)' behind the action \(action) has no meaning")
            return nil
        }
        if let problem = words.problem {
            problems.error(problem.place, problem.value)
            return nil
        }
        return policy
    }

    private mutating func trigger(_ words: inout PolicyWords, inSection: Bool) -> EventTrigger? {
        guard let word = words.next() else {
            problems.error(words.lastPlace, "on is empty: \(Self.example)")
            return nil
        }
        if word.text == "event" || word.text == "alive" {
            let isEvent = word.text == "event"
            guard !inSection else { return notOfService(word) }
            guard let name = name(&words, behind: word.text) else { return nil }
            if words.skip("up") { return .named(isEvent ? .eventCleared : .aliveBack, name) }
            _ = words.skip("down")
            return .named(isEvent ? .eventRaised : .aliveSilent, name)
        }
        guard let kind = EventKind(rawValue: word.text) else {
            let known = EventKind.allCases.map(\.rawValue) + ["event", "alive"]
            let near = Suggestion.nearest(to: word.text, among: known)
            let hint = near.map { ", did you mean '\($0)'?" } ?? ": one of \(known.joined(separator: ", "))"
            problems.error(word.place, "unknown event '\(word.text.utf8.shown)'\(hint)")
            return nil
        }
        guard !inSection || kind.isOfService else { return notOfService(word) }
        return .kind(kind)
    }

    private mutating func notOfService(_ word: PolicyWords.Word) -> EventTrigger? {
        problems.error(
            word.place, "'\(word.text)' does not happen to a virtual service: start the line in column 1, outside of it"
        )
        return nil
    }

    /// `COUNT in WINDOW`
    private mutating func window(_ words: inout PolicyWords, _ scanner: Scanner) -> (Int, Duration)? {
        guard let count = words.next() else { return nil }
        guard let value = scanner.number(count.range), (1...UInt64(EventPolicy.countLimit)).contains(value) else {
            problems.error(count.place, "'\(count.text.utf8.shown)' is no count of 1 to \(EventPolicy.countLimit)")
            return nil
        }
        guard let keyword = words.next(), keyword.text == "in" else {
            problems.error(
                words.lastPlace, "the time is missing in which \(value) are counted: \(value) in 1m do ...")
            return nil
        }
        let time = words.next()
        guard let span = span(.on, scanner, time?.range, after: "in", at: keyword.place) else { return nil }
        return (Int(value), span)
    }

    private mutating func name(_ words: inout PolicyWords, behind word: String) -> String? {
        guard let name = words.next() else {
            problems.error(
                words.lastPlace, "'\(word)' needs a name: \(word) \(word == "alive" ? "backup" : "disk-full")")
            return nil
        }
        guard OutsideName.isValid(name.text) else {
            problems.error(name.place, "'\(name.text.utf8.shown)' is no name: \(OutsideName.rule)")
            return nil
        }
        return name.text
    }

    private mutating func action(_ words: inout PolicyWords) -> PolicyAction? {
        guard let word = words.next() else {
            problems.error(
                words.lastPlace, "an action is missing behind 'do': \(PolicyAction.words.joined(separator: ", "))")
            return nil
        }
        switch word.text {
        case "log":
            let text = words.rest().map(\.text).joined(separator: " ")
            guard text.utf8.count <= ConfigurationParser.Limit.textBytes else {
                problems.error(word.place, "the text is too long")
                return nil
            }
            return .log(text.isEmpty ? nil : text)
        case "program": return program(&words)
        case "mail": return mail(&words)
        case "webhook": return webhook(&words)
        case "standby": return .standby(router(&words))
        case "fence": return .fence(router(&words))
        case "event": return name(&words, behind: "event").map { .raise($0) }
        default:
            let near = Suggestion.nearest(to: word.text, among: PolicyAction.words)
            let hint =
                near.map { ", did you mean '\($0)'?" } ?? ": one of \(PolicyAction.words.joined(separator: ", "))"
            problems.error(word.place, "unknown action '\(word.text.utf8.shown)'\(hint)")
            return nil
        }
    }

    private mutating func program(_ words: inout PolicyWords) -> PolicyAction? {
        guard let path = words.next(), path.text.hasPrefix("/") else {
            problems.error(
                words.lastPlace, "program needs the whole path of a program: program /usr/local/sbin/tell-somebody")
            return nil
        }
        let arguments = words.rest()
        guard arguments.count <= Self.argumentLimit else {
            problems.error(arguments[Self.argumentLimit].place, "more than \(Self.argumentLimit) arguments")
            return nil
        }
        return .program(path: path.text, arguments: arguments.map(\.text))
    }

    private mutating func mail(_ words: inout PolicyWords) -> PolicyAction? {
        let addresses = words.rest()
        guard !addresses.isEmpty else {
            problems.error(words.lastPlace, "mail needs an address: mail ops@example.org")
            return nil
        }
        for address in addresses where !Self.isMailAddress(address.text) {
            problems.error(address.place, "'\(address.text.utf8.shown)' is no mail address")
            return nil
        }
        return .mail(addresses.map(\.text))
    }

    /// What no mail program takes for an option or for something to be run; a local user's name will do.
    private static func isMailAddress(_ text: String) -> Bool {
        let forbidden = Set("<>()[],;:\\\"|`$&'".utf8)
        return !text.isEmpty && text.utf8.count <= 254 && !text.hasPrefix("-") && !text.hasPrefix("@")
            && !text.hasSuffix("@") && text.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7F && !forbidden.contains($0) }
    }

    private mutating func webhook(_ words: inout PolicyWords) -> PolicyAction? {
        let example = "webhook https://chat.example.org/hooks/T0123"
        guard let url = words.next() else {
            problems.error(words.lastPlace, "webhook needs a URL: \(example)")
            return nil
        }
        let host = ["http://", "https://"].first { url.text.hasPrefix($0) }.map { url.text.dropFirst($0.utf8.count) }
        guard let host, let first = host.utf8.first, first != UInt8(ascii: "/"), first != UInt8(ascii: ":"),
            url.text.utf8.count <= 2_048, url.text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
        else {
            problems.error(url.place, "'\(url.text.utf8.shown)' is no URL of http or https: \(example)")
            return nil
        }
        return .webhook(url.text)
    }

    /// Whether there is such a router is known at the end of the file.
    private mutating func router(_ words: inout PolicyWords) -> String? {
        guard let word = words.next() else { return nil }
        policyRouters.append(Placed(word.text, word.place))
        return word.text
    }
}

/// The words of a policy; in double quotes they may hold blanks.
struct PolicyWords {
    struct Word {
        var text: String
        var range: Range<Int>
        var place: Place
    }

    private var words: [Word] = []
    private var position = 0
    private let end: Place
    /// Where the word that was read last stands, or where one is missing.
    private(set) var lastPlace: Place
    /// What is wrong with the quotes.
    private(set) var problem: Placed<String>?

    init(_ line: Scanner) {
        var scanner = line
        while true {
            scanner.skipBlanks()
            guard !scanner.isAtEnd else { break }
            let place = scanner.place
            guard scanner.skip(UInt8(ascii: "\"")) else {
                let range = scanner.takeWord()
                words.append(Word(text: scanner.text(range), range: range, place: place))
                continue
            }
            let range = scanner.take { $0 != UInt8(ascii: "\"") }
            words.append(Word(text: scanner.text(range), range: range, place: place))
            if !scanner.skip(UInt8(ascii: "\"")) {
                problem = Placed("the closing quote is missing: \"\(scanner.shown(range))", place)
            }
        }
        end = scanner.place
        lastPlace = words.first?.place ?? end
    }

    var peek: Word? { position < words.count ? words[position] : nil }

    mutating func next() -> Word? {
        lastPlace = peek?.place ?? end
        guard position < words.count else { return nil }
        position += 1
        return words[position - 1]
    }

    mutating func skip(_ word: String) -> Bool {
        guard peek?.text == word else { return false }
        position += 1
        return true
    }

    mutating func rest() -> [Word] {
        defer { (position, lastPlace) = (words.count, end) }
        return Array(words[position...])
    }
}
