import ControlSocket
import EventLoop
import Foundation
import Testing

/// Clients that say that they will send no more, and go on reading: what `nc -N` does.
@Suite(.serialized) struct HalfClosedTests {
    /// Answers each line some time later with a lot, and ends when everything has been taken.
    @LoopActor final class LateServer {
        nonisolated static let answer = [UInt8](repeating: 65, count: 2_000_000)
        private var listener: UnixListener?
        private(set) var ended = 0

        init(path: String) throws {
            listener = try UnixListener(path: path) { [unowned self] connection in
                connection.onInputEnd = { self.ended += 1 }
                connection.onData = { [unowned connection] _ in
                    EventLoop.main.schedule(after: .milliseconds(50)) {
                        connection.onDrain = { [unowned connection] in self.listener?.release(connection) }
                        connection.send(Self.answer)
                        // A client that reads as fast as this writes leaves nothing to wait for.
                        if connection.queued == 0 { self.listener?.release(connection) }
                    }
                }
            }
        }

        var connections: Int { listener?.connectionCount ?? 0 }

        func close() { listener?.close() }
    }

    let path = "/tmp/director-\(UUID().uuidString).sock"

    init() {
        EventLoop.main.startOwnThread()
    }

    private func connect() -> Int32 {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        #expect(result == 0)
        return descriptor
    }

    @Test func whatIsAnsweredLaterArrivesWhole() async throws {
        let server = try await LateServer(path: path)
        let client = connect()
        #expect(write(client, "ask\n", 4) == 4)
        shutdown(client, Int32(SHUT_WR))
        try await wait { await server.ended == 1 }
        var received = 0
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while case let count = read(client, &chunk, chunk.count), count > 0 { received += count }
        #expect(received == LateServer.answer.count)
        #expect(await server.connections == 0)
        close(client)
        await server.close()
    }

    @Test(arguments: [false, true])
    func whoIsGoneIsForgotten(isHalfClosedBefore: Bool) async throws {
        let server = try await LateServer(path: path)
        let client = connect()
        try await wait { await server.connections == 1 }
        if isHalfClosedBefore {
            shutdown(client, Int32(SHUT_WR))
            try await wait { await server.ended == 1 }
            #expect(await server.connections == 1)
        }
        close(client)
        try await wait { await server.connections == 0 }
        await server.close()
    }
}
