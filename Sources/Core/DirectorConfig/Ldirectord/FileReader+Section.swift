internal import HealthChecking
internal import NetworkTypes
internal import VirtualServers

/// The lines of a virtual section. The section that is open is the last one.
extension FileReader {
    private var open: Int { sections.count - 1 }

    mutating func read(section directive: Directive, _ scanner: inout Scanner) {
        let place = scanner.place
        switch directive {
        case .check: readCheckLine(&scanner)
        case .fallbackTier: readTier(&scanner)
        case .real, .real6, .fallback, .fallback6: readServer(directive, &scanner)
        case .checktype, .service, .checkcommand, .checkport, .request, .receive, .httpmethod, .virtualhost, .login,
            .passwd, .database, .secret, .load, .expectStatus:
            readCheck(directive, &scanner)
        case .scheduler, .schedflags, .persistent, .netmask, .protocolName, .ops: readService(directive, &scanner)
        case .checktimeout, .negotiatetimeout, .checkcount:
            read(timing: directive, &scanner, into: \.sections[open].timing)
        case .checkinterval:
            read(timing: directive, &scanner, into: \.sections[open].timing)
            problems.warning(
                place, "checkinterval counts for this service here, ldirectord reads it with fork = yes only")
        case .tlsVerify, .tlsAuthorities: read(tls: directive, &scanner, into: \.sections[open].tls)
        case .failurecount:
            noteBothNames(directive, at: place, in: .section)
            if let count = number(directive, &scanner, 1...1_000_000) { sections[open].failureCount = Int(count) }
        case .drain, .fall, .flap, .minup, .rise, .slowstart:
            if directive == .fall { noteBothNames(directive, at: place, in: .section) }
            read(own: directive, &scanner, into: \.sections[open].own)
        case .agentCheck, .agentInterval, .agentSend, .datapath, .sentinel:
            read(watch: directive, &scanner, into: \.sections[open].watch)
        case .on:
            if let policy = policy(&scanner, inSection: true) { sections[open].policies.append(policy) }
        case .quiescent: sections[open].quiescent = yesNo(directive, &scanner) ?? sections[open].quiescent
        case .cleanstop: sections[open].cleanStop = yesNo(directive, &scanner) ?? sections[open].cleanStop
        case .emailalert, .emailalertfreq, .emailalertstatus, .smtp:
            read(alert: directive, &scanner, into: \.sections[open].alerts)
        default: readPeople(directive, &scanner, place)
        }
    }

    private mutating func readServer(_ directive: Directive, _ scanner: inout Scanner) {
        let family = sections[open].family
        let right = family == .ipv4 ? "" : "6"
        let written: IPAddress.Family = directive == .real || directive == .fallback ? .ipv4 : .ipv6
        guard written == family else {
            let key = directive == .real || directive == .real6 ? "real" : "fallback"
            problems.error(scanner.place, "\(directive.rawValue) in a virtual\(right) section: write \(key)\(right)")
            return
        }
        if directive == .real || directive == .real6 {
            if let line = real(directive, &scanner, family: family) { sections[open].reals.append(line) }
        } else if let line = fallback(directive, &scanner, family: family, isGlobal: false) {
            sections[open].fallback = line
        }
    }

    private mutating func readPeople(_ directive: Directive, _ scanner: inout Scanner, _ place: Place) {
        switch directive {
        case .fallbackcommand:
            guard let value = text(directive, &scanner, .allowed) else { return }
            sections[open].texts.fallbackCommand = value.value
        case .monitorfile:
            guard let value = text(directive, &scanner, .allowed) else { return }
            sections[open].texts.monitorFile = value.value
        case .servicename, .comment:
            guard scanner.isUTF8(scanner.rest), scanner.rest.count <= ConfigurationParser.Limit.textBytes else {
                problems.warning(place, "\(directive.rawValue) is left out: it is no UTF-8 text of bounded length")
                return
            }
            let text = scanner.text(scanner.rest)
            if directive == .comment {
                sections[open].texts.comment = text
            } else {
                sections[open].texts.serviceName = text
            }
        default: break
        }
    }

    // MARK: What the kernel is told

