package import NetworkTypes

/// Values on a line, read as the C library's functions read them, since that is what ipvsadm's users can write.
package enum RuleValues {
    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }

    private static func digit(_ byte: UInt8) -> Int64? {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) ? Int64(byte - UInt8(ascii: "0")) : nil
    }

    /// What `strtol` makes of the text in base 10, limited to 64 bits, and whether it used all of it.
    private static func leadingInteger(_ text: String) -> (value: Int64, complete: Bool)? {
        var bytes = text.utf8.drop(while: isSpace)
        let negative = bytes.first == UInt8(ascii: "-")
        if negative || bytes.first == UInt8(ascii: "+") { bytes = bytes.dropFirst() }
        guard let first = bytes.first, digit(first) != nil else { return nil }
        let sign: Int64 = negative ? -1 : 1
        var value: Int64 = 0
        while let byte = bytes.first, let digit = digit(byte) {
            let (product, overflowed) = value.multipliedReportingOverflow(by: 10)
            let (sum, carried) = product.addingReportingOverflow(sign * digit)
            value = overflowed || carried ? (negative ? .min : .max) : sum
            bytes = bytes.dropFirst()
        }
        return (value, bytes.isEmpty)
    }

    /// A decimal number: leading white space and a sign are allowed, the rest of the text must be digits.
    package static func number(_ text: String, in range: ClosedRange<Int64>) -> Int64? {
        guard let (value, complete) = leadingInteger(text), complete, range.contains(value) else { return nil }
        return value
    }

    /// `atoi`: what stands behind the digits does not count, and no digits are 0.
    package static func leadingNumber(_ text: String) -> Int32 {
        Int32(truncatingIfNeeded: leadingInteger(text)?.value ?? 0)
    }

    /// `inet_aton`: one to four parts in decimal, octal (`010`) or hexadecimal (`0x10`), the last of which fills what
    /// is left (`10.1` is 10.0.0.1). Text behind white space does not count. The value is in host order.
    package static func internetAddress(_ text: String) -> UInt32? {
        var bytes = text.utf8[...]
        var value: UInt64 = 0
        var parts = 0
        while true {
            guard let part = addressPart(&bytes) else { return nil }
            if bytes.first == UInt8(ascii: "."), parts < 3 {
                guard part <= 0xFF else { return nil }
                value = value << 8 | part
                parts += 1
                bytes = bytes.dropFirst()
                continue
            }
            if let next = bytes.first, !isSpace(next) { return nil }
            let bits = UInt64(32 - 8 * parts)
            guard part < 1 << bits else { return nil }
            return UInt32(value << bits | part)
        }
    }

    private static func addressPart(_ bytes: inout Substring.UTF8View) -> UInt64? {
        guard let first = bytes.first, digit(first) != nil else { return nil }
        var radix: UInt64 = 10
        if first == UInt8(ascii: "0") {
            radix = 8
            let rest = bytes.dropFirst()
            if let mark = rest.first, mark | 0x20 == UInt8(ascii: "x"), let next = rest.dropFirst().first,
                hexDigit(next) < 16
            {
                radix = 16
                bytes = rest.dropFirst()
            }
        }
        var value: UInt64 = 0
        while let byte = bytes.first, hexDigit(byte) < radix {
            value = min(value * radix + hexDigit(byte), 1 << 40)
            bytes = bytes.dropFirst()
        }
        return value
    }

    private static func hexDigit(_ byte: UInt8) -> UInt64 {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt64(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt64(byte - UInt8(ascii: "a")) + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt64(byte - UInt8(ascii: "A")) + 10
        default: 99
        }
    }

    /// `inet_pton`: the strict forms, in which a part of an IPv4 address has no leading zero.
    package static func strictAddress(_ text: String, _ family: IPAddress.Family) -> IPAddress? {
        guard let address = IPAddress(text), address.family == family else { return nil }
        let tail = text.utf8.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false).last ?? [][...]
        let parts = tail.split(separator: UInt8(ascii: "."))
        if parts.count > 1, parts.contains(where: { $0.count > 1 && $0.first == UInt8(ascii: "0") }) { return nil }
        return address
    }

    /// `a.b.c.d[:port]`, `host[:port]`, `[v6]:port` or a bare IPv6 address; nil when it is none of these or a name is
    /// unknown. A string of digits is refused, since it might be meant as a port.
    ///
    /// Brackets around something else are looked through, and what follows them does not count: an old laxness that
    /// is kept because scripts may lean on it.
    ///
    /// - Parameter port: the port of an address without one.
    /// - Parameter transport: what a service name is looked up for; without it names are unknown.
    package static func endpoint(
        _ text: String, port: UInt16, transport: TransportProtocol?, _ resolver: RuleResolver
    ) -> Endpoint? {
        let bytes = text.utf8
        if bytes.allSatisfy({ digit($0) != nil }) { return nil }
        var hostAndPort = Substring(text)
        if bytes.first == UInt8(ascii: "[") {
            guard let close = bytes.firstIndex(of: UInt8(ascii: "]")) else { return nil }
            let behind = text[bytes.index(after: close)...]
            guard behind.utf8.first == UInt8(ascii: ":") else { return nil }
            hostAndPort = text[bytes.index(after: bytes.startIndex)..<close]
            if let address = strictAddress(String(hostAndPort), .ipv6) {
                return servicePort(String(behind.dropFirst()), transport, resolver).map { Endpoint(address, $0) }
            }
        } else if let address = strictAddress(text, .ipv6) {
            return Endpoint(address, port)
        }
        // The last one: text behind a blank in an address does not count, whatever is in it.
        let colon = hostAndPort.utf8.lastIndex(of: UInt8(ascii: ":"))
        guard let address = host(String(hostAndPort[..<(colon ?? hostAndPort.endIndex)]), resolver) else { return nil }
        guard let colon else { return Endpoint(address, port) }
        let portText = String(hostAndPort[hostAndPort.utf8.index(after: colon)...])
        return servicePort(portText, transport, resolver).map { Endpoint(address, $0) }
    }

    /// An IPv4 address in any form, or a host name.
    package static func host(_ text: String, _ resolver: RuleResolver) -> IPAddress? {
        if let value = internetAddress(text) { return IPAddress(ipv4: value) }
        return text.isEmpty ? nil : resolver.host(text).map { IPAddress(ipv4: $0) }
    }

    private static func servicePort(
        _ text: String, _ transport: TransportProtocol?, _ resolver: RuleResolver
    ) -> UInt16? {
        if let port = number(text, in: 0...65535) { return UInt16(port) }
        guard let transport, !text.isEmpty else { return nil }
        return resolver.service(text, transport)
    }
}
