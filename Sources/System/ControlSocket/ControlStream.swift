internal import CLinux
import Glibc

/// A connection for subscriptions: it is never waited for. Its owner looks when the descriptor is readable.
package struct ControlStream: ~Copyable {
    /// For `poll`.
    package let descriptor: Int32
    private let path: String
    private var splitter: LineSplitter

    /// - Parameter lineLimit: bytes; a snapshot of ten thousand real servers has seven million.
    package init(path: String, lineLimit: Int = 256 << 20) throws(SocketError) {
        self.path = path
        splitter = LineSplitter(limit: lineLimit)
        descriptor = unsafe clinux_unix_connect(path, Int32(SOCK_STREAM.rawValue), true)
        guard descriptor >= 0 else {
            throw SocketError.connecting(to: path, errno: errno)
        }
    }

    deinit {
        close(descriptor)
    }

    /// Sends a line, which must be short: what the socket does not take at once is a failure. That the daemon has
    /// closed the connection already is none: its last line says why, and `lines` reads it.
    package func send(_ line: [UInt8]) throws(SocketError) {
        let bytes = line + [UInt8(ascii: "\n")]
        let count = unsafe bytes.withUnsafeBytes {
            unsafe Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
        }
        if count < 0, errno == EPIPE || errno == ECONNRESET { return }
        guard count == bytes.count else { throw SocketError("cannot write to \(path)", errno: count < 0 ? errno : 0) }
    }

    /// The lines that have arrived, up to about a megabyte at a time; none when there is none yet.
    package mutating func lines() throws(SocketError) -> [[UInt8]] {
        var lines: [[UInt8]] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        for _ in 0..<16 {
            let count = unsafe recv(descriptor, &chunk, chunk.count, Int32(MSG_DONTWAIT))
            if count < 0, errno == EINTR { continue }
            if count < 0, errno == EAGAIN { break }
            guard count >= 0 else { throw SocketError("the connection to \(path) failed", errno: errno) }
            // What came before the end is still to be heard.
            if count == 0, !lines.isEmpty { break }
            guard count > 0 else { throw SocketError("the daemon has closed the connection", errno: 0) }
            do {
                lines += try splitter.lines(from: chunk[..<count])
            } catch {
                throw SocketError("\(path): the daemon's line has no end", errno: 0)
            }
        }
        return lines
    }
}
