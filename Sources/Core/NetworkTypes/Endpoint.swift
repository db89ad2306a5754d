/// A transport address: `192.0.2.1:80` or `[2001:db8::1]:80`. Port 0 stands for "any" or "the service's" where IPVS
/// allows it.
package struct Endpoint: Hashable, Comparable, Sendable {
    package var address: IPAddress
    package var port: UInt16

    package init(_ address: IPAddress, _ port: UInt16) {
        self.address = address
        self.port = port
    }

    package var family: IPAddress.Family { address.family }

    package static func < (left: Self, right: Self) -> Bool {
        left.address == right.address ? left.port < right.port : left.address < right.address
    }
}

extension Endpoint: LosslessStringConvertible {
    /// Parses `a.b.c.d:port` or `[v6]:port`; the port is decimal, 0 to 65535.
    package init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":") else { return nil }
        var host = text[..<colon]
        let digits = text[text.index(after: colon)...]
        let bracketed = host.first == "[" && host.last == "]"
        if bracketed { host = host.dropFirst().dropLast() }
        guard let address = IPAddress(host), (address.family == .ipv6) == bracketed,
            digits.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
            let port = UInt16(digits)
        else { return nil }
        self.init(address, port)
    }

    package var description: String {
        "\(address.bracketed):\(port)"
    }
}
