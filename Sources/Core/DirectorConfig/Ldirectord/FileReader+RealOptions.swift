internal import NetworkTypes

/// What follows the forwarding method of a `real` line.
struct RealOptions {
    var weight: Placed<Int32>?
    var texts: [Placed<String>] = []
    /// Of a request in another character set, what was written.
    var foreignRequest: Placed<String>?
    var lower: Placed<UInt32>?
    var upper: Placed<UInt32>?
}

extension FileReader {
    mutating func readOptions(_ scanner: inout Scanner, _ options: inout RealOptions) -> Bool {
        while true {
            scanner.skipBlanks()
            guard let first = scanner.peek else { return true }
            let place = scanner.place
            if first == UInt8(ascii: "\"") {
                if options.texts.isEmpty, let (request, receive) = dialogue(scanner) {
                    guard add(scanner, request, at: scanner.place(at: request.lowerBound - 1), &options),
                        add(scanner, receive, at: scanner.place(at: receive.lowerBound - 1), &options)
                    else { return false }
                    scanner.move(to: receive.upperBound + 1)
                    continue
                }
                guard let range = quoted(&scanner), take(text: scanner, range, at: place, &options) else {
                    return false
                }
                // A comma or blanks stand between the two.
                if options.texts.count == 1 {
                    scanner.skipBlanks()
                    _ = scanner.skip(UInt8(ascii: ","))
                }
                continue
            }
            let range = scanner.take { !$0.isBlank && $0 != UInt8(ascii: "\"") }
            guard take(word: scanner, range, at: place, &options) else { return false }
        }
    }

    /// The request and the receive text as ldirectord parts them, whatever quotes are in them: by the last quote, comma
    /// or blank, and quote of the line that has a quote behind it. Thresholds behind them, in quotes or not, are none.
    private func dialogue(_ scanner: Scanner) -> (request: Range<Int>, receive: Range<Int>)? {
        let quote = UInt8(ascii: "\"")
        let start = scanner.position
        guard let end = scanner.last(quote, in: start..<endOfTexts(scanner)) else { return nil }
        for index in (start + 1..<max(start + 1, end)).reversed() where scanner[index] == quote {
            var next = index + 1
            guard scanner[next].isBlank || scanner[next] == UInt8(ascii: ",") else { continue }
            repeat { next += 1 } while next < end && scanner[next].isBlank
            if next < end, scanner[next] == quote { return (start + 1..<index, next + 1..<end) }
        }
        return nil
    }

    /// Where thresholds at the end of the line begin.
    private func endOfTexts(_ scanner: Scanner) -> Int {
        var end = scanner.rest.upperBound
        while end > scanner.position {
            let blanks = (scanner.position..<end).reversed().prefix { scanner[$0].isBlank }.count
            let word = (scanner.position..<end - blanks).reversed().prefix { !scanner[$0].isBlank }
            guard let first = word.last, let last = word.first else { break }
            var range = first..<last + 1
            if range.count > 2, scanner[first] == UInt8(ascii: "\""), scanner[last] == UInt8(ascii: "\"") {
                range = first + 1..<last
            }
            guard threshold(scanner, range) != nil else { break }
            end = first
        }
        return end
    }

    private mutating func quoted(_ scanner: inout Scanner) -> Range<Int>? {
        let place = scanner.place
        _ = scanner.skip(UInt8(ascii: "\""))
        let range = scanner.take { $0 != UInt8(ascii: "\"") }
        guard scanner.skip(UInt8(ascii: "\"")) else {
            problems.error(place, "the closing quote is missing: \"\(scanner.shown(range))")
            return nil
        }
        return range
    }

    private mutating func take(
        text scanner: Scanner, _ range: Range<Int>, at place: Place, _ options: inout RealOptions
    ) -> Bool {
        if let isLower = threshold(scanner, range) {
            problems.warning(
                place,
                "the threshold \(scanner.shown(range)) stands without quotes; ldirectord takes it for a request or an answer"
            )
            return take(threshold: scanner, range, isLower: isLower, at: place, &options)
        }
        guard options.texts.count < 2 else {
            problems.error(place, "one request and one receive text, not a third: \"\(scanner.shown(range))\"")
            return false
        }
        return add(scanner, range, at: place, &options)
    }

    private mutating func add(
        _ scanner: Scanner, _ range: Range<Int>, at place: Place, _ options: inout RealOptions
    ) -> Bool {
        guard range.count <= ConfigurationParser.Limit.textBytes else {
            let limit = ConfigurationParser.Limit.textBytes
            problems.error(place, "the text has more than \(limit) bytes: \"\(scanner.shown(range))\"")
            return false
        }
        let text: String
        if scanner.isUTF8(range) {
            text = expandingTabs(scanner, range)
        } else if options.texts.isEmpty {
            options.foreignRequest = Placed(scanner.shown(range), place)
            text = foreignRequest(scanner, range)
        } else {
            text = foreignPattern(scanner, range)
        }
        options.texts.append(Placed(text, place))
        return true
    }

