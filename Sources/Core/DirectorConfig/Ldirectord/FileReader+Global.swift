/// The lines in column 1, apart from those that open a section.
extension FileReader {
    mutating func read(global directive: Directive, _ scanner: inout Scanner) {
        let place = scanner.place
        switch directive {
        case .checktimeout, .negotiatetimeout, .checkinterval, .checkcount:
            read(timing: directive, &scanner, into: \.globals.timing)
        case .tlsVerify, .tlsAuthorities: read(tls: directive, &scanner, into: \.globals.tls)
        case .failurecount:
            noteBothNames(directive, at: place, in: .global)
            if let count = number(directive, &scanner, 1...1_000_000) { globals.failureCount = Int(count) }
        case .drain, .fall, .flap, .minup, .rise, .slowstart:
            if directive == .fall { noteBothNames(directive, at: place, in: .global) }
            read(own: directive, &scanner, into: \.globals.own)
        case .quiescent: globals.quiescent = yesNo(directive, &scanner) ?? globals.quiescent
        case .cleanstop: globals.cleanStop = yesNo(directive, &scanner) ?? globals.cleanStop
        case .readdquiescent: globals.readdQuiescent = yesNo(directive, &scanner) ?? globals.readdQuiescent
        case .autoreload: globals.autoreload = yesNo(directive, &scanner) ?? globals.autoreload
        case .exclusive: globals.exclusive = yesNo(directive, &scanner) ?? globals.exclusive
        case .readers, .reporters, .operators: read(access: directive, &scanner)
        case .on:
            if let policy = policy(&scanner, inSection: false) { globals.policies.append(policy) }
        case .fallback: globals.fallback = fallback(directive, &scanner, family: .ipv4, isGlobal: true)
        case .fallback6: globals.fallback6 = fallback(directive, &scanner, family: .ipv6, isGlobal: true)
        case .emailalert, .emailalertfreq, .emailalertstatus, .smtp, .emailalertfrom:
            read(alert: directive, &scanner, into: \.globals.operations.alerts)
        case .agentCheck, .agentInterval, .agentSend, .datapath, .sentinel:
            read(watch: directive, &scanner, into: \.globals.watch)
        case .sysctl: readKernelSetting(&scanner)
        case .metrics: readMetrics(&scanner)
        default: readOperation(directive, &scanner, place)
        }
    }

    private mutating func readOperation(_ directive: Directive, _ scanner: inout Scanner, _ place: Place) {
        switch directive {
        case .callback:
            guard let value = text(directive, &scanner, .required, mayBeEmpty: true) else { return }
            globals.operations.callback = value.value
        case .fallbackcommand:
            guard let value = text(directive, &scanner, .literal) else { return }
            globals.operations.fallbackCommand = value.value
        case .logfile:
            guard let value = text(directive, &scanner, .required, mayBeEmpty: true) else { return }
            let isPath = value.value.utf8.contains(UInt8(ascii: "/"))
            globals.operations.logDestination = isPath ? .file(value.value) : .facility(value.value)
            if !isPath, !LogDestination.facilities.contains(value.value) {
                let near = Suggestion.nearest(to: value.value, among: LogDestination.facilities)
                let hint = near.map { ", did you mean '\($0)'?" } ?? ": write a path, or one of daemon, local0, ..."
                problems.warning(place, "'\(value.value.utf8.shown)' is no facility of syslog\(hint); daemon is taken")
                globals.operations.logDestination = .facility("daemon")
            }
        case .execute:
            guard let value = text(directive, &scanner, .literal, mayBeEmpty: true) else { return }
            if globals.operations.execute.count < 1000 { globals.operations.execute.append(value.value) }
        case .supervised:
            guard let value = yesNo(directive, &scanner) else { return }
            globals.operations.supervised = value
        case .fork:
            guard let value = yesNo(directive, &scanner) else { return }
            globals.operations.fork = value
        case .maintenancedir:
            guard let value = text(directive, &scanner, .literal) else { return }
            globals.operations.maintenanceDirectory = value.value
        default: break
        }
    }

