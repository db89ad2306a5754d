import Glibc
import NetworkTypes
import Synchronization
import Testing

/// A real UDP socket on loopback, whose answers to each datagram a closure makes; none is silence.
final class FakeDatagramServer: Sendable {
    let endpoint: Endpoint
    private let descriptor: Int32
    private let seen = Mutex<[[UInt8]]>([])

    /// - Parameter port: nil for any.
    init(port: UInt16? = nil, _ answers: @escaping @Sendable (_ number: Int, _ datagram: [UInt8]) -> [[UInt8]]) {
        descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        address.sin_port = (port ?? 0).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = self.descriptor
        let bound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                precondition(bind(descriptor, $0, length) == 0)
                precondition(getsockname(descriptor, $0, &length) == 0)
            }
            return UInt16(bigEndian: pointer.pointee.sin_port)
        }
        endpoint = Endpoint(IPAddress(ipv4: 0x7F00_0001), bound)
        Self.detach { [self] in
            serve(answers)
            Glibc.close(descriptor)
        }
    }

    var datagrams: [[UInt8]] { seen.withLock { $0 } }

    func close() { shutdown(descriptor, Int32(SHUT_RDWR)) }

    private func serve(_ answers: (Int, [UInt8]) -> [[UInt8]]) {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            var peer = sockaddr_in()
            var length = socklen_t(MemoryLayout<sockaddr_in>.size)
            let count = withUnsafeMutablePointer(to: &peer) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    recvfrom(descriptor, &buffer, buffer.count, 0, $0, &length)
                }
            }
            // A socket that was shut down returns nothing, from nobody.
            guard count > 0 else { return }
            let datagram = Array(buffer[..<count])
            let number = seen.withLock { seen in
                seen.append(datagram)
                return seen.count
            }
            for answer in answers(number, datagram) {
                withUnsafePointer(to: &peer) { pointer in
                    pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                        _ = sendto(descriptor, answer, answer.count, 0, $0, length)
                    }
                }
            }
        }
    }

    private static func detach(_ body: @escaping @Sendable () -> Void) {
        var thread = pthread_t()
        let box = Unmanaged.passRetained(Body(body))
        pthread_create(
            &thread, nil,
            { context in
                context.map { Unmanaged<Body>.fromOpaque($0).takeRetainedValue().run() }
                return nil
            }, box.toOpaque())
        pthread_detach(thread)
    }
}

private final class Body: Sendable {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
}
