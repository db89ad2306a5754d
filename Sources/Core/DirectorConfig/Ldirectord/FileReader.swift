internal import NetworkTypes

/// Reads the lines of a file one after another and collects what they say. Which kind of line it is, is decided here;
/// what the keys mean, in the extensions.
struct FileReader {
    let bytes: [UInt8]
    let resolver: NameResolver
    let validatePattern: @Sendable (String) -> String?
    let kernelHasSetting: @Sendable (String) -> Bool
    /// What is wrong with a file of link keys, nil for a good one.
    let keyFileProblem: @Sendable (String) -> KeyFileProblem?
    var problems: Problems

    var globals = GlobalSettings()
    var sections: [Section] = []
    var routers: [RouterSection] = []
    /// Where each key was written last, globally and in the open section: written again, it is replaced.
    var globalLines: [Directive: Int] = [:]
    var sectionLines: [Directive: Int] = [:]
    /// Where each IPVS setting was written last.
    var settingLines: [String: Int] = [:]
    var realServers = 0
    /// How many `on` lines there are, and the virtual routers that they name.
    var policies = 0
    var policyRouters: [Placed<String>] = []
    var warnedOfFallbackPort = false
    /// The pattern that was found good last: most are repeated.
    var lastGoodPattern = ""

    /// What the next indented line belongs to.
    private var context = Context.global
    /// The line that opened the last section.
    private var headLine = 0
    private var sawDosLine = false
    var line = 0

    private enum Context {
        case global
        case virtual
        case vrrp
        /// After the line that ended a section: an indented line here was surely meant for it.
        case ended(by: Int, blank: Bool, vrrp: Bool)
    }

    init(
        _ bytes: [UInt8], resolver: NameResolver, validatePattern: @escaping @Sendable (String) -> String?,
        kernelHasSetting: @escaping @Sendable (String) -> Bool,
        keyFileProblem: @escaping @Sendable (String) -> KeyFileProblem?, problems: Problems
    ) {
        self.bytes = bytes
        self.resolver = resolver
        self.validatePattern = validatePattern
        self.kernelHasSetting = kernelHasSetting
        self.keyFileProblem = keyFileProblem
        self.problems = problems
    }

