internal import NetworkTypes
internal import VirtualServers

/// `fallback = SERVER[:PORT] [gate|masq|ipip]`
extension FileReader {
    mutating func fallback(
        _ directive: Directive, _ scanner: inout Scanner, family: IPAddress.Family, isGlobal: Bool
    ) -> FallbackLine? {
        let place = scanner.place
        var words: [Range<Int>] = []
        while true {
            let word = scanner.takeWord()
            if word.isEmpty { break }
            // Only the last two count; a line of blanks and words is not worth keeping.
            if words.count == 2 {
                words[0] = words[1]; words[1] = word; ignored(scanner, at: place)
            } else {
                words.append(word)
            }
        }
        guard let server = words.first else {
            guard family == .ipv4 else {
                problems.error(place, "\(directive.rawValue) is empty: write [ADDRESS]:PORT")
                return nil
            }
            problems.warning(place, "an empty \(directive.rawValue) is 127.0.0.1, as for ldirectord: write the address")
            return FallbackLine(place: place, address: IPAddress(ipv4: 0x7F00_0001), port: nil, method: .directRouting)
        }
        var method = ForwardingMethod.directRouting
        if words.count == 2 {
            guard let written = forwardingMethod(scanner, words[1]) else {
                problems.error(scanner.place(at: words[1].lowerBound), wrongMethod(scanner, words[1]))
                return nil
            }
            method = written
        }
        guard let (address, port) = fallbackServer(scanner, server, family: family, isGlobal: isGlobal) else {
            return nil
        }
        return FallbackLine(
            place: scanner.place(at: server.lowerBound), address: address, port: port, method: method)
    }

    private mutating func ignored(_ scanner: Scanner, at place: Place) {
        guard !problems.hasWarning(at: place.line) else { return }
        problems.warning(place, "only the last two words of the line are read: a server and its forwarding method")
    }

    mutating func fallbackServer(
        _ scanner: Scanner, _ word: Range<Int>, family: IPAddress.Family, isGlobal: Bool
    ) -> (IPAddress, PortName?)? {
        let place = scanner.place(at: word.lowerBound)
        var hostEnd = word.upperBound
        if scanner[word.lowerBound] == UInt8(ascii: "[") {
            hostEnd = (scanner.first(UInt8(ascii: "]"), in: word) ?? word.upperBound - 1) + 1
        } else if let colon = scanner.first(UInt8(ascii: ":"), in: word) {
            if scanner.first(UInt8(ascii: ":"), in: colon + 1..<word.upperBound) != nil {
                problems.error(place, "'\(scanner.shown(word))': write an IPv6 address in brackets, [ADDRESS]:PORT")
                return nil
            }
            hostEnd = colon
        }
        guard let host = host(scanner, word.lowerBound..<hostEnd, family: family),
            let address = resolve(host, family: family, at: place)
        else { return nil }
        guard hostEnd < word.upperBound else { return (address, nil) }
        guard scanner[hostEnd] == UInt8(ascii: ":") else {
            problems.error(scanner.place(at: hostEnd), "a ':' and the port follow the bracket")
            return nil
        }
        guard let port = port(scanner, hostEnd + 1..<word.upperBound) else { return nil }
        guard isGlobal, case .name(let name) = port else { return (address, port) }
        // ldirectord wants one that stands for both protocols, since services of either may use it.
        guard resolve(port, [.tcp, .udp], at: place) != nil else { return nil }
        if resolver.service(name, .tcp) == nil || resolver.service(name, .udp) == nil {
            problems.warning(place, "'\(name)' is a service of one protocol only, which ldirectord refuses here")
        }
        return (address, port)
    }
}
