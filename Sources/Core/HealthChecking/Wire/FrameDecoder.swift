/// Cuts a stream of bytes into messages. It holds at most one unfinished frame; after an error the stream has no
/// boundaries any more, so that every later call throws the same error and the connection has to be closed.
package struct FrameDecoder<Message: WireMessage>: Sendable {
    private var pending: [UInt8] = []
    private var failure: WireProblem?

    package init() {}

    /// The messages that `bytes` complete, in order. Messages in front of a broken one are lost with the connection.
    package mutating func messages(from bytes: some Sequence<UInt8>) throws(WireProblem) -> [Message] {
        if let failure { throw failure }
        pending.append(contentsOf: bytes)
        do {
            return try takeMessages()
        } catch {
            failure = error
            pending = []
            throw error
        }
    }

    private mutating func takeMessages() throws(WireProblem) -> [Message] {
        var messages: [Message] = []
        var start = 0
        while pending.count - start >= 4 {
            let length = pending[start..<start + 4].reduce(0) { $0 << 8 | Int($1) }
            guard length <= Wire.frameLimit else { throw .frameTooLarge(length) }
            let end = start + 4 + length
            guard pending.count >= end else { break }
            messages.append(try Message(payload: pending[start + 4..<end]))
            start = end
        }
        pending.removeFirst(start)
        return messages
    }
}
