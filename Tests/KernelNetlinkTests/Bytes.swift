/// Bytes written as in a packet diagram: hex digits, spaces, and comments behind `//` to the end of the line.
func bytes(_ diagram: String) -> [UInt8] {
    var digits: [UInt8] = []
    for line in diagram.split(separator: "\n") {
        let text = line.prefix(upTo: line.firstRange(of: "//")?.lowerBound ?? line.endIndex)
        digits += text.compactMap { $0.hexDigitValue.map(UInt8.init) }
    }
    return stride(from: 0, to: digits.count - 1, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
}

/// The same the other way, for comparisons that show what differs.
func hex(_ bytes: some Sequence<UInt8>) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: " ")
}
