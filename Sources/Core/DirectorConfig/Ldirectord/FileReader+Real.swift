internal import HealthChecking
internal import NetworkTypes
internal import VirtualServers

/// `real = FIRST[->LAST][:PORT] METHOD [WEIGHT] ["REQUEST", "RECEIVE"] [l:N] [u:N]`
extension FileReader {
    mutating func real(_ directive: Directive, _ scanner: inout Scanner, family: IPAddress.Family) -> RealLine? {
        let place = scanner.place
        let word = scanner.takeWord()
        guard !word.isEmpty else {
            problems.error(place, "\(directive.rawValue) is empty: write ADDRESS:PORT and gate, masq or ipip")
            return nil
        }
        guard let (addresses, port) = addresses(scanner, word, family: family) else { return nil }
        guard let method = method(&scanner) else { return nil }
        realServers += addresses.count
        guard realServers <= ConfigurationParser.Limit.realServers else {
            problems.error(place, "more than \(ConfigurationParser.Limit.realServers) real servers in one file")
            return nil
        }
        var options = RealOptions()
        guard readOptions(&scanner, &options), finish(&options, at: place) else { return nil }
        var line = RealLine(place: place, addresses: addresses, port: port, method: method)
        line.weight = options.weight?.value ?? 1
        line.upperThreshold = options.upper?.value ?? 0
        line.lowerThreshold = options.lower?.value ?? 0
        if options.texts.count == 2 {
            let dialogue = RealConfiguration.Dialogue(
                request: options.texts[0].value, receive: options.texts[1].value)
            line.texts = Apart(
                wrappedValue: .init(dialogue: dialogue, foreignRequest: options.foreignRequest))
        }
        return line
    }

    private mutating func addresses(
        _ scanner: Scanner, _ word: Range<Int>, family: IPAddress.Family
    ) -> (AddressRun, UInt16)? {
        if let arrow = arrow(scanner, word) {
            return range(scanner, word.lowerBound..<arrow, arrow + 2..<word.upperBound, family: family)
        }
        guard let (host, port) = hostAndPort(scanner, word, family: family),
            let address = resolve(host, family: family, at: scanner.place(at: word.lowerBound)),
            let port = resolvePort(port, scanner.place(at: word.lowerBound))
        else { return nil }
        return (AddressRun(address), port ?? 0)
    }

    private func arrow(_ scanner: Scanner, _ word: Range<Int>) -> Int? {
        word.first {
            $0 + 1 < word.upperBound && scanner[$0] == UInt8(ascii: "-") && scanner[$0 + 1] == UInt8(ascii: ">")
        }
    }

    private mutating func resolvePort(_ port: PortName?, _ place: Place) -> UInt16?? {
        guard let port else { return .some(nil) }
        // The name may be one of any protocol: what is checked is not always what is balanced.
        guard let number = resolve(port, [.tcp, .udp, .sctp], at: place) else { return nil }
        return .some(number)
    }

    private mutating func range(
        _ scanner: Scanner, _ first: Range<Int>, _ last: Range<Int>, family: IPAddress.Family
    ) -> (AddressRun, UInt16)? {
        let place = scanner.place(at: first.lowerBound)
        guard family == .ipv4 else {
            problems.error(place, "a range of IPv6 addresses is not possible: write a real6 line for each server")
            return nil
        }
        guard let (lowHost, lowPort) = hostAndPort(scanner, first, family: family),
            let (highHost, highPort) = hostAndPort(scanner, last, family: family),
            let low = resolve(lowHost, family: family, at: place)?.ipv4,
            let high = resolve(highHost, family: family, at: place)?.ipv4,
            let lowNumber = resolvePort(lowPort, place), let highNumber = resolvePort(highPort, place)
        else { return nil }
        if let lowNumber {
            guard lowNumber == highNumber ?? lowNumber else {
                problems.error(place, "the ends of the range have different ports \(lowNumber) and \(highNumber ?? 0)")
                return nil
            }
            problems.warning(place, "the port belongs behind the range only; ldirectord reads no server from this line")
        }
        guard low <= high else {
            problems.error(place, "the range goes backwards: \(IPAddress(ipv4: low)) is above \(IPAddress(ipv4: high))")
            return nil
        }
        guard high - low < ConfigurationParser.Limit.rangeAddresses else {
            let limit = ConfigurationParser.Limit.rangeAddresses
            problems.error(place, "the range has \(UInt64(high - low) + 1) addresses, at most \(limit) are allowed")
            return nil
        }
        if String(low).utf8.count != String(high).utf8.count {
            // 10.0.0.0 and 59.154.202.0, where the address as a number gets one digit more.
            problems.warning(place, "ldirectord compares the ends of this range as text and reads no server from it")
        }
        return (AddressRun(ipv4: low...high), (highNumber ?? lowNumber) ?? 0)
    }

