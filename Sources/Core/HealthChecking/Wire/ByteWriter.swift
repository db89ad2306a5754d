internal import TimeTypes

/// Collects the fields of one frame.
struct ByteWriter {
    private var bytes: [UInt8] = []

    init(type: UInt8) {
        // Most frames are results, which fit without growing.
        bytes.reserveCapacity(64)
        // The length, which `frame()` fills in.
        for _ in 0..<4 { bytes.append(0) }
        bytes.append(type)
    }

    mutating func write(_ value: some FixedWidthInteger) {
        var shift = value.bitWidth
        while shift > 0 {
            shift -= 8
            bytes.append(UInt8(truncatingIfNeeded: value >> shift))
        }
    }

    mutating func write(raw value: [UInt8]) {
        bytes += value
    }

    mutating func write(_ text: String) throws(WireProblem) {
        let utf8 = text.utf8
        guard let length = UInt16(exactly: utf8.count) else { throw .frameTooLarge(bytes.count - 4 + 2 + utf8.count) }
        write(length)
        bytes += utf8
    }

    /// A duration in nanoseconds; negative ones do not occur and are sent as 0.
    mutating func write(_ span: Duration) {
        write(UInt64(max(0, span.nanoseconds)))
    }

    mutating func frame() throws(WireProblem) -> [UInt8] {
        let count = bytes.count - 4
        guard count <= Wire.frameLimit else { throw .frameTooLarge(count) }
        for index in 0..<4 { bytes[index] = UInt8(truncatingIfNeeded: count >> (24 - 8 * index)) }
        return bytes
    }
}
