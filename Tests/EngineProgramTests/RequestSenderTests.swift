import ControlSocket
import EventLoop
import Glibc
import HealthChecking
import Testing

@testable import director_engine

@Suite(.serialized) struct RequestSenderTests {
    init() { EventLoop.main.startOwnThread() }

    @Test @LoopActor func moreThanMayWaitInTheConnectionGoesOutAsItIsTaken() async throws {
        var ends: [Int32] = [0, 0]
        try #require(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue), 0, &ends) == 0)
        let peer = Peer(uid: 0, gid: 0, pid: 0)
        let connection = try StreamConnection(descriptor: ends[0], peer: peer, queueLimit: 64 << 10)
        let far = try StreamConnection(descriptor: ends[1], peer: peer, queueLimit: 1)
        var lost: String?
        connection.onClose = { lost = $0 }
        let sender = RequestSender(connection) { _ in }
        // 1.7 MB, twenty times what both sides hold.
        let count: UInt32 = 200_000
        #expect(sender.send((0..<count).map { .remove(CheckID(rawValue: $0)) }))
        #expect(sender.send([.runNow(CheckID(rawValue: count))]))
        var decoder = FrameDecoder<ProberRequest>()
        var next: UInt32 = 0
        var isInOrder = true
        far.onData = { bytes in
            for request in (try? decoder.messages(from: bytes)) ?? [] {
                switch request {
                case .remove(let id): isInOrder = isInOrder && id.rawValue == next
                case .runNow: isInOrder = isInOrder && next == count
                case .add: isInOrder = false
                }
                next += 1
            }
        }
        for _ in 0..<3_000 where next <= count { await EventLoop.main.sleep(for: .milliseconds(10)) }
        #expect(lost == nil)
        #expect(next == count + 1 && isInOrder)
    }
}
