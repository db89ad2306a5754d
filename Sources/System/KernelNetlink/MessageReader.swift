internal import CNetlink

/// Bytes that are no netlink message of the kind expected.
package struct MalformedMessage: Error, Hashable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) {
        self.description = description
    }
}

/// One netlink message in a datagram: its header's fields and where its payload lies.
package struct MessageHeader: Hashable, Sendable {
    package let type: UInt16
    package let flags: UInt16
    package let sequence: UInt32
    package let payload: Range<Int>

    package var isError: Bool { type == UInt16(NLMSG_ERROR) }
    package var isDone: Bool { type == UInt16(NLMSG_DONE) }
    /// The table changed while it was dumped: entries may be missing or doubled.
    package var isInterrupted: Bool { flags & UInt16(NLM_F_DUMP_INTR) != 0 }
}

/// Walks the messages of a datagram.
package struct MessageReader {
    private var offset = 0

    package init() {}

    package mutating func next(in bytes: RawSpan) throws(MalformedMessage) -> MessageHeader? {
        let size = MemoryLayout<nlmsghdr>.size
        guard offset < bytes.byteCount else { return nil }
        guard bytes.byteCount - offset >= size else { throw MalformedMessage("a message header is cut short") }
        let length = Int(bytes.number(at: offset, as: UInt32.self))
        guard length >= size, length <= bytes.byteCount - offset else {
            throw MalformedMessage("a message says it has \(length) of \(bytes.byteCount - offset) bytes")
        }
        let header = MessageHeader(
            type: bytes.number(at: offset + 4, as: UInt16.self),
            flags: bytes.number(at: offset + 6, as: UInt16.self),
            sequence: bytes.number(at: offset + 8, as: UInt32.self),
            payload: offset + size..<offset + length)
        offset += (length + 3) & ~3
        return header
    }
}

/// One attribute of a message: its type without the flag bits, and where its payload lies.
struct Attribute {
    let type: Int
    let payload: Range<Int>
}

/// Walks the attributes in a part of a datagram.
struct AttributeReader {
    private var offset: Int
    private let end: Int

    init(_ range: Range<Int>) {
        offset = range.lowerBound
        end = range.upperBound
    }

    /// The attributes behind the generic netlink header of a message.
    init(_ message: MessageHeader) throws(MalformedMessage) {
        let size = MemoryLayout<genlmsghdr>.size
        guard message.payload.count >= size else { throw MalformedMessage("a generic netlink header is cut short") }
        self.init(message.payload.dropFirst(size))
    }

    mutating func next(in bytes: RawSpan) throws(MalformedMessage) -> Attribute? {
        let size = MemoryLayout<nlattr>.size
        guard offset < end else { return nil }
        guard end - offset >= size, end <= bytes.byteCount else {
            throw MalformedMessage("an attribute header is cut short")
        }
        let length = Int(bytes.number(at: offset, as: UInt16.self))
        guard length >= size, length <= end - offset else {
            throw MalformedMessage("an attribute says it has \(length) of \(end - offset) bytes")
        }
        let type = Int(bytes.number(at: offset + 2, as: UInt16.self)) & ~(Int(NLA_F_NESTED) | Int(NLA_F_NET_BYTEORDER))
        let payload = offset + size..<offset + length
        offset += (length + 3) & ~3
        return Attribute(type: type, payload: payload)
    }
}

extension RawSpan {
    /// A number in host order; the caller has seen that the bytes are there (the load checks the bounds once more).
    func number<Number: FixedWidthInteger & BitwiseCopyable>(at offset: Int, as: Number.Type) -> Number {
        unsafe unsafeLoadUnaligned(fromByteOffset: offset, as: Number.self)
    }

    /// The number that is an attribute's whole payload.
    func number<Number: FixedWidthInteger & BitwiseCopyable>(
        _ attribute: Attribute, as: Number.Type = Number.self
    ) throws(MalformedMessage) -> Number {
        guard attribute.payload.count >= MemoryLayout<Number>.size else {
            throw MalformedMessage("attribute \(attribute.type) is shorter than its number")
        }
        return number(at: attribute.payload.lowerBound, as: Number.self)
    }

    /// A string up to its NUL or the payload's end.
    func text(_ attribute: Attribute) -> String {
        var length = 0
        while length < attribute.payload.count, number(at: attribute.payload.lowerBound + length, as: UInt8.self) != 0 {
            length += 1
        }
        let start = attribute.payload.lowerBound
        return unsafe withUnsafeBytes { whole in
            unsafe String(decoding: whole[start..<start + length], as: UTF8.self)
        }
    }
}
