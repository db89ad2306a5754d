import ControlSocket
import EventLoop
import Glibc
import Testing
import TimeTypes

@testable import director_metrics

/// A connection of the server, and the client's end of it, which takes only what a test takes.
@LoopActor final class RawClient {
    let connection: HTTPConnection
    private(set) var hasEnded = false
    private let descriptor: Int32
    private var received: [UInt8] = []

    init(_ handler: @escaping HTTPConnection.Handler) throws {
        var ends: [Int32] = [0, 0]
        let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
        try #require(socketpair(AF_UNIX, type, 0, &ends) == 0)
        descriptor = ends[1]
        let stream = try StreamConnection(
            descriptor: ends[0], peer: Peer(uid: .max, gid: .max, pid: 0), queueLimit: 64 << 20)
        connection = HTTPConnection(stream, handler: handler)
        connection.onEnd = { [unowned self] in
            hasEnded = true
            $0.close()
        }
    }

    isolated deinit {
        connection.close()
        close(descriptor)
    }

    func send(_ text: String) {
        let bytes = Array(text.utf8)
        precondition(Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count)
    }

    /// Takes what comes until it is enough or the time is over; returns everything since the beginning.
    func receive(for span: Duration = .seconds(20), until isEnough: (String) -> Bool) async -> String {
        let limit = EventLoop.now + span
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        var text = String(decoding: received, as: UTF8.self)
        while !isEnough(text), EventLoop.now < limit {
            let count = recv(descriptor, &chunk, chunk.count, 0)
            if count > 0 {
                received += chunk[..<count]
                text += String(decoding: chunk[..<count], as: UTF8.self)
            } else {
                await EventLoop.main.sleep(for: .milliseconds(1))
            }
        }
        return text
    }
}

/// Waits for a condition, for 20 seconds at most.
@LoopActor func until(
    _ condition: @LoopActor () -> Bool, sourceLocation: SourceLocation = #_sourceLocation
) async {
    let limit = EventLoop.now + .seconds(20)
    while !condition() {
        guard EventLoop.now < limit else {
            Issue.record("the condition did not come true within 20 seconds", sourceLocation: sourceLocation)
            return
        }
        await EventLoop.main.sleep(for: .milliseconds(1))
    }
}
