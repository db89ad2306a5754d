import Foundation
import Glibc
import NetworkTypes
import Synchronization

/// What a fake server does with a connection once it has read the request.
enum Behaviour: Sendable {
    case answer(String)
    case answerBytes([UInt8])
    /// The answer in pieces of one byte, this many milliseconds apart.
    case trickle(String, milliseconds: UInt32)
    /// The answer, then the connection stays open.
    case answerAndStay(String)
    case silence
    /// Closes with RST.
    case reset
}

/// A real listener on loopback with a thread for each connection.
final class FakeServer: Sendable {
    let endpoint: Endpoint
    private let listener: Int32
    private let seen = Mutex<[String]>([])

    /// - Parameter readsRequest: false answers at once, as servers of other protocols do.
    init(
        ipv6: Bool = false, readsRequest: Bool = true, _ behaviour: @escaping @Sendable (String) -> Behaviour
    ) {
        (listener, endpoint) = Self.listen(ipv6: ipv6, backlog: 1024)
        Thread.detachNewThread { [listener, self] in
            while case let connection = acceptAlone(listener), connection >= 0 {
                Thread.detachNewThread { self.serve(connection, readsRequest, behaviour) }
            }
            // Here and not in `close`, where the number could be another server's before this thread asks again.
            Glibc.close(listener)
        }
    }

    convenience init(_ behaviour: Behaviour) {
        self.init { _ in behaviour }
    }

    /// The requests that have arrived, whole heads.
    var requests: [String] { seen.withLock { $0 } }

    /// Nothing listens there any more.
    func close() {
        shutdown(listener, Int32(SHUT_RDWR))
    }

    /// - Parameters:
    ///   - backlog: nil for a socket that does not listen.
    ///   - ipv4: the address where IPv6 is not asked for.
    static func listen(ipv6: Bool, backlog: Int32?, ipv4: UInt32 = 0x7F00_0001) -> (Int32, Endpoint) {
        let descriptor = socket(ipv6 ? AF_INET6 : AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var port = in_port_t(0)
        if ipv6 {
            var address = sockaddr_in6()
            address.sin6_family = sa_family_t(AF_INET6)
            address.sin6_addr = in6addr_loopback
            port = bound(descriptor, &address) { $0.sin6_port }
        } else {
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_addr.s_addr = ipv4.bigEndian
            port = bound(descriptor, &address) { $0.sin_port }
        }
        if let backlog { precondition(Glibc.listen(descriptor, backlog) == 0) }
        let loopback = ipv6 ? IPAddress(ipv6High: 0, low: 1) : IPAddress(ipv4: ipv4)
        return (descriptor, Endpoint(loopback, UInt16(bigEndian: port)))
    }

    private static func bound<Address>(
        _ descriptor: Int32, _ address: inout Address, port: (Address) -> in_port_t
    ) -> in_port_t {
        var length = socklen_t(MemoryLayout<Address>.size)
        withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                precondition(bind(descriptor, $0, length) == 0)
                precondition(getsockname(descriptor, $0, &length) == 0)
            }
        }
        return port(address)
    }

    private func serve(_ connection: Int32, _ readsRequest: Bool, _ behaviour: (String) -> Behaviour) {
        var request: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while readsRequest, !request.suffix(4).elementsEqual("\r\n\r\n".utf8) {
            let count = read(connection, &buffer, buffer.count)
            if count <= 0 { break }
            request += buffer[..<count]
        }
        let text = String(decoding: request, as: UTF8.self)
        if !text.isEmpty { seen.withLock { $0.append(text) } }
        switch behaviour(text) {
        case .answer(let answer): send(connection, Array(answer.utf8))
        case .answerBytes(let bytes): send(connection, bytes)
        case .trickle(let answer, let milliseconds):
            for byte in answer.utf8 {
                usleep(milliseconds * 1000)
                if !send(connection, [byte]) { break }
            }
        case .answerAndStay(let answer):
            send(connection, Array(answer.utf8))
            waitForEnd(connection)
        case .silence: waitForEnd(connection)
        case .reset:
            var option = linger(l_onoff: 1, l_linger: 0)
            setsockopt(connection, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
        }
        Glibc.close(connection)
    }

    @discardableResult
    private func send(_ connection: Int32, _ bytes: [UInt8]) -> Bool {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                Glibc.send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if count <= 0 { return false }
            sent += count
        }
        return true
    }

    private func waitForEnd(_ connection: Int32) {
        var byte: UInt8 = 0
        while read(connection, &byte, 1) > 0 {}
    }
}

/// A port where nobody listens. It is bound: one that a server gave back would be the next server's who asks for one.
final class Nobody: Sendable {
    let endpoint: Endpoint
    private let descriptor: Int32

    init(ipv6: Bool = false) { (descriptor, endpoint) = FakeServer.listen(ipv6: ipv6, backlog: nil) }

    deinit { close(descriptor) }
}

/// A port where connection requests are dropped: its listener accepts nothing and its queue is full.
final class BlackHole {
    let endpoint: Endpoint
    private var descriptors: [Int32]

    init() {
        let (listener, endpoint) = FakeServer.listen(ipv6: false, backlog: 0)
        self.endpoint = endpoint
        descriptors = [listener]
        for _ in 0..<4 {
            let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
            let client = socket(AF_INET, type, 0)
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
            address.sin_port = endpoint.port.bigEndian
            withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    _ = connect(client, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
            descriptors.append(client)
        }
    }

    deinit {
        for descriptor in descriptors { Glibc.close(descriptor) }
    }
}
