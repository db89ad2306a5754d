internal import NetworkTypes

/// `vrrp = NAME` sections, line by line. What several lines or sections mean together is seen at the end.
extension FileReader {
    mutating func readVRRP(head scanner: inout Scanner, at place: Place) {
        cutSectionComment(&scanner)
        let name = scanner.takeWord()
        guard !name.isEmpty else {
            problems.error(scanner.place, "a vrrp section needs a name: vrrp = web")
            // Its lines are read all the same, for their own problems.
            routers.append(RouterSection(name: "", place: place))
            return
        }
        if name.count > 64 {
            problems.error(scanner.place(at: name.lowerBound), "the name of a vrrp section has 64 bytes at most")
        }
        warnIgnored(&scanner)
        routers.append(RouterSection(name: scanner.text(name), place: place))
    }

    mutating func readVRRP(_ name: String, at place: Place, _ scanner: inout Scanner) {
        guard let key = RouterKey(rawValue: name) else {
            let near = Suggestion.nearest(to: name, among: RouterKey.names).map { ", did you mean '\($0)'?" } ?? ""
            problems.error(place, "unknown key '\(name.utf8.shown)' in a vrrp section\(near)")
            return
        }
        guard !routers.isEmpty else { return }
        let section = routers.count - 1
        if let before = routers[section].places.updateValue(place, forKey: key), !key.accumulates {
            problems.warning(place, "\(name) stands in line \(before.line) already: the last one counts")
        }
        scanner.skipBlanks()
        guard scanner.skip(UInt8(ascii: "=")) else {
            problems.error(scanner.place, "'=' is missing after \(name): write \(name) = VALUE")
            return
        }
        cutSectionComment(&scanner)
        scanner.skipBlanks()
        guard !scanner.isAtEnd else { return problems.error(scanner.place, "\(name) is empty") }
        guard scanner.rest.count <= ConfigurationParser.Limit.textBytes, scanner.isUTF8(scanner.rest) else {
            return problems.error(scanner.place, "\(name) is no UTF-8 text of bounded length")
        }
        var words = RouterWords(&scanner)
        read(key, &words, section)
        if let extra = words.next() {
            problems.error(extra.place, "'\(extra.value.utf8.shown)' behind the value of \(name) has no meaning")
        }
    }
}

/// The words of a value, each with its place.
struct RouterWords {
    private var words: ArraySlice<Placed<String>>
    /// Where a word that is missing would stand.
    private let end: Place

    init(_ scanner: inout Scanner) {
        var words: [Placed<String>] = []
        while true {
            scanner.skipBlanks()
            guard !scanner.isAtEnd else { break }
            let place = scanner.place
            words.append(Placed(scanner.text(scanner.takeWord()), place))
        }
        self.words = words[...]
        end = scanner.place
    }

    var place: Place { words.first?.place ?? end }
    var peek: String? { words.first?.value }

    mutating func next() -> Placed<String>? { words.popFirst() }

    /// Takes the word when it is the next.
    mutating func skip(_ word: String) -> Bool {
        guard words.first?.value == word else { return false }
        words.removeFirst()
        return true
    }

    mutating func rest() -> [Placed<String>] {
        defer { words.removeAll() }
        return Array(words)
    }
}
