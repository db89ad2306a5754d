import EventLoop
import Foundation
import Glibc
import HealthChecking
import NetworkTypes
import Probes
import Synchronization
import Testing

/// A PostgreSQL server that refuses whoever comes without TLS: the first connection is refused, each later one is
/// granted its wish and handed on to a TLS server.
private final class SecuringServer: Sendable {
    let endpoint: Endpoint
    private let listener: Int32
    private let secure: Endpoint
    private let wishes = Mutex<[[UInt8]]>([])

    init(_ secure: Endpoint) {
        self.secure = secure
        (listener, endpoint) = FakeServer.listen(ipv6: false, backlog: 8)
        Thread.detachNewThread { [listener, self] in
            var isFirst = true
            while case let connection = acceptAlone(listener), connection >= 0 {
                let refuses = isFirst
                isFirst = false
                Thread.detachNewThread { self.serve(connection, refuses) }
            }
            Glibc.close(listener)
        }
    }

    var said: [[UInt8]] { wishes.withLock { $0 } }

    func close() { shutdown(listener, Int32(SHUT_RDWR)) }

    private func serve(_ connection: Int32, _ refuses: Bool) {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = read(connection, &buffer, buffer.count)
        wishes.withLock { $0.append(Array(buffer[..<max(0, count)])) }
        let refusal = Array("E\0\0\0\u{14}C28000\0Mno TLS\0\0".utf8)
        let answer = refuses ? refusal : [UInt8(ascii: "S")]
        _ = send(connection, answer, answer.count, Int32(MSG_NOSIGNAL))
        if refuses {
            Glibc.close(connection)
            return
        }
        let other = connected()
        Thread.detachNewThread { Self.pump(from: other, to: connection) }
        Self.pump(from: connection, to: other)
    }

    /// Openssl may not listen yet.
    private func connected() -> Int32 {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        address.sin_port = secure.port.bigEndian
        while true {
            let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            let result = withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
            if result == 0 { return descriptor }
            Glibc.close(descriptor)
            usleep(10_000)
        }
    }

    private static func pump(from input: Int32, to output: Int32) {
        var buffer = [UInt8](repeating: 0, count: 16_384)
        while case let count = read(input, &buffer, buffer.count), count > 0 {
            if send(output, buffer, count, Int32(MSG_NOSIGNAL)) != count { break }
        }
        shutdown(output, Int32(SHUT_WR))
    }
}

@Suite(.serialized) struct SecuringTests {
    init() { EventLoop.main.startOwnThread() }

    @Test func `a server that wants TLS is logged in to over TLS on the same connection`() async throws {
        let welcome = Array("R\0\0\0\u{8}\0\0\0\0Z\0\0\0\u{5}I".utf8)
        let rows = Array("C\0\0\0\u{d}SELECT 1\0Z\0\0\0\u{5}I".utf8)
        let secure = try #require(TLSServer(script: Script(bytes: [], [welcome, rows])), "there is no openssl")
        let server = SecuringServer(secure.endpoint)
        defer {
            server.close()
            secure.stop()
        }
        let check = DialogueCheck(.pgsql, request: "SELECT 1", login: "u")
        let result = await probe(server.endpoint, .dialogue(check), timeout: .seconds(20))
        #expect(result.passed, "\(result.reason)")
        #expect(result.reason == "1 row")
        #expect(server.said.last == [0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f])
    }
}