    private mutating func take(
        word scanner: Scanner, _ range: Range<Int>, at place: Place, _ options: inout RealOptions
    ) -> Bool {
        if let isLower = threshold(scanner, range) {
            return take(threshold: scanner, range, isLower: isLower, at: place, &options)
        }
        if scanner.isDigits(range), options.weight == nil {
            guard let value = scanner.number(range), let weight = Int32(exactly: value) else {
                problems.error(place, "a weight is 0 to 2147483647, not \(scanner.shown(range))")
                return false
            }
            if !options.texts.isEmpty || options.lower != nil || options.upper != nil {
                problems.warning(place, "the weight belongs right behind the forwarding method")
            }
            options.weight = Placed(weight, place)
            return true
        }
        let word = scanner.shown(range)
        if word == "weight", options.weight == nil {
            problems.warning(place, "the word 'weight' is skipped: only the number is needed")
            return true
        }
        let hint: String
        if word.hasPrefix("->") {
            hint = "a range has no blanks around '->'"
        } else if scanner.isDigits(range) {
            hint = "the weight is written already"
        } else {
            hint = "a weight, \"request\", \"receive\", l:N and u:N may follow the forwarding method"
        }
        problems.error(place, "'\(word)' is not understood: \(hint)")
        return false
    }

    /// Whether it looks like `l:5`, the lower, or `u:10`, the upper threshold.
    private func threshold(_ scanner: Scanner, _ range: Range<Int>) -> Bool? {
        guard range.count > 2, range.count < 20, scanner[range.lowerBound + 1] == UInt8(ascii: ":"),
            scanner.isDigits(range.lowerBound + 2..<range.upperBound)
        else { return nil }
        switch scanner[range.lowerBound] {
        case UInt8(ascii: "l"): return true
        case UInt8(ascii: "u"): return false
        default: return nil
        }
    }

    private mutating func take(
        threshold scanner: Scanner, _ range: Range<Int>, isLower: Bool, at place: Place, _ options: inout RealOptions
    ) -> Bool {
        guard let value = scanner.number(range.lowerBound + 2..<range.upperBound), value <= Int32.max else {
            problems.error(place, "a threshold is 0 to 2147483647, not \(scanner.shown(range))")
            return false
        }
        if isLower {
            if options.upper != nil {
                problems.warning(
                    place, "l:\(value) belongs before the upper threshold, which ldirectord forgets otherwise")
            }
            options.lower = Placed(UInt32(value), place)
        } else {
            options.upper = Placed(UInt32(value), place)
        }
        return true
    }

    /// What the options say together.
    mutating func finish(_ options: inout RealOptions, at place: Place) -> Bool {
        if options.texts.count == 1 {
            problems.error(
                options.texts[0].place, "the request and the receive text come together: \"REQUEST\", \"RECEIVE\"")
            return false
        }
        if let lower = options.lower, lower.value > options.upper?.value ?? 0 {
            let text = "the lower threshold \(lower.value) is above the upper one"
            problems.error(
                lower.place, options.upper.map { text + " \($0.value)" } ?? text + ", which is missing: add u:N")
            return false
        }
        guard options.texts.count == 2 else { return true }
        let (request, receive) = (options.texts[0], options.texts[1])
        if options.weight == nil, blankThenDigit(request.value) {
            problems.warning(
                request.place,
                "the digit in the request is taken for the weight by ldirectord: write the weight before it")
        }
        if request.value.contains("\"") {
            problems.warning(
                request.place,
                "the request is read as '\(request.value.utf8.shown)' and the receive text as "
                    + "'\(receive.value.utf8.shown)', as by ldirectord")
        }
        if request.value.utf8.first == UInt8(ascii: "/") {
            problems.warning(
                request.place,
                "ldirectord asks for / and takes every answer where a server's own request starts with '/': "
                    + "leave the '/' out, it is put in front")
        }
        if let threshold = options.lower ?? options.upper, threshold.place.column < request.place.column {
            problems.warning(threshold.place, "thresholds belong behind the texts, ldirectord loses them here")
        }
        if !isPattern(receive, of: sections.count - 1) { options.texts[1].value = "" }
        return true
    }

    private func blankThenDigit(_ text: String) -> Bool {
        zip(text.utf8, text.utf8.dropFirst()).contains { $0.isBlank && $1.isDigit }
    }
}
