/// Cuts a stream of bytes into lines, without their ends. A line longer than the limit ends the stream.
package struct LineSplitter: Sendable {
    package struct TooLong: Error, Equatable {}

    private let limit: Int
    private var rest: [UInt8] = []

    package init(limit: Int = 1 << 20) {
        self.limit = limit
    }

    /// A line has begun and has no end yet.
    package var hasRest: Bool { !rest.isEmpty }

    package mutating func lines(from bytes: ArraySlice<UInt8>) throws(TooLong) -> [[UInt8]] {
        var lines: [[UInt8]] = []
        var start = bytes.startIndex
        while let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) {
            rest += bytes[start..<end]
            guard rest.count <= limit else { throw TooLong() }
            lines.append(rest)
            rest = []
            start = end + 1
        }
        rest += bytes[start...]
        guard rest.count <= limit else { throw TooLong() }
        return lines
    }
}
