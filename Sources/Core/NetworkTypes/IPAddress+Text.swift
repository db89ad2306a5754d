extension IPAddress: LosslessStringConvertible {
    /// Parses dotted-quad IPv4 (four decimal numbers, no leading zeros read as octal) or any RFC 4291 form of IPv6.
    /// No brackets, no zone, no blanks.
    package init?(_ text: String) {
        self.init(text[...])
    }

    package init?(_ text: Substring) {
        let bytes = text.utf8
        if bytes.contains(UInt8(ascii: ":")) {
            self.init(ipv6Text: bytes)
        } else {
            guard let value = Self.dottedQuad(bytes) else { return nil }
            self.init(ipv4: value)
        }
    }

    /// As a URL has it, and ldirectord: IPv6 in brackets.
    package var bracketed: String { family == .ipv6 ? "[\(self)]" : description }

    package var description: String {
        if let value = ipv4 {
            return "\(value >> 24).\(value >> 16 & 255).\(value >> 8 & 255).\(value & 255)"
        }
        return ipv6Text
    }

    /// Four decimal numbers of one to three digits, each at most 255.
    private static func dottedQuad(_ text: Substring.UTF8View) -> UInt32? {
        var value: UInt32 = 0
        var number: UInt32 = 0
        var digits = 0
        var parts = 0
        for byte in text {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                number = number * 10 + UInt32(byte - UInt8(ascii: "0"))
                digits += 1
                if digits > 3 || number > 255 { return nil }
            case UInt8(ascii: "."):
                if digits == 0 || parts == 3 { return nil }
                value = value << 8 | number
                (number, digits, parts) = (0, 0, parts + 1)
            default:
                return nil
            }
        }
        return digits > 0 && parts == 3 ? value << 8 | number : nil
    }

    private static func isHexDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
            UInt8(ascii: "A")...UInt8(ascii: "F"):
            true
        default: false
        }
    }

    /// Groups of hexadecimal digits, at most one `::`, an IPv4 tail allowed (RFC 4291 section 2.2).
    private init?(ipv6Text text: Substring.UTF8View) {
        var groups: [UInt16] = []
        var gap: Int?
        var rest = text
        let colon = UInt8(ascii: ":")
        if rest.first == colon {
            guard rest.dropFirst().first == colon else { return nil }
            gap = 0
            rest = rest.dropFirst(2)
        }
        while !rest.isEmpty {
            let word = rest.prefix { $0 != colon }
            rest = rest[word.endIndex...]
            if word.contains(UInt8(ascii: ".")) {
                guard rest.isEmpty, let tail = Self.dottedQuad(word) else { return nil }
                groups += [UInt16(tail >> 16), UInt16(tail & 0xFFFF)]
                break
            }
            // The number would take a sign too.
            guard (1...4).contains(word.count), word.allSatisfy(Self.isHexDigit),
                let group = UInt16(Substring(word), radix: 16)
            else { return nil }
            groups.append(group)
            if groups.count > 8 { return nil }
            guard !rest.isEmpty else { break }
            rest = rest.dropFirst()
            if rest.first == colon {
                guard gap == nil else { return nil }
                gap = groups.count
                rest = rest.dropFirst()
            } else if rest.isEmpty {
                return nil
            }
        }
        if let gap {
            guard groups.count < 8 else { return nil }
            groups.insert(contentsOf: repeatElement(0, count: 8 - groups.count), at: gap)
        }
        guard groups.count == 8 else { return nil }
        let halves = [groups[..<4], groups[4...]].map { $0.reduce(UInt64(0)) { $0 << 16 | UInt64($1) } }
        self.init(ipv6High: halves[0], low: halves[1])
    }

    /// As `inet_ntop` and RFC 5952 have it: lower case, the longest run of at least two zero groups shortened, the
    /// first one on a tie; IPv4-mapped addresses, and those of 96 zero bits (RFC 4291 section 2.5.5), end in
    /// dotted-quad form.
    private var ipv6Text: String {
        let groups = self.groups
        if groups[..<5].allSatisfy({ $0 == 0 }), groups[5] == 0xFFFF || groups[5] == 0 && groups[6] != 0 {
            let tail = IPAddress(ipv4: UInt32(groups[6]) << 16 | UInt32(groups[7]))
            return groups[5] == 0 ? "::\(tail)" : "::ffff:\(tail)"
        }
        var best = 0..<0
        var start = 0
        while start < 8 {
            var end = start
            while end < 8, groups[end] == 0 { end += 1 }
            if end - start >= 2, end - start > best.count { best = start..<end }
            start = max(end, start + 1)
        }
        func text(_ part: ArraySlice<UInt16>) -> String {
            part.map { String($0, radix: 16) }.joined(separator: ":")
        }
        if best.isEmpty { return text(groups[...]) }
        return text(groups[..<best.lowerBound]) + "::" + text(groups[best.upperBound...])
    }
}