    /// `HOST`, `HOST:PORT`, `[IPv6]`, `[IPv6]:PORT`.
    private mutating func hostAndPort(
        _ scanner: Scanner, _ word: Range<Int>, family: IPAddress.Family
    ) -> (Host, PortName?)? {
        let place = scanner.place(at: word.lowerBound)
        guard let start = word.first else {
            problems.error(place, "an address is missing: a range is FIRST->LAST without blanks")
            return nil
        }
        var hostEnd = word.upperBound
        var portStart: Int?
        if scanner[start] == UInt8(ascii: "[") {
            guard let close = scanner.first(UInt8(ascii: "]"), in: word) else {
                problems.error(place, "the closing bracket is missing: \(scanner.shown(word))")
                return nil
            }
            hostEnd = close + 1
            if hostEnd < word.upperBound {
                guard scanner[hostEnd] == UInt8(ascii: ":") else {
                    problems.error(scanner.place(at: hostEnd), "a ':' and the port follow the bracket")
                    return nil
                }
                portStart = hostEnd + 1
            }
        } else if let colon = scanner.first(UInt8(ascii: ":"), in: word) {
            hostEnd = colon
            portStart = colon + 1
            if let second = scanner.first(UInt8(ascii: ":"), in: colon + 1..<word.upperBound) {
                let tail = second + 1..<word.upperBound
                guard family == .ipv4, second == colon + 1, scanner.isDigits(tail), scanner.ipv4(start..<colon) != nil
                else {
                    problems.error(place, "'\(scanner.shown(word))': write an IPv6 address in brackets, [ADDRESS]:PORT")
                    return nil
                }
                portStart = second + 1
                problems.warning(
                    scanner.place(at: colon),
                    "'::' is read as ':', port \(scanner.shown(tail)); ldirectord takes \(scanner.shown(tail)) for the host"
                )
            }
        }
        guard let host = host(scanner, start..<hostEnd, family: family) else { return nil }
        guard let portStart else { return (host, nil) }
        guard let port = port(scanner, portStart..<word.upperBound) else { return nil }
        return (host, port)
    }

    private mutating func method(_ scanner: inout Scanner) -> ForwardingMethod? {
        scanner.skipBlanks()
        let place = scanner.place
        let range = scanner.take { !$0.isBlank && $0 != UInt8(ascii: "\"") }
        guard !range.isEmpty else {
            problems.error(place, "the forwarding method is missing: gate, masq or ipip")
            return nil
        }
        guard let method = forwardingMethod(scanner, range) else {
            problems.error(place, wrongMethod(scanner, range))
            return nil
        }
        return method
    }

    func forwardingMethod(_ scanner: Scanner, _ range: Range<Int>) -> ForwardingMethod? {
        guard range.count == 4 else { return nil }
        switch scanner.text(range) {
        case "gate": return .directRouting
        case "masq": return .masquerading
        case "ipip": return .ipip
        default: return nil
        }
    }

    func wrongMethod(_ scanner: Scanner, _ range: Range<Int>) -> String {
        let word = scanner.shown(range)
        if word.hasPrefix("->") { return "a range has no blanks around '->'" }
        let text = "the forwarding method is gate, masq or ipip, not '\(word)'"
        switch word.lowercased() {
        case "nat", "masquerade", "masquerading", "masq", "m": return text + ": for NAT write masq"
        case "dr", "direct", "route", "gateway", "gate", "g": return text + ": for direct routing write gate"
        case "tun", "tunnel", "tunneling", "tunnelling", "ipip", "i": return text + ": for a tunnel write ipip"
        default: return text
        }
    }
}
