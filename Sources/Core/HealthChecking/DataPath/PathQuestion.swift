package import NetworkTypes

/// What is asked of a virtual address by way of one real server: the packet that a client's would be after the director
/// has passed it on, without the outer frame or header.
///
/// For TCP it is the opening of a connection (RFC 9293, section 3.5). A real server that holds the virtual address
/// answers from that address, SYN and ACK when something listens and RST when nothing does; the connection is taken
/// back at once, so no program there ever sees it. For other protocols it is an ICMP echo request (RFC 792, RFC 4443).
package struct PathQuestion: Hashable, Sendable {
    package enum Subject: Hashable, Sendable {
        case connection(port: UInt16)
        case echo
    }

    /// The director's own address, which the answer goes to.
    package var source: IPAddress
    /// The virtual address.
    package var target: IPAddress
    package var subject: Subject
    /// The source port, for an echo the identifier.
    package var port: UInt16
    /// What the answer is recognized by.
    package var token: UInt32

    package init(source: IPAddress, target: IPAddress, subject: Subject, port: UInt16, token: UInt32) {
        self.source = source
        self.target = target
        self.subject = subject
        self.port = port
        self.token = token
    }

    /// Source ports from here on; Linux chooses none of them for connections (ip_local_port_range ends at 60999).
    package static let ports = UInt16(64_512)...UInt16.max

    /// The whole IP packet.
    package var packet: [UInt8] {
        switch subject {
        case .connection(let port): ip(tcp(to: port, sequence: token, flags: 0x02), proto: 6)
        case .echo: ip(echo, proto: isIPv4 ? 1 : 58)
        }
    }

    /// Takes an accepted connection back; nil where there is nothing to take back.
    package var withdrawal: [UInt8]? {
        guard case .connection(let port) = subject else { return nil }
        return ip(tcp(to: port, sequence: token &+ 1, flags: 0x04), proto: 6)
    }

    private var isIPv4: Bool { source.family == .ipv4 }

    private func tcp(to port: UInt16, sequence: UInt32, flags: UInt8) -> [UInt8] {
        var bytes = big(self.port) + big(port) + big(sequence)
        bytes += big(UInt32(0))  // nothing is acknowledged
        bytes += [5 << 4, flags]  // five words of header
        bytes += big(UInt16(flags == 0x02 ? 65_535 : 0))  // window
        bytes += [0, 0, 0, 0]  // checksum, urgent pointer
        // The opening says how large its segments may be, as every system's does.
        if flags == 0x02 {
            bytes[12] = 6 << 4
            bytes += [2, 4] + big(UInt16(isIPv4 ? 1460 : 1440))
        }
        bytes.replaceSubrange(16..<18, with: big(checksum(of: bytes, proto: 6)))
        return bytes
    }

    private var echo: [UInt8] {
        // Type, code, checksum, identifier, sequence; the token travels as the sequence and as the payload.
        var bytes: [UInt8] = [isIPv4 ? 8 : 128, 0, 0, 0] + big(port) + big(UInt16(truncatingIfNeeded: token))
        bytes += big(token)
        // That of IPv4 covers no pseudo-header.
        bytes.replaceSubrange(2..<4, with: big(checksum(of: bytes, proto: isIPv4 ? nil : 58)))
        return bytes
    }

    private func ip(_ payload: [UInt8], proto: UInt8) -> [UInt8] {
        guard isIPv4 else {
            return [0x60, 0, 0, 0] + big(UInt16(payload.count)) + [proto, 64] + source.bytes + target.bytes + payload
        }
        var header: [UInt8] = [0x45, 0] + big(UInt16(20 + payload.count))
        header += [0, 0, 0x40, 0]  // no identification needed, since it must not be fragmented
        header += [64, proto, 0, 0] + source.bytes + target.bytes
        header.replaceSubrange(10..<12, with: big(checksum(of: header, proto: nil)))
        return header + payload
    }

    /// - Parameter proto: that of the pseudo-header in front (RFC 9293, section 3.1; RFC 8200, section 8.1); nil for
    ///   none.
    private func checksum(of bytes: [UInt8], proto: UInt8?) -> UInt16 {
        var checksum = InternetChecksum()
        if let proto {
            checksum.addPseudoHeader(
                source: source, destination: target, nextProtocol: proto, length: bytes.count)
        }
        checksum.add(bytes)
        return checksum.value
    }
}

private func big(_ value: some FixedWidthInteger) -> [UInt8] {
    stride(from: value.bitWidth - 8, through: 0, by: -8).map { UInt8(truncatingIfNeeded: value >> $0) }
}

/// What came back, as far as a packet is an answer at all.
package struct PathAnswer: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        /// Something listens.
        case accepted
        /// The address is there, and nothing listens at the port.
        case refused
        case echo
    }

    package var kind: Kind
    /// Who says so: the virtual address, where all is well.
    package var source: IPAddress
    /// The port that was asked; 0 for an echo.
    package var sourcePort: UInt16
    /// Our port or identifier.
    package var port: UInt16
    /// The token of the question; the low 16 bits of it for an echo.
    package var token: UInt32

    /// Reads an IP packet; nil when it is no answer of this kind or not whole.
    package init?(packet: some RandomAccessCollection<UInt8>) {
        let bytes = Array(packet)
        let proto: UInt8
        let start: Int
        let isIPv4 = bytes.first.map { $0 >> 4 == 4 } ?? false
        if isIPv4 {
            guard bytes.count >= 20, case let words = Int(bytes[0] & 15), words >= 5, bytes.count >= 4 * words,
                // No fragment but the first has the header looked for.
                bytes[6] & 0x1F == 0, bytes[7] == 0, let address = IPAddress(bytes: bytes[12..<16])
            else { return nil }
            (proto, start, source) = (bytes[9], 4 * words, address)
        } else {
            guard bytes.count >= 40, bytes[0] >> 4 == 6, let address = IPAddress(bytes: bytes[8..<24]) else {
                return nil
            }
            (proto, start, source) = (bytes[6], 40, address)
        }
        func number(_ offset: Int, _ count: Int) -> UInt32 {
            bytes[(start + offset)..<(start + offset + count)].reduce(0) { $0 << 8 | UInt32($1) }
        }
        switch proto {
        case 6:
            guard bytes.count >= start + 20 else { return nil }
            let flags = bytes[start + 13]
            // A refusal acknowledges the opening too.
            guard flags & 0x10 != 0, flags & 0x06 != 0, flags & 0x06 != 0x06 else { return nil }
            kind = flags & 0x04 != 0 ? .refused : .accepted
            sourcePort = UInt16(number(0, 2))
            port = UInt16(number(2, 2))
            token = number(8, 4) &- 1
        case isIPv4 ? 1 : 58:
            guard bytes.count >= start + 8, bytes[start] == (isIPv4 ? 0 : 129) else { return nil }
            kind = .echo
            sourcePort = 0
            port = UInt16(number(4, 2))
            token = number(6, 2)
        default: return nil
        }
    }
}
