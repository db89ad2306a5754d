import Glibc

/// Standard output and error, for usage texts and errors of the command line. Whole texts, written before going on.
package enum StandardStream: Int32, Sendable {
    case output = 1
    case error = 2

    /// Writes everything; false when the stream is closed or full for good.
    @discardableResult
    package func write(_ text: String) -> Bool {
        write(Array(text.utf8))
    }

    @discardableResult
    package func write(_ bytes: [UInt8]) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(rawValue, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }
}
