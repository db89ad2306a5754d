import Foundation
import Glibc
import NetworkTypes
import Synchronization

/// A listener on loopback that says nothing and counts; it can end everything at once, as the death of a process does.
/// Its address is its own: a port that other tests gave back and still ask would be counted, too.
final class IdleServer: Sendable {
    let endpoint: Endpoint
    private let listener: Int32
    private let state = Mutex<(open: [Int32], accepted: Int)>(([], 0))

    /// - Parameter patience: microseconds until an idle connection is closed; nil for never.
    init(patience: UInt32? = nil) {
        (listener, endpoint) = FakeServer.listen(ipv6: false, backlog: 64, ipv4: 0x7F00_0107)
        Thread.detachNewThread { [self] in
            while case let connection = acceptAlone(listener), connection >= 0 {
                state.withLock {
                    $0.open.append(connection)
                    $0.accepted += 1
                }
                Thread.detachNewThread { self.hold(connection, patience) }
            }
            Glibc.close(listener)
        }
    }

    /// Connections that the other end has not closed, and all that there have been.
    var open: Int { state.withLock { $0.open.count } }
    var accepted: Int { state.withLock { $0.accepted } }

    func die() {
        shutdown(listener, Int32(SHUT_RDWR))
        for connection in state.withLock({ $0.open }) { shutdown(connection, Int32(SHUT_RDWR)) }
    }

    private func hold(_ connection: Int32, _ patience: UInt32?) {
        if let patience {
            var wait = timeval(tv_sec: 0, tv_usec: Int(patience))
            setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &wait, socklen_t(MemoryLayout<timeval>.size))
        }
        var byte: UInt8 = 0
        while read(connection, &byte, 1) > 0 {}
        state.withLock { $0.open.removeAll { $0 == connection } }
        Glibc.close(connection)
    }
}
