import NetworkTypes
import Testing
import TimeTypes

@testable import VirtualRouting

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

func address(_ text: String) throws -> IPAddress {
    try #require(IPAddress(text))
}

/// Numbers that look random and are the same in every run.
struct SeededNumbers: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}
