import NetworkTypes

/// Text under construction, in columns padded with blanks as C's `printf` pads them. Numbers and IPv4 addresses are
/// written digit by digit: a table has tens of thousands of them, and strings for each would take most of the time.
struct TextColumns {
    private(set) var bytes: [UInt8] = []

    mutating func take() -> [UInt8] {
        defer { bytes = [] }
        return bytes
    }

    mutating func append(_ text: String) {
        bytes.append(contentsOf: text.utf8)
    }

    mutating func append(_ text: String, left width: Int) {
        append(text)
        pad(width - text.utf8.count)
    }

    mutating func append(_ number: some FixedWidthInteger) {
        if number < 0 { bytes.append(UInt8(ascii: "-")) }
        let value = UInt64(number.magnitude)
        var divisor: UInt64 = 1
        while value / divisor >= 10 { divisor *= 10 }
        while divisor > 0 {
            bytes.append(UInt8(ascii: "0") + UInt8(value / divisor % 10))
            divisor /= 10
        }
    }

    mutating func append(_ number: some FixedWidthInteger, left width: Int) {
        let start = bytes.count
        append(number)
        pad(width - (bytes.count - start))
    }

    mutating func append(_ number: UInt64, right width: Int) {
        var digits = 1
        var rest = number
        while rest >= 10 {
            rest /= 10
            digits += 1
        }
        pad(width - digits)
        append(number)
    }

    mutating func append(_ endpoint: Endpoint) {
        guard let value = endpoint.address.ipv4 else { return append(endpoint.description) }
        for shift: UInt32 in [24, 16, 8, 0] {
            append(value >> shift & 0xFF)
            bytes.append(shift == 0 ? UInt8(ascii: ":") : UInt8(ascii: "."))
        }
        append(endpoint.port)
    }

    /// Blanks up to a column of the line that began at `start`.
    mutating func pad(to width: Int, from start: Int) {
        pad(width - (bytes.count - start))
    }

    mutating func endLine() {
        bytes.append(UInt8(ascii: "\n"))
    }

    private mutating func pad(_ count: Int) {
        if count > 0 { bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: count)) }
    }
}

extension String {
    /// At most the first `count` bytes.
    func cut(to count: Int) -> String {
        utf8.count <= count ? self : String(decoding: utf8.prefix(count), as: UTF8.self)
    }
}
