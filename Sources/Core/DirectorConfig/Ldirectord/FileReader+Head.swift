internal import NetworkTypes

/// What stands behind `virtual =` and `virtual6 =`.
extension FileReader {
    mutating func readHead(
        _ scanner: inout Scanner, family: IPAddress.Family, _ directive: Directive
    ) -> Section.Head {
        let place = scanner.place
        let name = directive.rawValue
        guard let first = scanner.peek, first != UInt8(ascii: "#") else {
            problems.error(place, "\(name) is empty: write \(example(family)), or a firewall mark")
            return .broken
        }
        if first == UInt8(ascii: "[") { return readBracketed(&scanner, family: family) }
        let word = headWord(&scanner)
        warnIgnored(&scanner)
        if scanner.isDigits(word) { return mark(scanner, word, word) }
        guard let colon = scanner.first(UInt8(ascii: ":"), in: word), colon + 1 < word.upperBound else {
            return readWithoutPort(scanner, word, family: family)
        }
        if scanner.first(UInt8(ascii: ":"), in: colon + 1..<word.upperBound) != nil {
            problems.error(place, "'\(scanner.shown(word))' is no address and port: write \(example(.ipv6))")
            return .broken
        }
        guard let host = host(scanner, word.lowerBound..<colon, family: family),
            let port = port(scanner, colon + 1..<word.upperBound)
        else { return .broken }
        return .address(host: host, port: port)
    }

    /// An address and port, or a host and port; whatever follows it, `;` say, is no part of it for ldirectord.
    private func headWord(_ scanner: inout Scanner) -> Range<Int> {
        let word = scanner.take { !$0.isBlank && $0 != UInt8(ascii: "#") }
        guard let colon = scanner.first(UInt8(ascii: ":"), in: word) else { return word }
        let host = word.lowerBound..<colon
        let port = colon + 1..<(word[(colon + 1)...].first { !isPortByte(scanner[$0]) } ?? word.upperBound)
        // A second colon makes it an IPv6 address without brackets, unless there is a whole address before the first.
        guard !port.isEmpty, port.upperBound < word.upperBound,
            scanner[port.upperBound] != UInt8(ascii: ":") || scanner.ipv4(host) != nil
        else { return word }
        scanner.move(to: port.upperBound)
        return word.lowerBound..<port.upperBound
    }

    private func isPortByte(_ byte: UInt8) -> Bool {
        byte.isLetter || byte.isDigit || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
    }

    private func example(_ family: IPAddress.Family) -> String {
        family == .ipv4 ? "virtual = 192.0.2.1:80" : "virtual6 = [2001:db8::1]:80"
    }

    private mutating func readBracketed(_ scanner: inout Scanner, family: IPAddress.Family) -> Section.Head {
        let place = scanner.place
        var word = scanner.take { !$0.isBlank && $0 != UInt8(ascii: "#") }
        if let close = scanner.first(UInt8(ascii: "]"), in: word), close + 2 < word.upperBound,
            scanner[close + 1] == UInt8(ascii: ":"), isPortByte(scanner[close + 2])
        {
            let end = (close + 2..<word.upperBound).first { !isPortByte(scanner[$0]) } ?? word.upperBound
            scanner.move(to: end)
            word = word.lowerBound..<end
        }
        warnIgnored(&scanner)
        guard family == .ipv6 else {
            problems.error(place, "an IPv6 service is opened by virtual6: write virtual6 = \(scanner.shown(word))")
            return .broken
        }
        guard let close = scanner.first(UInt8(ascii: "]"), in: word),
            let host = host(scanner, word.lowerBound..<close + 1, family: family)
        else {
            if scanner.first(UInt8(ascii: "]"), in: word) == nil {
                problems.error(place, "the closing bracket is missing: write \(example(.ipv6))")
            }
            return .broken
        }
        guard close + 2 < word.upperBound, scanner[close + 1] == UInt8(ascii: ":") else {
            problems.error(scanner.place(at: close + 1), "the port is missing: write \(example(.ipv6))")
            return .broken
        }
        guard let port = port(scanner, close + 2..<word.upperBound) else { return .broken }
        return .address(host: host, port: port)
    }

    /// No port: ldirectord takes leading digits for a firewall mark, whatever follows.
    private mutating func readWithoutPort(
        _ scanner: Scanner, _ word: Range<Int>, family: IPAddress.Family
    ) -> Section.Head {
        let digits = word.lowerBound..<(word.first { !scanner[$0].isDigit } ?? word.upperBound)
        let shown = scanner.shown(word)
        guard !digits.isEmpty else {
            problems.error(
                scanner.place(at: word.lowerBound),
                "'\(shown)' is no virtual service: write \(example(family)), or a firewall mark")
            return .broken
        }
        let head = mark(scanner, digits, word)
        if case .mark(let mark) = head {
            problems.warning(
                scanner.place(at: word.lowerBound),
                "'\(shown)' has no port and is read as firewall mark \(mark), as ldirectord does: "
                    + "write ADDRESS:PORT for a service at an address, \(mark) alone for the mark")
        }
        return head
    }

    private mutating func mark(_ scanner: Scanner, _ digits: Range<Int>, _ word: Range<Int>) -> Section.Head {
        guard let value = scanner.number(digits), value > 0, let mark = UInt32(exactly: value) else {
            problems.error(
                scanner.place(at: word.lowerBound), "a firewall mark is 1 to 4294967295, not \(scanner.shown(digits))")
            return .broken
        }
        return .mark(mark)
    }
}