    mutating func readLines() {
        var start = 0
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) {
            start = 3
            problems.warning(Place(1, 1), "the file starts with a byte order mark, which ldirectord refuses: remove it")
        }
        while start < bytes.count, !problems.isFull {
            line += 1
            var end = start
            while end < bytes.count, bytes[end] != UInt8(ascii: "\n") { end += 1 }
            readLine(start..<end, isLast: end + 1 >= bytes.count)
            start = end + 1
        }
        if line == 0 || sections.isEmpty && problems.errors == 0 {
            problems.warning(Place(0, 0), "the file has no virtual section: there is nothing to balance")
        }
    }

    private mutating func readLine(_ range: Range<Int>, isLast: Bool) {
        guard range.count <= ConfigurationParser.Limit.lineBytes else {
            problems.error(
                Place(line, 0),
                "the line has \(range.count) bytes, at most \(ConfigurationParser.Limit.lineBytes) are read")
            return
        }
        var range = range
        if range.last.map({ bytes[$0] }) == UInt8(ascii: "\r") {
            range = range.lowerBound..<range.upperBound - 1
            if !sawDosLine {
                sawDosLine = true
                problems.warning(
                    Place(line, range.count + 1),
                    "lines end in CR LF: the CR is taken off here, ldirectord refuses such yes and no values")
            }
        }
        var scanner = Scanner(bytes, line: line, range)
        let indentation = skipIndentation(&scanner)
        guard let first = scanner.peek else { return endSection(blank: true) }
        if first == UInt8(ascii: "#") {
            // At any depth, and it does not end the section.
            return
        }
        if let control = scanner.rest.first(where: { bytes[$0].isControl }) {
            guard bytes[control] != UInt8(ascii: "\r") else {
                let text = "a carriage return stands within the line: lines end in LF, or in CR LF"
                return problems.error(scanner.place(at: control), text)
            }
            problems.error(
                scanner.place(at: control),
                "the control character \(scanner.shown(control..<control + 1)) has no place in a configuration: remove it"
            )
            return
        }
        warnOfContinuation(scanner)
        if indentation == 0 {
            readGlobal(&scanner, isLast: isLast)
        } else {
            readIndented(&scanner, indentation: indentation, isLast: isLast)
        }
    }

    private mutating func warnOfContinuation(_ scanner: Scanner) {
        guard let last = scanner.rest.last, bytes[last] == UInt8(ascii: "\\") else { return }
        problems.warning(
            scanner.place(at: last), "a '\\' does not continue a line: what belongs together stands on one line")
    }

    /// Blanks at the start of the line; a tab counts four.
    private func skipIndentation(_ scanner: inout Scanner) -> Int {
        var width = 0
        while let byte = scanner.peek, byte.isBlank {
            width += byte == UInt8(ascii: "\t") ? 4 : 1
            scanner.move(to: scanner.position + 1)
        }
        return width
    }

    private mutating func endSection(blank: Bool) {
        switch context {
        case .virtual: context = .ended(by: line, blank: blank, vrrp: false)
        case .vrrp: context = .ended(by: line, blank: blank, vrrp: true)
        case .global, .ended: break
        }
    }

    private mutating func readGlobal(_ scanner: inout Scanner, isLast: Bool) {
        let place = scanner.place
        let name = key(&scanner)
        // A line that is refused does not end the section here, so that the lines behind it are not refused with it.
        guard let directive = known(name, at: place, in: .global) else {
            // Nor are they when it was to open a section.
            if let meant = Directive.head(meantBy: name) {
                open(Section(.broken, family: meant == .virtual6 ? .ipv6 : .ipv4, at: place), meant)
            }
            return
        }
        endSection(blank: false)
        guard directive.scope == .head else {
            guard openValue(directive, at: place, &scanner) else { return }
            note(repetition: directive, at: place, in: .global)
            cutGlobalComment(directive, &scanner)
            return read(global: directive, &scanner)
        }
        readHead(directive, at: place, &scanner, isLast: isLast)
    }

    private mutating func readHead(_ directive: Directive, at place: Place, _ scanner: inout Scanner, isLast: Bool) {
        guard openValue(directive, at: place, &scanner) else {
            // Its lines are read all the same, for their own problems.
            open(Section(.broken, family: .ipv4, at: place), directive)
            return
        }
        if directive == .vrrp {
            open(Section(.broken, family: .ipv4, at: place), directive)
            readVRRP(head: &scanner, at: place)
            return
        }
        let family: IPAddress.Family = directive == .virtual ? .ipv4 : .ipv6
        let headPlace = scanner.place
        let section = Section(readHead(&scanner, family: family, directive), family: family, at: place)
        section.headPlace = headPlace
        open(section, directive)
        if isLast {
            problems.warning(
                place, "the section is empty at the end of the file, where ldirectord takes it for its own duplicate")
        }
    }

    private mutating func open(_ section: Section, _ directive: Directive) {
        context = directive == .vrrp ? .vrrp : .virtual
        headLine = section.place.line
        sectionLines.removeAll(keepingCapacity: true)
        guard directive != .vrrp else { return }
        if sections.count == ConfigurationParser.Limit.sections {
            problems.error(
                section.place, "more than \(ConfigurationParser.Limit.sections) virtual services in one file")
            return
        }
        sections.last?.close()
        sections.append(section)
    }

    private mutating func readIndented(_ scanner: inout Scanner, indentation: Int, isLast: Bool) {
        let place = scanner.place
        let name = key(&scanner)
        if let directive = Directive(name: name), directive.scope == .head {
            problems.error(place, "\(name) must start in column 1: take the blanks before it away")
            return readHead(directive, at: place, &scanner, isLast: isLast)
        }
        switch context {
        case .virtual, .vrrp:
            if indentation < 4 {
                problems.error(
                    place,
                    "'\(name)' is indented by \(indentation), a line of a section by four blanks or a tab at least")
            }
        case .ended(let by, let blank, let vrrp):
            problems.error(
                place,
                "'\(name)' belongs to no section: the \(blank ? "blank" : "unindented") line \(by) ended that of line \(headLine)"
            )
            // The lines after it are the same mistake; they are read as what they were meant for.
            context = vrrp ? .vrrp : .virtual
        case .global:
            if let directive = Directive(name: name), directive.isGlobal {
                problems.error(place, "'\(name)' outside of a section must start in column 1")
            } else {
                problems.error(place, "'\(name)' is indented, but no virtual section is open before it")
            }
            return
        }
        readBody(name, at: place, &scanner)
    }

    private mutating func readBody(_ name: String, at place: Place, _ scanner: inout Scanner) {
        if case .vrrp = context { return readVRRP(name, at: place, &scanner) }
        guard let directive = known(name, at: place, in: .section), openValue(directive, at: place, &scanner),
            !sections.isEmpty
        else { return }
        note(repetition: directive, at: place, in: .section)
        cutSectionComment(&scanner)
        read(section: directive, &scanner)
    }
}
