internal import CLinux
import Glibc

/// A client for commands: connects, sends one line, reads one line. It blocks, with a time limit for each step.
package struct ControlClient: ~Copyable {
    private let descriptor: Int32
    private let path: String

    /// - Parameter timeout: seconds that any one step may take, 0 for no limit.
    package init(path: String, timeout: Int = 10) throws(SocketError) {
        self.path = path
        // Without waiting: a daemon whose queue of connections is full does not answer.
        descriptor = unsafe clinux_unix_connect(path, Int32(SOCK_STREAM.rawValue), true)
        guard descriptor >= 0 else {
            throw SocketError.connecting(to: path, errno: errno)
        }
        _ = clinux_set_nonblocking(descriptor, false)
        var limit = timeval(tv_sec: timeout, tv_usec: 0)
        let size = socklen_t(MemoryLayout<timeval>.size)
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, size)
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, size)
    }

    deinit {
        close(descriptor)
    }

    /// Sends a line and returns the next line that comes back.
    package func ask(_ line: [UInt8]) throws(SocketError) -> [UInt8] {
        var rest = (line + [UInt8(ascii: "\n")])[...]
        var broken: SocketError?
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes {
                unsafe send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if count < 0, errno == EINTR { continue }
            // Who may not ask is told so and disconnected, perhaps before a word was said: the reason can be read.
            if count < 0, errno == EPIPE || errno == ECONNRESET {
                broken = failure()
                break
            }
            guard count >= 0 else { throw failure() }
            rest = rest.dropFirst(count)
        }
        var answer: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = unsafe recv(descriptor, &chunk, chunk.count, 0)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw broken ?? failure() }
            guard count > 0 else { throw broken ?? SocketError("\(path): the daemon closed the connection", errno: 0) }
            if let end = chunk[..<count].firstIndex(of: UInt8(ascii: "\n")) {
                return answer + chunk[..<end]
            }
            answer += chunk[..<count]
        }
    }

    private func failure() -> SocketError {
        errno == EAGAIN
            ? SocketError("\(path): the daemon does not answer", errno: 0)
            : SocketError("the connection to \(path) failed", errno: errno)
    }
}
