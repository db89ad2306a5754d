/// A key as the dashboard knows it.
package enum Key: Hashable, Sendable {
    case character(Unicode.Scalar)
    /// With a letter from `a` to `z`.
    case control(Unicode.Scalar)
    case up, down, left, right
    case pageUp, pageDown, home, end
    case enter, escape, backspace, tab
}

/// Cuts what a terminal sends into keys (ECMA-48 sequences, xterm's and the Linux console's keys).
package struct KeyDecoder: Sendable {
    private var rest: [UInt8] = []

    package init() {}

    /// A sequence has begun and may go on. When nothing follows for a moment, it was the escape key: `flush()`.
    package var isWaiting: Bool { !rest.isEmpty }

    package mutating func keys(from bytes: some Sequence<UInt8>) -> [Key] {
        rest += bytes
        var keys: [Key] = []
        var position = 0
        while position < rest.count, let (key, length) = key(at: position) {
            if let key { keys.append(key) }
            position += length
        }
        rest.removeFirst(min(position, rest.count))
        // Nothing that a key sends is longer.
        if rest.count > 32 { rest = [] }
        return keys
    }

    package mutating func flush() -> [Key] {
        defer { rest = [] }
        return rest.first == 0x1B ? [.escape] : []
    }

    /// The key that starts here and its length; a nil key is to be passed over, nil says that more must come.
    private func key(at start: Int) -> (Key?, Int)? {
        let byte = rest[start]
        switch byte {
        case 0x1B: return sequence(at: start)
        case 0x0D, 0x0A: return (.enter, 1)
        case 0x09: return (.tab, 1)
        case 0x7F, 0x08: return (.backspace, 1)
        case 1...26: return (.control(Unicode.Scalar(byte + 0x60)), 1)
        case 0x20..<0x7F: return (.character(Unicode.Scalar(byte)), 1)
        case 0xC2..<0xF5: return character(at: start)
        default: return (nil, 1)
        }
    }

    private func character(at start: Int) -> (Key?, Int)? {
        let length = rest[start] < 0xE0 ? 2 : rest[start] < 0xF0 ? 3 : 4
        guard start + length <= rest.count else { return nil }
        guard let text = String(validating: rest[start..<start + length], as: UTF8.self),
            let scalar = text.unicodeScalars.first, CharacterWidth.columns(scalar) ?? 0 > 0
        else { return (nil, 1) }
        return (.character(scalar), length)
    }

    private func sequence(at start: Int) -> (Key?, Int)? {
        guard start + 1 < rest.count else { return nil }
        switch rest[start + 1] {
        case UInt8(ascii: "["): return controlSequence(at: start)
        case UInt8(ascii: "O"):
            guard start + 2 < rest.count else { return nil }
            return (Self.key(final: rest[start + 2], number: nil), 3)
        // Escape and the next key, pressed quickly.
        default: return (.escape, 1)
        }
    }

    /// `ESC [`, parameters, a final byte.
    private func controlSequence(at start: Int) -> (Key?, Int)? {
        var end = start + 2
        while end < rest.count, (0x20..<0x40).contains(rest[end]) { end += 1 }
        guard end < rest.count else { return nil }
        let digits = rest[start + 2..<end].prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        return (Self.key(final: rest[end], number: Int(String(decoding: digits, as: UTF8.self))), end - start + 1)
    }

    private static func key(final: UInt8, number: Int?) -> Key? {
        switch final {
        case UInt8(ascii: "A"): return .up
        case UInt8(ascii: "B"): return .down
        case UInt8(ascii: "C"): return .right
        case UInt8(ascii: "D"): return .left
        case UInt8(ascii: "H"): return .home
        case UInt8(ascii: "F"): return .end
        case UInt8(ascii: "M"): return .enter
        case UInt8(ascii: "~"):
            switch number {
            case 1, 7: return .home
            case 4, 8: return .end
            case 5: return .pageUp
            case 6: return .pageDown
            default: return nil
            }
        default: return nil
        }
    }
}
