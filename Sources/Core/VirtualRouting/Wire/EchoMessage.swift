package import NetworkTypes

/// ICMP and ICMPv6 echo (RFC 792, RFC 4443 section 4): what `track = ping` asks its targets.
package struct EchoMessage: Hashable, Sendable {
    package var identifier: UInt16
    package var sequence: UInt16
    /// Random: an answer to an older question, or of somebody who guesses, does not have it.
    package var token: UInt64

    package init(identifier: UInt16, sequence: UInt16, token: UInt64) {
        self.identifier = identifier
        self.sequence = sequence
        self.token = token
    }

    /// As much data as ping sends, so that it goes through wherever ping does.
    private static let dataLength = 56

    /// A request. The kernel computes the checksum of ICMPv6, which covers addresses that it chooses.
    package func request(_ family: IPAddress.Family) -> [UInt8] {
        var bytes: [UInt8] = [family == .ipv4 ? 8 : 128, 0, 0, 0]
        bytes.put(identifier)
        bytes.put(sequence)
        bytes.put(token)
        bytes += [UInt8](repeating: 0, count: Self.dataLength - 8)
        guard family == .ipv4 else { return bytes }
        var checksum = InternetChecksum()
        checksum.add(bytes)
        bytes[2] = UInt8(checksum.value >> 8)
        bytes[3] = UInt8(checksum.value & 255)
        return bytes
    }

    /// Nil for what is no whole answer.
    package init?(reply bytes: [UInt8], _ family: IPAddress.Family) {
        guard bytes.count >= 16, bytes[0] == (family == .ipv4 ? 0 : 129), bytes[1] == 0 else { return nil }
        func number(_ range: Range<Int>) -> UInt64 { bytes[range].reduce(0) { $0 << 8 | UInt64($1) } }
        identifier = UInt16(number(4..<6))
        sequence = UInt16(number(6..<8))
        token = number(8..<16)
    }
}
