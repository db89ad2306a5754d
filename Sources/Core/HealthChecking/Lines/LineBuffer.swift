/// Cuts what a server says into lines, with a limit on each and on all.
struct LineBuffer: Sendable {
    enum Excess: Error {
        case line, total

        var reason: String {
            switch self {
            case .line: "a line of more than \(LineBuffer.lineLimit) bytes"
            case .total: "more than \(LineBuffer.totalLimit) bytes"
            }
        }
    }

    static let lineLimit = 8192
    static let totalLimit = 65_536

    private var pending: [UInt8] = []
    private var total = 0

    mutating func append(_ bytes: ArraySlice<UInt8>) throws(Excess) {
        total += bytes.count
        guard total <= Self.totalLimit else { throw .total }
        pending += bytes
    }

    /// The next line without its end; nil when it is not whole yet.
    mutating func next() throws(Excess) -> [UInt8]? {
        guard let end = pending.firstIndex(of: UInt8(ascii: "\n")) else {
            if pending.count > Self.lineLimit { throw .line }
            return nil
        }
        guard end <= Self.lineLimit else { throw .line }
        var line = Array(pending[..<end])
        pending.removeFirst(end + 1)
        if line.last == UInt8(ascii: "\r") { line.removeLast() }
        return line
    }
}
