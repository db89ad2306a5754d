import ControlSocket
import EventLoop
import HealthChecking

/// Requests on their way to the prober. A large farm has more of them than may wait in a connection, so they go out in
/// pieces, as it takes them.
@LoopActor final class RequestSender {
    /// Requests that are written at a time: even the longest fit into what may wait in the connection.
    static let piece = 256
    /// So many may wait: some reloads of the largest farm.
    static let limit = 4 << 20

    private let connection: StreamConnection
    private var waiting: ArraySlice<ProberRequest> = []
    /// Told of checks that cannot be sent, with the result that the prober will never report.
    private let refuse: ([(CheckID, CheckResult)]) -> Void

    init(_ connection: StreamConnection, refuse: @escaping ([(CheckID, CheckResult)]) -> Void) {
        self.connection = connection
        self.refuse = refuse
        connection.onDrain = { [weak self] in self?.sendMore() }
    }

    /// False when the prober has left so many unread that it is of no use any more.
    func send(_ requests: [ProberRequest]) -> Bool {
        guard waiting.count + requests.count <= Self.limit else { return false }
        waiting += requests
        sendMore()
        return true
    }

    private func sendMore() {
        while connection.isOpen, connection.queued == 0, !waiting.isEmpty {
            let (bytes, refused) = ProberRequest.frames(of: Array(waiting.prefix(Self.piece)))
            waiting = waiting.dropFirst(Self.piece)
            if waiting.isEmpty { waiting = [] }
            if !refused.isEmpty { refuse(refused) }
            connection.send(bytes)
        }
    }
}
