import NetworkTypes

/// Text under construction, in columns padded with blanks as C's `printf` pads them. A table has tens of thousands of
/// numbers and addresses: each is written digit by digit into memory that is there already, and the memory is kept from
/// one service to the next.
struct TextColumns {
    /// Longer than the text, mostly.
    private var memory: [UInt8] = []
    /// How much has been written.
    private(set) var count = 0

    var bytes: [UInt8] { Array(memory[..<count]) }

    mutating func take() -> [UInt8] {
        defer { count = 0 }
        return bytes
    }

    mutating func append(_ text: String) {
        if WordBytes.mayHaveForeign(text) { write(WordBytes.bytes(text)) } else { write(text.utf8) }
    }

    private mutating func write(_ text: some Collection<UInt8>) {
        makeRoom(for: text.count)
        var position = count
        var span = memory.mutableSpan
        for byte in text {
            span[position] = byte
            position += 1
        }
        count = position
    }

    mutating func append(_ text: String, left width: Int) {
        let start = count
        append(text)
        pad(width - (count - start))
    }

    mutating func append(_ number: some FixedWidthInteger) {
        if number < 0 { append(UInt8(ascii: "-"), times: 1) }
        let value = UInt64(number.magnitude)
        makeRoom(for: Self.longestNumber)
        var position = count
        var span = memory.mutableSpan
        Self.write(value, to: &span, at: &position)
        count = position
    }

    mutating func append(_ number: some FixedWidthInteger, left width: Int) {
        let start = count
        append(number)
        pad(width - (count - start))
    }

    mutating func append(_ number: UInt64, right width: Int) {
        pad(width - Self.digits(of: number))
        append(number)
    }

    mutating func append(_ endpoint: Endpoint) {
        guard let value = endpoint.address.ipv4 else { return append(endpoint.description) }
        makeRoom(for: 5 * Self.longestNumber)
        var position = count
        var span = memory.mutableSpan
        var shift: UInt32 = 32
        while shift > 0 {
            shift -= 8
            Self.write(UInt64(value >> shift & 0xFF), to: &span, at: &position)
            span[position] = shift == 0 ? UInt8(ascii: ":") : UInt8(ascii: ".")
            position += 1
        }
        Self.write(UInt64(endpoint.port), to: &span, at: &position)
        count = position
    }

    /// Blanks up to a column of the line that began at `start`.
    mutating func pad(to width: Int, from start: Int) {
        pad(width - (count - start))
    }

    mutating func blank() { append(UInt8(ascii: " "), times: 1) }

    mutating func endLine() { append(UInt8(ascii: "\n"), times: 1) }

    private mutating func pad(_ width: Int) {
        if width > 0 { append(UInt8(ascii: " "), times: width) }
    }

    private mutating func append(_ byte: UInt8, times: Int) {
        makeRoom(for: times)
        let room = count..<count + times
        var span = memory.mutableSpan
        for position in room { span[position] = byte }
        count = room.upperBound
    }

    /// Digits of the largest number.
    private static let longestNumber = 20

    private static func digits(of value: UInt64) -> Int {
        var digits = 1
        var limit: UInt64 = 10
        while digits < longestNumber, value >= limit {
            digits += 1
            limit &*= 10
        }
        return digits
    }

    private static func write(_ value: UInt64, to span: inout MutableSpan<UInt8>, at position: inout Int) {
        let start = position
        position += digits(of: value)
        var rest = value
        var index = position
        while index > start {
            index -= 1
            span[index] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        }
    }

    private mutating func makeRoom(for more: Int) {
        guard memory.count - count < more else { return }
        memory.append(contentsOf: repeatElement(0, count: max(more, memory.count, 512)))
    }
}
