/// The inner part of a hash function of the MD4 family: it takes blocks of 64 bytes as sixteen words.
protocol Compression: Sendable {
    /// Whether the first byte of a word is its highest.
    static var isBigEndian: Bool { get }
    init()
    mutating func compress(_ block: InlineArray<16, UInt32>)
    /// The state as words.
    var words: [UInt32] { get }
}

/// A hash function over bytes that arrive in pieces: cuts them into blocks and pads the last one.
struct Hash<Inner: Compression>: Sendable {
    private(set) var inner = Inner()
    private var block = InlineArray<16, UInt32>(repeating: 0)
    /// Bytes taken in so far.
    private var count: UInt64 = 0

    mutating func update(_ bytes: some Sequence<UInt8>) {
        for byte in bytes { append(byte) }
    }

    private mutating func append(_ byte: UInt8) {
        let place = Int(count & 63)
        let shift = Inner.isBigEndian ? 24 - 8 * (place & 3) : 8 * (place & 3)
        block[place >> 2] |= UInt32(byte) << UInt32(shift)
        count += 1
        if place == 63 {
            inner.compress(block)
            block = InlineArray(repeating: 0)
        }
    }

    /// The digest of all bytes: a one bit, zeros, and the count of bits in the last eight bytes of a block.
    consuming func finish() -> [UInt8] {
        let bits = count << 3
        append(0x80)
        while count & 63 != 56 { append(0) }
        for place in 0..<8 {
            let shift = UInt64(Inner.isBigEndian ? 56 - 8 * place : 8 * place)
            append(UInt8(truncatingIfNeeded: bits >> shift))
        }
        return inner.words.flatMap { word in
            (0..<4).map { UInt8(truncatingIfNeeded: word >> UInt32(Inner.isBigEndian ? 24 - 8 * $0 : 8 * $0)) }
        }
    }
}
