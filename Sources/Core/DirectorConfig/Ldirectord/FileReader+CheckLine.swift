internal import HealthChecking

/// `check = WHAT [OPTION VALUE]...`, and the same behind `check` in a `fallback-tier` line.
extension FileReader {
    static let checkLineLimit = 16
    private static let checkExample = "check = http port 8080 request \"/health\" interval 2s"

    mutating func readCheckLine(_ scanner: inout Scanner) {
        let place = scanner.place
        let open = sections.count - 1
        guard let line = checkLine(&scanner, at: place) else { return }
        guard sections[open].checkLines.count < Self.checkLineLimit else {
            problems.error(place, "more than \(Self.checkLineLimit) check lines in one section")
            return
        }
        sections[open].checkLines.append(line)
    }

    /// Reads to the end of the line; nil after an error.
    mutating func checkLine(_ scanner: inout Scanner, at place: Place) -> CheckLine? {
        let word = scanner.takeWord()
        guard let subject = CheckLine.Subject(scanner.text(word.prefix(32))) else {
            let shown = scanner.shown(word)
            let near = Suggestion.nearest(to: shown, among: CheckLine.subjects)
            let hint =
                near.map { ", did you mean '\($0)'?" } ?? ": one of \(CheckLine.subjects.joined(separator: ", "))"
            problems.error(
                place, word.isEmpty ? "check is empty: \(Self.checkExample)" : "unknown check '\(shown)'\(hint)")
            return nil
        }
        var line = CheckLine(subject, at: place)
        var seen: Set<String> = []
        while true {
            scanner.skipBlanks()
            guard !scanner.isAtEnd else { break }
            let place = scanner.place
            let key = scanner.takeWord()
            let name = scanner.shown(key)
            guard CheckLine.options.contains(name) else {
                let near = Suggestion.nearest(to: name, among: CheckLine.options)
                let hint =
                    near.map { ", did you mean '\($0)'?" } ?? ": one of \(CheckLine.options.joined(separator: ", "))"
                problems.error(place, "unknown option '\(name)' of a check\(hint)")
                return nil
            }
            if !seen.insert(name).inserted {
                problems.warning(place, "'\(name)' stands in this check twice: the last one counts")
            }
            guard let value = checkValue(name, &scanner, at: place), set(name, value, scanner, &line) else {
                return nil
            }
        }
        return finished(line)
    }

    /// What stands behind an option: a word, or a text in double quotes.
    private mutating func checkValue(_ name: String, _ scanner: inout Scanner, at place: Place) -> Range<Int>? {
        scanner.skipBlanks()
        let start = scanner.place
        guard !scanner.isAtEnd else {
            problems.error(place, "a value is missing behind '\(name)': \(Self.checkExample)")
            return nil
        }
        guard scanner.skip(UInt8(ascii: "\"")) else { return scanner.takeWord() }
        let range = scanner.take { $0 != UInt8(ascii: "\"") }
        guard scanner.skip(UInt8(ascii: "\"")) else {
            problems.error(start, "the closing quote is missing: \"\(scanner.shown(range))")
            return nil
        }
        guard scanner.isUTF8(range), range.count <= ConfigurationParser.Limit.textBytes else {
            problems.error(start, "the text is not UTF-8 of at most \(ConfigurationParser.Limit.textBytes) bytes")
            return nil
        }
        return range
    }

    private mutating func set(_ name: String, _ range: Range<Int>, _ scanner: Scanner, _ line: inout CheckLine) -> Bool
    {
        let place = scanner.place(at: range.lowerBound)
        let text = expandingTabs(scanner, range)
        func wrong(_ right: String) -> String { "\(name) is \(right), not '\(scanner.shown(range))'" }
        switch name {
        case "port":
            guard let value = scanner.number(range), (1...65_535).contains(value) else {
                problems.error(place, wrong("1 to 65535"))
                return false
            }
            line.port = UInt16(value)
        case "rise", "fall", "attempts":
            let limit: UInt64 = name == "attempts" ? 1_000 : 1_000_000
            guard let value = scanner.number(range), (1...limit).contains(value) else {
                problems.error(place, wrong("a number of 1 to \(limit)"))
                return false
            }
            switch name {
            case "rise": line.rise = Int(value)
            case "fall": line.fall = Int(value)
            default: line.attempts = Int(value)
            }
        case "interval", "timeout":
            guard let value = Self.span(scanner, range), value > .zero, value <= .seconds(31_536_000) else {
                problems.error(place, wrong("a time (200ms, 5s, 2m, 1h, or a number of seconds)"))
                return false
            }
            if name == "interval" { line.interval = value } else { line.timeout = value }
        case "method":
            guard let method = HTTPCheck.Method(rawValue: text.uppercased()) else {
                problems.error(place, wrong("GET or HEAD"))
                return false
            }
            line.method = method
        case "status":
            guard let statuses = StatusSet(text) else {
                problems.error(place, wrong("a list of statuses from 200 to 599, such as 200,301-399"))
                return false
            }
            line.expectedStatus = statuses
        case "receive":
            guard validate(Placed(text, place)) else { return false }
            line.receive = text.isEmpty ? nil : text
        default: set(text: name, Placed(text, place), &line)
        }
        return true
    }

    private func set(text name: String, _ value: Placed<String>, _ line: inout CheckLine) {
        switch name {
        case "request": line.request = value
        case "virtualhost": line.virtualHost = value.value
        case "login": line.login = value.value
        case "passwd": line.password = value.value
        case "database": line.database = value.value
        case "secret": line.secret = value.value
        case "command": line.command = value.value
        default: break
        }
    }

    /// What the options say together.
    private mutating func finished(_ line: CheckLine) -> CheckLine? {
        let isHTTP: Bool
        let isService: Bool
        switch line.subject {
        case .service(let service):
            isHTTP = [.http, .https, .httpProxy].contains(service)
            isService = true
        case .connect, .ping, .program:
            isHTTP = false
            isService = false
        }
        var isProgram = false
        if case .program = line.subject { isProgram = true }
        let misplaced: [(String, Bool)] = [
            ("request", line.request != nil && !isService), ("receive", line.receive != nil && !isService),
            ("method", line.method != nil && !isHTTP), ("status", line.expectedStatus != nil && !isHTTP),
            ("attempts", line.attempts != nil && line.subject != .ping),
            ("port", line.port != nil && line.subject == .ping),
            ("command", line.command != nil && !isProgram), ("login", line.login != nil && !isService),
            ("passwd", line.password != nil && !isService), ("secret", line.secret != nil && !isService),
            ("database", line.database != nil && !isService),
        ]
        if let option = misplaced.first(where: \.1)?.0 {
            problems.error(line.place, "'\(option)' means nothing to a check of \(line.subject.word)")
            return nil
        }
        if isProgram, line.command == nil {
            problems.error(line.place, "the program is missing: check = \(line.subject.word) command \"/path\"")
            return nil
        }
        return line
    }
}