    private mutating func readService(_ directive: Directive, _ scanner: inout Scanner) {
        let place = scanner.place
        switch directive {
        case .scheduler: readScheduler(&scanner)
        case .schedflags:
            let word = word(&scanner)
            guard !word.value.isEmpty else {
                problems.error(place, "schedflags is empty: write sh-port, or leave the line out")
                return
            }
            sections[open].schedulerFlags = Placed(word.value.split(separator: ",").map(String.init), word.place)
        case .persistent:
            let meant = Self.meantSeconds(scanner)
            if let value = number(directive, &scanner, 1...2_678_400, unit: " seconds", meant: meant) {
                sections[open].persistence = Placed(UInt32(value), place)
            }
        case .netmask: readNetmask(&scanner)
        case .protocolName: readProtocol(&scanner)
        case .ops:
            sections[open].onePacket = yesNo(directive, &scanner).map { Placed($0, place) } ?? sections[open].onePacket
        default: break
        }
    }

    /// As ldirectord does, the first small letters that stand together count: `wlc` of `wlc2`, `lc` of `Wlc`.
    private mutating func readScheduler(_ scanner: inout Scanner) {
        _ = scanner.skip(UInt8(ascii: "\""))
        let place = scanner.place
        let written = scanner.shown(scanner.rest.prefix { scanner[$0] != UInt8(ascii: "\"") })
        let before = scanner.take { !$0.isSmallLetter }
        let letters = scanner.take(while: \.isSmallLetter)
        _ = scanner.skip(UInt8(ascii: "\""))
        let name = scanner.text(letters)
        let lowered = written.lowercased()
        let isMeant = Scheduler.known.contains(lowered)
        let known = Scheduler.known.joined(separator: ", ")
        guard !name.isEmpty, name.utf8.count <= 15 else {
            let hint = isMeant ? ", did you mean '\(lowered)'?" : ": one of \(known)"
            problems.error(place, "the scheduler '\(written)' is not a word of small letters\(hint)")
            return
        }
        if before.isEmpty, scanner.peek?.isBlank ?? true {
            warnIgnored(&scanner)
        } else {
            let hint = isMeant ? ": write \(lowered) if that is meant" : ""
            problems.warning(place, "'\(written)' is read as \(name), as by ldirectord\(hint)")
        }
        if !Scheduler.known.contains(name) {
            let near = Suggestion.nearest(to: name, among: Scheduler.known)
            let hint = near.map { ", did you mean '\($0)'?" } ?? ": \(known)"
            problems.warning(place, "Linux has no scheduler '\(name)' of its own\(hint)")
        }
        sections[open].scheduler = Placed(name, place)
    }

    private mutating func readNetmask(_ scanner: inout Scanner) {
        let (place, range) = (scanner.place, scanner.rest)
        if sections[open].family == .ipv4 {
            guard let mask = scanner.ipv4(range) else {
                var hint = "255.255.255.0"
                if let length = scanner.number(range), (1...32).contains(length) {
                    hint = IPAddress(ipv4: UInt32.max << (32 - UInt32(length))).description
                }
                problems.error(place, "netmask is a dotted quad, such as \(hint), not '\(scanner.shown(range))'")
                return
            }
            sections[open].netmask = Placed(.ipv4(mask), place)
        } else {
            guard let length = scanner.number(range), (1...128).contains(length) else {
                problems.error(
                    place, "netmask of an IPv6 service is a prefix length of 1 to 128, not '\(scanner.shown(range))'")
                return
            }
            sections[open].netmask = Placed(.ipv6(UInt32(length)), place)
        }
    }

    private mutating func readProtocol(_ scanner: inout Scanner) {
        let name = word(&scanner) { Section.Transport(rawValue: $0) != nil }
        let transport = Section.Transport(rawValue: name.value)
        switch sections[open].head {
        case .mark:
            guard transport == .fwm else {
                problems.error(
                    name.place, "a firewall mark has no protocol: leave the line out, or write protocol = fwm")
                return
            }
        case .address:
            guard transport == .tcp || transport == .udp else {
                problems.error(name.place, "protocol is tcp or udp, not '\(name.value.utf8.shown)'")
                return
            }
        case .broken: break
        }
        sections[open].transport = transport.map { Placed($0, name.place) }
    }
}
