internal import NetworkTypes
internal import VirtualServers

/// Hosts and ports, as far as one line says them; and the looking up of names.
extension FileReader {
    /// An address of the family, in brackets for IPv6, or a name.
    mutating func host(_ scanner: Scanner, _ range: Range<Int>, family: IPAddress.Family) -> Host? {
        let place = scanner.place(at: range.lowerBound)
        if let value = scanner.ipv4(range) {
            guard family == .ipv4 else {
                problems.error(
                    place, "\(scanner.shown(range)) is an IPv4 address, an IPv6 address stands here in brackets")
                return nil
            }
            warnOfOctal(scanner, range, IPAddress(ipv4: value))
            return .address(IPAddress(ipv4: value))
        }
        if let first = range.first, scanner[first] == UInt8(ascii: "[") {
            let inner = range.lowerBound + 1..<range.upperBound - 1
            guard range.count > 2, inner.count <= 45, let address = IPAddress(scanner.text(inner)),
                address.family == .ipv6
            else {
                problems.error(place, "\(scanner.shown(range)) is not an IPv6 address in brackets")
                return nil
            }
            guard family == .ipv6 else {
                problems.error(
                    place, "\(scanner.shown(range)) is an IPv6 address, which belongs into a virtual6 section")
                return nil
            }
            return .address(address)
        }
        return name(scanner, range, family: family, place)
    }

    /// getaddrinfo(3), by which ldirectord reads addresses, takes 010 for 8.
    private mutating func warnOfOctal(_ scanner: Scanner, _ range: Range<Int>, _ address: IPAddress) {
        let isOctal = range.contains { index in
            let isFirst = index == range.lowerBound || scanner[index - 1] == UInt8(ascii: ".")
            return isFirst && scanner[index] == UInt8(ascii: "0") && index + 1 < range.upperBound
                && scanner[index + 1].isDigit
        }
        guard isOctal else { return }
        problems.warning(
            scanner.place(at: range.lowerBound),
            "\(scanner.shown(range)) is read as \(address); ldirectord takes numbers with a leading 0 for octal: "
                + "write \(address)")
    }

    private mutating func name(
        _ scanner: Scanner, _ range: Range<Int>, family: IPAddress.Family, _ place: Place
    ) -> Host? {
        if range.allSatisfy({ scanner[$0].isDigit || scanner[$0] == UInt8(ascii: ".") }) {
            problems.error(place, "an IPv4 address is four numbers of 0 to 255, not '\(scanner.shown(range))'")
            return nil
        }
        let isName = range.allSatisfy {
            let byte = scanner[$0]
            return byte.isLetter || byte.isDigit || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-")
                || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "+")
        }
        guard isName, range.count <= 255 else {
            let what = family == .ipv4 ? "an IPv4 address" : "an IPv6 address in brackets"
            problems.error(place, "'\(scanner.shown(range))' is neither \(what) nor a host name")
            return nil
        }
        return .name(scanner.text(range))
    }

    mutating func port(_ scanner: Scanner, _ range: Range<Int>) -> PortName? {
        let place = scanner.place(at: range.lowerBound)
        if scanner.isDigits(range) {
            guard let value = scanner.number(range), let port = UInt16(exactly: value) else {
                problems.error(place, "port \(scanner.shown(range)) is above 65535")
                return nil
            }
            return .number(port)
        }
        let isName = range.allSatisfy {
            scanner[$0].isLetter || scanner[$0].isDigit || scanner[$0] == UInt8(ascii: "-")
                || scanner[$0] == UInt8(ascii: "_")
        }
        guard isName, !range.isEmpty, range.count <= 64 else {
            problems.error(place, "'\(scanner.shown(range))' is neither a port nor the name of a service")
            return nil
        }
        return .name(scanner.text(range))
    }

    mutating func resolve(_ host: Host, family: IPAddress.Family, at place: Place) -> IPAddress? {
        switch host {
        case .address(let address): return address
        case .name(let name):
            let address = resolver.host(name, family).first { $0.family == family }
            let trouble = resolver.hostTrouble(name, family)
            if let address {
                if let trouble {
                    problems.warning(place, "'\(name)' cannot be looked up now and stays \(address): \(trouble)")
                }
                return address
            }
            if let trouble {
                problems.error(place, "'\(name)' cannot be looked up now: \(trouble)")
            } else {
                problems.error(place, "'\(name)' has no \(family == .ipv4 ? "IPv4" : "IPv6") address")
            }
            return nil
        }
    }

    /// The port of a service name in the first of the protocols that has it.
    mutating func resolve(_ port: PortName, _ transports: [TransportProtocol], at place: Place) -> UInt16? {
        switch port {
        case .number(let number): return number
        case .name(let name):
            // All are asked for, so that they are known to be needed at once.
            if let number = transports.map({ resolver.service(name, $0) }).compactMap(\.self).first { return number }
            let trouble = transports.compactMap { resolver.serviceTrouble(name, $0) }.first
            if let trouble {
                problems.error(place, "'\(name)' cannot be looked up now: \(trouble)")
                return nil
            }
            let protocols = transports.map(\.name).joined(separator: " or ")
            problems.error(place, "'\(name)' is no service of \(protocols) in services(5): write a port number")
            return nil
        }
    }
}
