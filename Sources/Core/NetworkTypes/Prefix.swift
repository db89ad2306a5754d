/// A network: an address and the number of leading bits that count, `192.0.2.0/24`. Bits behind the length are kept,
/// since an interface's address is written the same way (`192.0.2.10/24`).
package struct Prefix: Hashable, Sendable {
    package let address: IPAddress
    /// 0 to 32 or 0 to 128.
    package let length: Int

    /// Nil when the length does not fit the family.
    package init?(_ address: IPAddress, length: Int) {
        guard (0...address.family.bits).contains(length) else { return nil }
        self.address = address
        self.length = length
    }

    package func contains(_ other: IPAddress) -> Bool {
        other.family == address.family && other.masked(to: length) == address.masked(to: length)
    }
}

extension Prefix: LosslessStringConvertible {
    /// Parses `ADDRESS/LENGTH`; without a length the whole address counts.
    package init?(_ text: String) {
        guard let slash = text.firstIndex(of: "/") else {
            guard let address = IPAddress(text) else { return nil }
            self.init(address, length: address.family.bits)
            return
        }
        let digits = text[text.index(after: slash)...]
        guard let address = IPAddress(text[..<slash]), digits.utf8.allSatisfy({ (48...57).contains($0) }),
            let length = Int(digits)
        else { return nil }
        self.init(address, length: length)
    }

    package var description: String { "\(address)/\(length)" }
}
