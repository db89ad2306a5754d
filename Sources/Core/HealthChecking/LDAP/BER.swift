/// The few of ASN.1's basic encoding rules (X.690) that LDAP uses: definite lengths and tags of one byte.
enum BER {
    enum Tag {
        static let boolean: UInt8 = 0x01
        static let integer: UInt8 = 0x02
        static let octets: UInt8 = 0x04
        static let enumerated: UInt8 = 0x0A
        static let sequence: UInt8 = 0x30
    }

    enum Problem: Error, Equatable {
        /// The element is not whole; more may follow.
        case truncated
        /// No element, or one longer than anybody should send.
        case malformed
    }

    struct Element: Equatable {
        var tag: UInt8
        var content: ArraySlice<UInt8>
    }

    /// Larger answers than this are not read.
    static let lengthLimit = 65_536

    static func element(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] {
        var length: [UInt8] = []
        if content.count < 0x80 {
            length = [UInt8(content.count)]
        } else {
            var rest = content.count
            while rest > 0 {
                length.insert(UInt8(rest & 0xFF), at: 0)
                rest >>= 8
            }
            length.insert(0x80 | UInt8(length.count), at: 0)
        }
        return [tag] + length + content
    }

    static func element(_ tag: UInt8, _ text: String) -> [UInt8] { element(tag, Array(text.utf8)) }

    /// A number from 0 to 127.
    static func element(_ tag: UInt8, small number: UInt8) -> [UInt8] { element(tag, [number & 0x7F]) }

    /// Takes the first element off the bytes.
    static func next(_ bytes: inout ArraySlice<UInt8>) throws(Problem) -> Element {
        var rest = bytes
        guard let tag = rest.popFirst() else { throw .truncated }
        // Tags of several bytes do not occur.
        guard tag & 0x1F != 0x1F else { throw .malformed }
        guard let first = rest.popFirst() else { throw .truncated }
        var length = Int(first)
        if first >= 0x80 {
            let count = Int(first & 0x7F)
            guard (1...4).contains(count) else { throw .malformed }
            guard rest.count >= count else { throw .truncated }
            length = rest.prefix(count).reduce(0) { $0 << 8 | Int($1) }
            rest = rest.dropFirst(count)
        }
        guard length <= lengthLimit else { throw .malformed }
        guard rest.count >= length else { throw .truncated }
        bytes = rest.dropFirst(length)
        return Element(tag: tag, content: rest.prefix(length))
    }

    /// A whole number of at most four bytes.
    static func number(_ element: Element) -> Int? {
        guard (1...4).contains(element.content.count), let first = element.content.first else { return nil }
        return element.content.dropFirst().reduce(Int(Int8(bitPattern: first))) { $0 << 8 | Int($1) }
    }
}
