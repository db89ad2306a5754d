/// An HTTP/1 answer as it arrives (RFC 9112): status line, the few headers that matter here, and the body up to a
/// limit.
///
/// It is strict about what would make a dead server look alive: an answer without a status line is none, whatever
/// HTTP/0.9 says, and a body that ends early is not a body.
package struct HTTPAnswer: Sendable {
    package enum Progress: Equatable, Sendable {
        /// The answer is not complete.
        case more
        /// The status is there and says all; the body is not worth waiting for, or is complete.
        case complete
        case failed(String)
    }

    /// All headers together, interim answers and trailers included.
    static let headLimit = 65_536
    /// The line before a chunk, with its extensions; there may be any number of them.
    static let chunkLineLimit = 8192

    private enum State {
        case head
        /// The body until this many more bytes, or until the connection ends.
        case body(remaining: Int?)
        case chunkSize
        case chunk(remaining: Int)
        case chunkEnd
        case trailer
        case complete
    }

    private let isHead: Bool
    private let bodyLimit: Int
    private var state = State.head
    /// What has arrived and is not consumed.
    private var pending: [UInt8] = []
    private var position = 0
    private var headBytes = 0
    private var bodyLength: Int?

    /// 0 until the status line of the final answer has arrived.
    package private(set) var status = 0
    package private(set) var location: String?
    package private(set) var body: [UInt8] = []
    /// The body was longer than the limit; the rest is cut.
    package private(set) var isCut = false

    /// - Parameter isHead: the request was HEAD, so no body follows whatever the headers announce.
    package init(isHead: Bool, bodyLimit: Int) {
        self.isHead = isHead
        self.bodyLimit = bodyLimit
    }

    /// The head of the final answer has been read.
    package var hasHead: Bool {
        if case .head = state { return false }
        return true
    }

    package var hasBegun: Bool { status != 0 || !pending.isEmpty }

    /// A redirect that names where to go.
    package var isRedirect: Bool {
        [301, 302, 303, 307, 308].contains(status) && location != nil
    }

    package mutating func receive(_ bytes: ArraySlice<UInt8>) -> Progress {
        pending.append(contentsOf: bytes)
        defer {
            if position == pending.count {
                pending.removeAll(keepingCapacity: true)
            } else {
                pending.removeFirst(position)
            }
            position = 0
        }
        do throws(Malformed) {
            while try step() {}
        } catch {
            return .failed(error.reason)
        }
        if case .complete = state { return .complete }
        return .more
    }

    /// The connection has ended.
    package mutating func end() -> Progress {
        switch state {
        // Behind the last chunk the body is whole, whatever was to follow.
        case .complete, .body(remaining: nil), .trailer: return .complete
        case .head where pending.isEmpty && headBytes == 0: return .failed("connection closed without an answer")
        case .head: return .failed("connection closed in the middle of the headers")
        case .body(let remaining?):
            let length = bodyLength ?? 0
            return .failed("connection closed after \(length - remaining) of \(length) bytes of the body")
        case .chunkSize, .chunk, .chunkEnd: return .failed("connection closed in the middle of the body")
        }
    }

    struct Malformed: Error {
        var reason: String
    }

    /// One step from what is pending; false when there is nothing more to do with it.
    private mutating func step() throws(Malformed) -> Bool {
        switch state {
        case .complete:
            position = pending.count
            return false
        case .head:
            return try readHead()
        case .body(let remaining):
            let taken = takeBody(remaining)
            if let remaining, case .body = state {
                state = taken == remaining ? .complete : .body(remaining: remaining - taken)
            }
            return false
        case .chunkSize:
            guard let line = try takeChunkLine() else { return false }
            let size = try Self.chunkSize(pending[line])
            state = size == 0 ? .trailer : .chunk(remaining: size)
        case .chunk(let remaining):
            let taken = takeBody(remaining)
            guard case .chunk = state else { return false }
            state = taken == remaining ? .chunkEnd : .chunk(remaining: remaining - taken)
            return taken == remaining
        case .chunkEnd:
            guard let line = try takeChunkLine() else { return false }
            guard line.isEmpty else { throw Malformed(reason: "malformed chunk in the answer") }
            state = .chunkSize
        case .trailer:
            guard let line = try takeHeadLine() else { return false }
            if line.isEmpty { state = .complete }
        }
        return true
    }

    /// Moves what is there, at most `most` bytes, into the body; the limit ends the answer.
    private mutating func takeBody(_ most: Int?) -> Int {
        let count = min(most ?? .max, pending.count - position)
        let room = bodyLimit - body.count
        body.append(contentsOf: pending[position..<position + min(count, room)])
        position += count
        if count > room {
            isCut = true
            state = .complete
        }
        return count
    }

    private mutating func takeHeadLine() throws(Malformed) -> Range<Int>? {
        let start = position
        let line = try takeLine(limit: Self.headLimit - headBytes, "headers longer than 64 KiB")
        headBytes += position - start
        return line
    }

    private mutating func takeChunkLine() throws(Malformed) -> Range<Int>? {
        try takeLine(limit: Self.chunkLineLimit, "malformed chunk in the answer")
    }

    /// Where the next line is in `pending`, without its end; nil when its end has not arrived. A place and no slice:
    /// each would hold on to the bytes while they are consumed.
    private mutating func takeLine(limit: Int, _ excess: String) throws(Malformed) -> Range<Int>? {
        let start = position
        let end = firstIndex(of: UInt8(ascii: "\n"), in: start..<pending.count)
        guard (end.map { $0 + 1 } ?? pending.count) - start <= limit else { throw Malformed(reason: excess) }
        guard let end else { return nil }
        position = end + 1
        return start..<(end > start && pending[end - 1] == UInt8(ascii: "\r") ? end - 1 : end)
    }

    private func firstIndex(of byte: UInt8, in range: Range<Int>) -> Int? {
        var index = range.lowerBound
        while index < range.upperBound {
            if pending[index] == byte { return index }
            index += 1
        }
        return nil
    }

    private var framing = Framing()

    private struct Framing {
        var seesStatus = false
        var length: Int?
        /// There was a length that cannot be read, which does not matter to a body in chunks.
        var isLengthBad = false
        var isChunked = false
    }

    /// One line of the head.
    private mutating func readHead() throws(Malformed) -> Bool {
        if !framing.seesStatus { try refuseOtherProtocols() }
        guard let line = try takeHeadLine() else { return false }
        if !framing.seesStatus {
            status = try readStatus(line)
            framing.seesStatus = true
        } else if !line.isEmpty {
            if !pending[line.lowerBound].isBlank { try readHeader(line) }
        } else if status < 200 {
            // An interim answer (100 Continue, 103 Early Hints): the final one follows.
            framing = Framing()
            status = 0
        } else {
            guard framing.isChunked || !framing.isLengthBad else {
                throw Malformed(reason: "malformed Content-Length in the answer")
            }
            bodyLength = framing.length
            if isHead || status == 204 || status == 304 {
                state = .complete
            } else if framing.isChunked {
                state = .chunkSize
            } else {
                state = framing.length == 0 ? .complete : .body(remaining: framing.length)
            }
        }
        return true
    }

    /// Another protocol's greeting may never end its line; its first bytes tell already.
    private func refuseOtherProtocols() throws(Malformed) {
        guard pending[position...].starts(with: "HTTP/".utf8.prefix(pending.count - position)) else {
            throw Malformed(reason: "not an HTTP answer")
        }
    }

    /// Not for a line that begins with a blank: it goes on with the header above it (RFC 9112, section 5.2), and none
    /// that matters is ever so long.
    private mutating func readHeader(_ line: Range<Int>) throws(Malformed) {
        // A line without a colon is no header; clients pass over it, and so does ldirectord's.
        guard let colon = firstIndex(of: UInt8(ascii: ":"), in: line) else { return }
        let name = line.lowerBound..<colon
        // Only three headers matter; the length tells most others apart without a look at the letters.
        switch name.count {
        case 8 where pending[name].equals("location"):
            location = String(decoding: pending[(colon + 1)..<line.upperBound].trimmed, as: UTF8.self)
        case 14 where pending[name].equals("content-length"):
            // A list of equal lengths is one length (RFC 9112, section 6.3).
            let list = pending[(colon + 1)..<line.upperBound]
            for part in list.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false) {
                let length = Self.length(part.trimmed)
                if length == nil || framing.length ?? length != length { framing.isLengthBad = true }
                framing.length = length
            }
        case 17 where pending[name].equals("transfer-encoding"):
            let value = pending[(colon + 1)..<line.upperBound].trimmed
            if value.equals("chunked") {
                framing.isChunked = true
            } else if !value.equals("identity") {
                // The name ends up in a log, so only what is printed as it is may stand in it.
                let name = String(decoding: value.prefix(40).filter { (0x20...0x7E).contains($0) }, as: UTF8.self)
                throw Malformed(reason: "transfer encoding '\(name)' is not understood")
            }
        default:
            break
        }
    }

    /// `HTTP/1.1 200 OK`; the words behind the number are free.
    private func readStatus(_ line: Range<Int>) throws(Malformed) -> Int {
        let start = line.lowerBound
        let digits = 48...57 as ClosedRange<UInt8>
        guard line.count >= 12, digits.contains(pending[start + 5]), pending[start + 6] == UInt8(ascii: "."),
            digits.contains(pending[start + 7]), pending[start + 8] == UInt8(ascii: " "),
            (49...53).contains(pending[start + 9]), digits.contains(pending[start + 10]),
            digits.contains(pending[start + 11]), line.count == 12 || pending[start + 12] == UInt8(ascii: " ")
        else { throw Malformed(reason: "not an HTTP answer") }
        return (start + 9...start + 11).reduce(0) { $0 * 10 + Int(pending[$1] - 48) }
    }

    private static func length(_ digits: ArraySlice<UInt8>) -> Int? {
        digits.allSatisfy { (48...57).contains($0) } ? Int(String(decoding: digits, as: UTF8.self)) : nil
    }

    /// Hexadecimal digits, then perhaps blanks or an extension, which is passed over.
    private static func chunkSize(_ line: ArraySlice<UInt8>) throws(Malformed) -> Int {
        let text = line.prefix { $0 != UInt8(ascii: ";") && !$0.isBlank }
        guard text.first != UInt8(ascii: "+"), text.first != UInt8(ascii: "-"),
            let size = Int(String(decoding: text, as: UTF8.self), radix: 16)
        else { throw Malformed(reason: "malformed chunk in the answer") }
        return size
    }
}

extension ArraySlice<UInt8> {
    /// Without blanks and tabs at both ends.
    fileprivate var trimmed: ArraySlice<UInt8> {
        let front = drop { $0.isBlank }
        return front.prefix((front.lastIndex { !$0.isBlank }.map { $0 + 1 } ?? front.startIndex) - front.startIndex)
    }

    /// Equality with a lower-case word whatever the case of the bytes.
    fileprivate func equals(_ word: StaticString) -> Bool {
        count == word.utf8CodeUnitCount
            && elementsEqual(word.description.utf8) { byte, letter in
                (65...90).contains(byte) ? byte | 0x20 == letter : byte == letter
            }
    }
}

extension UInt8 {
    fileprivate var isBlank: Bool { self == UInt8(ascii: " ") || self == UInt8(ascii: "\t") }
}
