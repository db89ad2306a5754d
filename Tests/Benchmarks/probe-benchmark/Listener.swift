import Glibc

/// A web server of the smallest kind: one thread, one connection at a time, one answer.
final class Listener: Sendable {
    let port: UInt16
    private let descriptor: Int32

    private static let answer = Array(
        "HTTP/1.1 200 OK\r\nServer: bench\r\nContent-Type: text/plain\r\nContent-Length: 8\r\n\r\nwelcome\n".utf8)

    init() {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        self.descriptor = descriptor
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                precondition(bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0)
            }
        }
        precondition(listen(descriptor, 4096) == 0)
        port = UInt16(bigEndian: address.sin_port)
        var thread = pthread_t()
        let context = Unmanaged.passRetained(self).toOpaque()
        let body: @convention(c) @Sendable (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = { context in
            guard let context else { return nil }
            Unmanaged<Listener>.fromOpaque(context).takeUnretainedValue().serve()
            return nil
        }
        precondition(pthread_create(&thread, nil, body, context) == 0)
    }

    private func serve() {
        var buffer = [UInt8](repeating: 0, count: 4096)
        while case let connection = accept(descriptor, nil, nil), connection >= 0 {
            // A TCP check closes at once: nothing to read, nobody to answer.
            if read(connection, &buffer, buffer.count) > 0 {
                _ = send(connection, Self.answer, Self.answer.count, Int32(MSG_NOSIGNAL))
            }
            close(connection)
        }
    }
}
