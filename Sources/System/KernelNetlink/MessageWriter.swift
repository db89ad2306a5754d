internal import CNetlink
internal import VirtualServers

/// Generic netlink messages, written one behind the other into one buffer that keeps its memory
/// (`<linux/netlink.h>`, `<linux/genetlink.h>`). Numbers are in host order unless a name says otherwise.
package struct MessageWriter {
    package private(set) var bytes: [UInt8] = []
    private var messageStart = 0

    package init() {}

    package mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        messageStart = 0
    }

    /// Takes back what was written last.
    mutating func removeLast(_ count: Int) {
        bytes.removeLast(count)
    }

    /// Begins a message of a generic netlink family; `end()` completes it.
    package mutating func begin(
        family: UInt16, command: UInt8, version: UInt8 = 1, flags: UInt16, sequence: UInt32
    ) {
        messageStart = bytes.count
        put(UInt32(0))  // length, known at the end
        put(family)
        put(flags)
        put(sequence)
        put(UInt32(0))  // port: the kernel knows the sender
        bytes.append(command)
        bytes.append(version)
        put(UInt16(0))  // reserved
    }

    /// Begins a message of route netlink: a header without the generic one behind it.
    mutating func beginRoute(type: UInt16, flags: UInt16, sequence: UInt32) {
        messageStart = bytes.count
        put(UInt32(0))
        put(type)
        put(flags)
        put(sequence)
        put(UInt32(0))
    }

    package mutating func end() {
        let length = UInt32(bytes.count - messageStart)
        unsafe withUnsafeBytes(of: length) { unsafe bytes.replaceSubrange(messageStart..<messageStart + 4, with: $0) }
    }

    /// An attribute that holds the attributes which `body` writes.
    mutating func nest(_ type: Int, _ body: (inout MessageWriter) -> Void) {
        let start = bytes.count
        put(UInt16(0))  // length, known at the end
        put(UInt16(type) | UInt16(NLA_F_NESTED))
        body(&self)
        let length = UInt16(bytes.count - start)
        unsafe withUnsafeBytes(of: length) { unsafe bytes.replaceSubrange(start..<start + 2, with: $0) }
    }

    mutating func attribute(_ type: Int, _ value: some FixedWidthInteger & BitwiseCopyable) {
        header(type, length: value.bitWidth / 8)
        put(value)
        pad()
    }

    /// Two numbers of four bytes: a small structure.
    mutating func attribute(_ type: Int, words first: UInt32, _ second: UInt32) {
        header(type, length: 8)
        put(first)
        put(second)
    }

    /// A number in the first four of sixteen bytes.
    mutating func attribute(_ type: Int, paddedTo16 value: UInt32) {
        header(type, length: 16)
        put(UInt64(UInt32(littleEndian: value)).littleEndian)
        put(UInt64(0))
    }

    /// A number of two or four bytes in network order: ports, IPv4 addresses and masks.
    mutating func attribute(_ type: Int, networkOrder value: some FixedWidthInteger & BitwiseCopyable) {
        attribute(type, value.bigEndian)
    }

    /// A string with its final NUL.
    mutating func attribute(_ type: Int, _ text: String) {
        let name = WordBytes.bytes(text)
        header(type, length: name.count + 1)
        bytes.append(contentsOf: name)
        bytes.append(0)
        pad()
    }

    mutating func attribute(_ type: Int, bytes payload: [UInt8]) {
        header(type, length: payload.count)
        bytes.append(contentsOf: payload)
        pad()
    }

    private mutating func header(_ type: Int, length: Int) {
        put(UInt16(MemoryLayout<nlattr>.size + length))
        put(UInt16(type))
    }

    mutating func put(_ value: some FixedWidthInteger & BitwiseCopyable) {
        unsafe withUnsafeBytes(of: value) { unsafe bytes.append(contentsOf: $0) }
    }

    /// Attributes begin at multiples of four bytes.
    private mutating func pad() {
        while bytes.count & 3 != 0 { bytes.append(0) }
    }
}
