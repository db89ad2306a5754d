/// How a protocol announces the length of its messages.
protocol MessageHeader {
    static var size: Int { get }
    /// The header and how many bytes follow it; nil when it cannot be one.
    static func read(_ bytes: ArraySlice<UInt8>) -> (tag: UInt8, length: Int)?
}

/// Cuts what a server sends into messages. Of a long one the beginning is kept and the rest is counted only: the rows
/// of a query may be as large as they like.
struct ServerMessages<Header: MessageHeader> {
    struct Message {
        var tag: UInt8
        /// The body, cut after `Self.kept` bytes.
        var body: [UInt8]
        var length: Int

        var isCut: Bool { body.count < length }
    }

    enum Next {
        case message(Message)
        case more
        /// No message begins like this.
        case garbage
    }

    static var kept: Int { 16_384 }

    private var pending: [UInt8] = []
    private var start = 0
    /// A message whose header is read, and how much of its body is taken in.
    private var open: Message?
    private var taken = 0

    /// The header of a message whose body is not there yet.
    var opening: (tag: UInt8, length: Int)? { open.map { ($0.tag, $0.length) } }

    /// Nothing has arrived beyond the messages that were taken.
    var isEmpty: Bool { open == nil && start == pending.count }

    mutating func append(_ bytes: ArraySlice<UInt8>) {
        if start > 0 {
            pending.removeFirst(start)
            start = 0
        }
        pending += bytes
        skim()
    }

    mutating func next() -> Next {
        if open == nil {
            guard pending.count - start >= Header.size else { return .more }
            guard let (tag, length) = Header.read(pending[start..<start + Header.size]) else { return .garbage }
            start += Header.size
            open = Message(tag: tag, body: [], length: length)
            taken = 0
        }
        skim()
        guard let message = open, taken == message.length else { return .more }
        open = nil
        return .message(message)
    }

    private mutating func skim() {
        guard let length = open?.length else { return }
        let count = min(length - taken, pending.count - start)
        let kept = max(0, min(count, Self.kept - taken))
        if kept > 0 { open?.body += pending[start..<start + kept] }
        start += count
        taken += count
    }
}
