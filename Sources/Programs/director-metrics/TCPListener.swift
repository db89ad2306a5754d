import CLinux
import ControlSocket
import EventLoop
import Glibc
import NetworkTypes

/// A TCP socket that listens. It accepts when it is told to.
@LoopActor final class TCPListener {
    let address: Endpoint
    private let descriptor: Int32
    private var watch: DescriptorWatch?

    init(_ address: Endpoint) throws(SocketError) {
        self.address = address
        let isIPv6 = address.address.family == .ipv6
        descriptor = socket(
            isIPv6 ? AF_INET6 : AF_INET,
            Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
                | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw SocketError("cannot listen on \(address)", errno: errno) }
        var one: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &one, socklen_t(MemoryLayout<Int32>.size))
        if isIPv6 {
            // [::] is for IPv6 alone, as it is written.
            setsockopt(descriptor, Int32(IPPROTO_IPV6), IPV6_V6ONLY, &one, socklen_t(MemoryLayout<Int32>.size))
        }
        guard bind() == 0, listen(descriptor, 64) == 0 else {
            let reason = errno
            Glibc.close(descriptor)
            throw SocketError("cannot listen on \(address)", errno: reason)
        }
    }

    private func bind() -> Int32 {
        let bytes = address.address.bytes
        if address.address.family == .ipv4 {
            var name = sockaddr_in()
            name.sin_family = sa_family_t(AF_INET)
            name.sin_port = address.port.bigEndian
            withUnsafeMutableBytes(of: &name.sin_addr) { $0.copyBytes(from: bytes) }
            return withUnsafePointer(to: &name) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    Glibc.bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
        }
        var name = sockaddr_in6()
        name.sin6_family = sa_family_t(AF_INET6)
        name.sin6_port = address.port.bigEndian
        withUnsafeMutableBytes(of: &name.sin6_addr) { $0.copyBytes(from: bytes) }
        return withUnsafePointer(to: &name) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in6>.size))
            }
        }
    }

    /// Hands over each connection as a descriptor.
    func begin(_ body: @escaping @LoopActor (Int32) -> Void) throws(LoopError) {
        watch = try EventLoop.main.watch(descriptor, .readable) { [unowned self] _ in
            for _ in 0..<16 {
                let client = clinux_accept(descriptor)
                guard client >= 0 else {
                    if errno == EMFILE || errno == ENFILE { pause() }
                    return
                }
                body(client)
            }
        }
    }

    /// Without a free descriptor the connection stays in the queue, and asking in every turn would only burn time.
    private func pause() {
        guard let watch, (try? watch.update([])) != nil else { return }
        EventLoop.main.schedule(after: .milliseconds(100)) { [weak self] in try? self?.watch?.update(.readable) }
    }

    func close() {
        watch?.cancel()
        watch = nil
        Glibc.close(descriptor)
    }
}
