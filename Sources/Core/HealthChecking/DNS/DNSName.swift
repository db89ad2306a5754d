/// A domain name as its labels. Case does not count (RFC 4343).
package struct DNSName: Hashable, Sendable, CustomStringConvertible {
    package let labels: [[UInt8]]

    init(labels: [[UInt8]]) {
        self.labels = labels
    }

    /// A name as it is written, a dot at its end or none; nil when it is none: an empty label, one of more than 63
    /// bytes, more than 255 bytes in all.
    package init?(_ text: some StringProtocol) {
        var parts = Array(text.utf8).split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        if parts.count > 1, parts.last?.isEmpty == true { parts.removeLast() }
        guard parts.allSatisfy({ (1...63).contains($0.count) }), parts.reduce(1, { $0 + 1 + $1.count }) <= 255 else {
            return nil
        }
        labels = parts.map { Array($0) }
    }

    package var description: String {
        labels.isEmpty ? "." : labels.map { ServerText.shown($0) }.joined(separator: ".")
    }

    package static func == (left: Self, right: Self) -> Bool {
        left.labels.count == right.labels.count
            && zip(left.labels, right.labels).allSatisfy { $0.count == $1.count && zip($0, $1).allSatisfy(isSame) }
    }

    package func hash(into hasher: inout Hasher) {
        for label in labels { for byte in label { hasher.combine(Self.lowercase(byte)) } }
    }

    private static func isSame(_ left: UInt8, _ right: UInt8) -> Bool { lowercase(left) == lowercase(right) }

    private static func lowercase(_ byte: UInt8) -> UInt8 { (0x41...0x5A).contains(byte) ? byte | 0x20 : byte }

    func write(to message: inout [UInt8]) {
        for label in labels {
            message.append(UInt8(label.count))
            message += label
        }
        message.append(0)
    }

    /// A name at this place of a message, and the place behind it. Pointers (RFC 1035, section 4.1.4) may only go back,
    /// so that a malicious message has no loop.
    static func read(_ message: [UInt8], at place: inout Int) -> DNSName? {
        var labels: [[UInt8]] = []
        var at = place
        var limit = place
        var size = 1
        var hasJumped = false
        while at < message.count {
            let length = Int(message[at])
            switch length >> 6 {
            case 0:
                let end = at + 1 + length
                guard end <= message.count else { return nil }
                if !hasJumped { place = end }
                if length == 0 { return DNSName(labels: labels) }
                size += 1 + length
                guard size <= 255 else { return nil }
                labels.append(Array(message[at + 1..<end]))
                at = end
            case 3:
                guard at + 1 < message.count else { return nil }
                if !hasJumped { place = at + 2 }
                hasJumped = true
                let target = (length & 63) << 8 | Int(message[at + 1])
                guard target < limit else { return nil }
                limit = target
                at = target
            default: return nil
            }
        }
        return nil
    }
}