    /// What a key that is understood but not carried out means for now.
    mutating func warnDeferred(_ directive: Directive, at place: Place, _ instead: String) {
        problems.warning(place, "\(directive.rawValue) is not acted on yet: \(instead)")
    }

    mutating func read(
        timing directive: Directive, _ scanner: inout Scanner, into timing: WritableKeyPath<FileReader, Timing>
    ) {
        let place = scanner.place
        switch directive {
        case .checktimeout:
            if let value = duration(directive, &scanner) { self[keyPath: timing].checkTimeout = value }
        case .negotiatetimeout:
            if let value = duration(directive, &scanner) { self[keyPath: timing].negotiateTimeout = value }
        case .checkinterval:
            if let value = duration(directive, &scanner) { self[keyPath: timing].checkInterval = value }
        case .checkcount:
            guard let value = number(directive, &scanner, 1...1_000) else { return }
            self[keyPath: timing].checkCount = Int(value)
            problems.warning(
                place, "checkcount counts the attempts of ping checks only; for all others use failurecount")
        default: break
        }
    }

    mutating func read(
        alert directive: Directive, _ scanner: inout Scanner, into alerts: WritableKeyPath<FileReader, AlertSettings>
    ) {
        let place = scanner.place
        switch directive {
        case .emailalert:
            guard let value = text(directive, &scanner, .allowed) else { return }
            self[keyPath: alerts].recipients = Self.recipients(value.value)
        case .emailalertfrom:
            guard let value = text(directive, &scanner, .literal) else { return }
            self[keyPath: alerts].sender = value.value
        case .emailalertfreq:
            guard scanner.peek != UInt8(ascii: "-") else {
                problems.error(
                    place, "emailalertfreq is 0 or a number of seconds, not '\(scanner.shown(scanner.rest))'")
                return
            }
            guard let value = duration(directive, &scanner, zero: true) else { return }
            self[keyPath: alerts].frequency = value
        case .emailalertstatus:
            guard let states = alertStates(&scanner) else { return }
            self[keyPath: alerts].states = states
        case .smtp:
            guard scanner.peek != UInt8(ascii: "\"") else {
                problems.error(place, "smtp is a host name or address without quotes")
                return
            }
            guard let value = text(directive, &scanner, .allowed) else { return }
            self[keyPath: alerts].server = value.value
        default: break
        }
    }

    /// Addresses between commas or blanks; one that has its address in angle brackets may have blanks before it.
    private static func recipients(_ text: String) -> [String] {
        text.split(separator: ",").flatMap { part -> [String] in
            guard part.contains("<") else { return part.split(separator: " ").map(String.init) }
            return [String(part.drop { $0 == " " })]
        }
    }

    private mutating func alertStates(_ scanner: inout Scanner) -> Set<AlertSettings.State>? {
        var states: Set<AlertSettings.State> = []
        var none: Place?
        var others = false
        while !scanner.isAtEnd {
            scanner.skipBlanks()
            let place = scanner.place
            let range = scanner.take { !$0.isBlank && $0 != UInt8(ascii: ",") }
            let name = range.count <= 32 ? scanner.text(range) : scanner.shown(range)
            switch name {
            case "none": none = place
            case "all":
                states = Set(AlertSettings.State.allCases)
                others = true
            case "" where scanner.isAtEnd: break
            default:
                guard let state = AlertSettings.State(rawValue: name) else {
                    let known = ["all", "none"] + AlertSettings.State.allCases.map(\.rawValue)
                    let near = Suggestion.nearest(to: name, among: known).map { ", did you mean '\($0)'?" } ?? ""
                    problems.error(
                        place,
                        "emailalertstatus knows \(known.joined(separator: ", ")), not '\(name.utf8.shown)'\(near)")
                    return nil
                }
                states.insert(state)
                others = true
            }
            scanner.skipBlanks()
            guard scanner.isAtEnd || scanner.skip(UInt8(ascii: ",")) else {
                problems.error(scanner.place, "a comma is missing between the values of emailalertstatus")
                return nil
            }
        }
        if let none, others {
            problems.error(none, "emailalertstatus: none cannot stand beside other values")
            return nil
        }
        return none != nil || others ? states : Set(AlertSettings.State.allCases)
    }
}
