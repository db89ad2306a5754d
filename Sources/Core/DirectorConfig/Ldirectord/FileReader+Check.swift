internal import HealthChecking

/// The lines of a section about its checks.
extension FileReader {
    private var open: Int { sections.count - 1 }

    mutating func readCheck(_ directive: Directive, _ scanner: inout Scanner) {
        let place = scanner.place
        switch directive {
        case .checktype: readCheckType(&scanner)
        case .service:
            let name = word(&scanner) { ApplicationService(rawValue: $0) != nil }
            guard let service = ApplicationService(rawValue: name.value) else {
                let names = ApplicationService.allCases.map(\.rawValue)
                let near = Suggestion.nearest(to: name.value, among: names)
                let hint = near.map { ", did you mean '\($0)'?" } ?? ": one of \(names.joined(separator: ", "))"
                problems.error(name.place, "unknown service '\(name.value.utf8.shown)'\(hint)")
                return
            }
            sections[open].service = Placed(service, name.place)
        case .checkport:
            if let port = number(directive, &scanner, 1...65535) { sections[open].checks.port = UInt16(port) }
        case .request:
            sections[open].dialogue.foreignRequest = nil
            sections[open].dialogue.request = text(directive, &scanner, .required) ?? sections[open].dialogue.request
        case .receive:
            if let receive = text(directive, &scanner, .required), isPattern(receive, of: open) {
                sections[open].dialogue.receive = receive
            }
        case .httpmethod:
            let name = word(&scanner) { HTTPCheck.Method(rawValue: $0.uppercased()) != nil }
            guard let method = HTTPCheck.Method(rawValue: name.value.uppercased()) else {
                problems.error(name.place, "httpmethod is GET or HEAD, not '\(name.value.utf8.shown)'")
                return
            }
            sections[open].checks.method = method
        case .virtualhost: readVirtualHost(&scanner)
        case .expectStatus:
            let (place, range) = (scanner.place, scanner.rest)
            guard let statuses = StatusSet(scanner.text(range.prefix(1024))) else {
                problems.error(
                    place,
                    "expect-status is a list of statuses from 200 to 599, such as 200,301-399, not "
                        + "'\(scanner.shown(range))'")
                return
            }
            sections[open].checks.expectedStatus = statuses
            sections[open].dialogue.statusPlace = place
        default: readTexts(directive, &scanner, place)
        }
    }

    /// Globally and in sections.
    mutating func read(
        tls directive: Directive, _ scanner: inout Scanner, into lines: WritableKeyPath<FileReader, TLSLines>
    ) {
        if directive == .tlsVerify {
            let place = scanner.place
            guard let isWanted = yesNo(directive, &scanner) else { return }
            self[keyPath: lines].verify = Placed(isWanted, place)
        } else if let file = text(directive, &scanner, .allowed) {
            guard file.value.hasPrefix("/") else {
                problems.error(file.place, "tls-ca is the absolute path of a PEM file, not '\(file.value.utf8.shown)'")
                return
            }
            self[keyPath: lines].authorities = file
        }
    }

    private mutating func readVirtualHost(_ scanner: inout Scanner) {
        guard let host = text(.virtualhost, &scanner, .allowed, mayBeEmpty: true) else { return }
        if host.value.isEmpty {
            problems.warning(host.place, "an empty virtualhost is left out; ldirectord sends an empty Host")
            sections[open].checks.virtualHost = nil
            return
        }
        if host.value.utf8.contains(UInt8(ascii: " ")) {
            problems.warning(host.place, "'\(host.value.utf8.shown)' has blanks and is sent so: is it one host name?")
        }
        sections[open].checks.virtualHost = host.value
    }

    private mutating func readCheckType(_ scanner: inout Scanner) {
        let whole = scanner.rest
        let place = scanner.place
        if let start = whole.first(where: { scanner[$0].isDigit }) {
            // Any digits make it a combined check, whatever stands around them.
            let end = (start..<whole.upperBound).first { !scanner[$0].isDigit } ?? whole.upperBound
            guard let connects = scanner.number(start..<end), connects <= 1_000_000 else {
                problems.error(place, "checktype is at most 1000000 connects between two negotiations")
                return
            }
            sections[open].checkType = Placed(.combined(connects: Int(connects)), place)
            return
        }
        let names = ["negotiate", "connect", "ping", "external", "external-perl", "on", "off"]
        let name = word(&scanner) { names.contains($0) || $0 == "checkcommand" }
        let type: CheckType
        switch name.value {
        case "negotiate": type = .negotiate
        case "connect": type = .connect
        case "ping": type = .ping
        case "external", "checkcommand": type = .external
        case "external-perl": type = .externalPerl
        case "on": type = .on
        case "off": type = .off
        default:
            let near = Suggestion.nearest(to: name.value, among: names)
            let hint =
                near.map { ", did you mean '\($0)'?" } ?? ": one of \(names.joined(separator: ", ")), or a number"
            problems.error(name.place, "unknown checktype '\(name.value.utf8.shown)'\(hint)")
            return
        }
        sections[open].checkType = Placed(type, name.place)
    }

    private mutating func readTexts(_ directive: Directive, _ scanner: inout Scanner, _ place: Place) {
        let quotes: Quotes = directive == .checkcommand ? .allowed : .required
        guard let value = text(directive, &scanner, quotes)?.value else { return }
        switch directive {
        case .checkcommand: sections[open].checks.command = value
        case .login: sections[open].checks.login = value
        case .passwd: sections[open].checks.password = value
        case .database: sections[open].checks.database = value
        case .secret: sections[open].checks.secret = value
        case .load:
            sections[open].checks.load = value
            problems.warning(place, "load has no effect, neither here nor in ldirectord: leave it out")
        default: break
        }
    }
}
