/// Messages on a line that keeps no boundaries, framed as HDLC does on asynchronous lines (RFC 1662 section 4): a flag
/// before and behind each, and an escape before whatever means something to the line. After noise the next flag is the
/// start of something new, so that no length that was read wrongly costs more than its own message.
package struct SerialFrames: Sendable {
    private static let flag: UInt8 = 0x7E
    private static let escape: UInt8 = 0x7D
    private static let mask: UInt8 = 0x20
    /// XON and XOFF: a line between us may take them for its own.
    private static let flowControl: [UInt8] = [0x11, 0x13]

    /// No message is longer; what is, was never one.
    static let limit = Heartbeat.Limit.message + 1024

    private var message: [UInt8] = []
    private var isEscaped = false
    /// Too long already: nothing counts until the next flag.
    private var isLost = false

    package init() {}

    package static func frame(_ message: [UInt8]) -> [UInt8] {
        var bytes: [UInt8] = [flag]
        bytes.reserveCapacity(message.count + message.count / 16 + 2)
        for byte in message {
            if byte == flag || byte == escape || flowControl.contains(byte) {
                bytes.append(escape)
                bytes.append(byte ^ mask)
            } else {
                bytes.append(byte)
            }
        }
        bytes.append(flag)
        return bytes
    }

    /// The messages that these bytes complete. Whether one is whole and whose it is, its signature says.
    package mutating func take(_ bytes: some Sequence<UInt8>) -> [[UInt8]] {
        var messages: [[UInt8]] = []
        for byte in bytes {
            switch byte {
            case Self.flag:
                if !message.isEmpty, !isLost, !isEscaped { messages.append(message) }
                reset()
            case _ where isLost: continue
            case _ where Self.flowControl.contains(byte): continue
            case Self.escape: isEscaped = true
            default:
                message.append(isEscaped ? byte ^ Self.mask : byte)
                isEscaped = false
                if message.count > Self.limit {
                    message.removeAll(keepingCapacity: true)
                    isLost = true
                }
            }
        }
        return messages
    }

    /// The line was opened anew.
    package mutating func reset() {
        message.removeAll(keepingCapacity: true)
        isEscaped = false
        isLost = false
    }
}
