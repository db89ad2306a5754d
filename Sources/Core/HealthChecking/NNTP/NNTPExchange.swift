/// The greeting of a news server (RFC 3977, section 5.1): a line with a status of 2xx.
package struct NNTPExchange: Exchange {
    private static let lineLimit = 1024

    private var line: [UInt8] = []

    package init() {}

    package var awaited: String { "greeting" }

    package mutating func open() -> ExchangeStep { .more }

    package mutating func receive(_ bytes: ArraySlice<UInt8>) -> ExchangeStep {
        line += bytes.prefix(Self.lineLimit - line.count)
        guard let end = line.firstIndex(of: UInt8(ascii: "\n")) else {
            if line.count < Self.lineLimit, Self.mayBeStatus(line) { return .more }
            return .failed("no NNTP greeting: '\(ServerText.shown(line))'")
        }
        let greeting = line[..<end]
        guard greeting.count >= 3, Self.mayBeStatus(line) else {
            return .failed("no NNTP greeting: '\(ServerText.shown(greeting))'")
        }
        let shown = ServerText.shown(greeting)
        let farewell = Array("QUIT\r\n".utf8)
        if greeting.first == UInt8(ascii: "2") {
            return .passed("NNTP \(shown.prefix(3))", farewell: farewell)
        }
        return .failed("NNTP greeting: \(shown)", farewell: farewell)
    }

    /// Three digits, then a blank or the end of the line.
    private static func mayBeStatus(_ line: [UInt8]) -> Bool {
        let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
        guard line.prefix(3).allSatisfy(digits.contains) else { return false }
        return line.count < 4 || [UInt8(ascii: " "), UInt8(ascii: "\r"), UInt8(ascii: "\n")].contains(line[3])
    }
}
