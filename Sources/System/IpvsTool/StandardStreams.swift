internal import Glibc
internal import VirtualServers

/// Standard output and error. Output is collected and leaves in one write, errors go out at once.
struct StandardStreams {
    private var pending: [UInt8] = []
    /// More than this does not wait for the end.
    private static let limit = 64 << 10

    mutating func write(_ bytes: [UInt8]) {
        pending += bytes
        if pending.count > Self.limit { flush() }
    }

    mutating func flush() {
        if !pending.isEmpty { Self.send(pending, to: STDOUT_FILENO) }
        pending.removeAll(keepingCapacity: true)
    }

    /// One line, with its end added.
    func complain(_ line: String) {
        Self.send(WordBytes.bytes(line + "\n"), to: STDERR_FILENO)
    }

    /// A reader that has gone is no reason to change the exit status: ipvsadm's does not tell it either.
    private static func send(_ bytes: [UInt8], to descriptor: Int32) {
        var sent = 0
        while sent < bytes.count {
            let count = unsafe bytes[sent...].withUnsafeBytes {
                unsafe Glibc.write(descriptor, $0.baseAddress, $0.count)
            }
            if count < 0 {
                if errno == EINTR { continue }
                return
            }
            sent += count
        }
    }
}
