internal import EventLoop
internal import Glibc
internal import NetworkTypes

/// An exchange's connection by TCP.
@LoopActor final class PlainStream: ProbeStream {
    /// Where bytes arrive; one for all streams, since each is done with it before the loop turns on.
    private static var buffer = [UInt8](repeating: 0, count: 65_536)

    private let target: Endpoint
    private var event: (@LoopActor (StreamEvent) -> Void)?
    private var connection: ProbeConnection?
    private var isOpen = false
    private var unsent: ArraySlice<UInt8> = []
    /// Nothing more will be sent than what is unsent.
    private var isLast = false

    init(to target: Endpoint) {
        self.target = target
    }

    var local: Endpoint? { connection?.local }

    func open(_ event: @escaping @LoopActor (StreamEvent) -> Void) {
        self.event = event
        do throws(ProbeConnection.Failure) {
            let connection = try ProbeConnection(to: target)
            self.connection = connection
            do throws(LoopError) {
                try connection.wait(connection.isConnected ? .readable : .writable) { [unowned self] readiness in
                    ready(readiness)
                }
                if connection.isConnected { connected(connection, pending: 0) }
            } catch {
                event(.broken(.error(error)))
            }
        } catch {
            event(.broken(.error(error.number)))
        }
    }

    func send(_ bytes: [UInt8]) {
        unsent += bytes
        flush()
    }

    func finishSending() {
        isLast = true
        flush()
    }

    func close(saying farewell: [UInt8]) {
        event = nil
        // What does not go at once is not worth waiting for.
        if isOpen, !farewell.isEmpty { _ = connection?.send(unsent + farewell) }
        connection?.close()
        connection = nil
    }

    /// Gives the connection away, once it is open and all has gone: who calls it closes it.
    func release() -> Int32? {
        guard isOpen, unsent.isEmpty, let connection else { return nil }
        event = nil
        self.connection = nil
        return connection.release()
    }

    func silence(within timeout: Duration) -> ProbeOutcome? {
        isOpen ? nil : .failed(FailureReason.noConnection(within: timeout))
    }

    private func ready(_ readiness: Readiness) {
        guard let connection else { return }
        let isBroken = readiness.contains(.error) || readiness.contains(.hangup)
        guard isOpen else { return connected(connection, pending: isBroken ? connection.pendingError : 0) }
        if !unsent.isEmpty, readiness.contains(.writable) { flush() }
        if self.connection != nil, isBroken || readiness.contains(.readable) { receive(from: connection) }
    }

    private func connected(_ connection: ProbeConnection, pending: Int32) {
        let number = pending == 0 ? connection.refusal() : pending
        guard number == 0 else {
            event?(.broken(.error(number)))
            return
        }
        isOpen = true
        event?(.opened)
        watch()
    }

    private func receive(from connection: ProbeConnection) {
        let count = connection.receive(into: &Self.buffer)
        switch count {
        case 1...: event?(.received(Self.buffer[..<count]))
        case 0: event?(.ended)
        case -Int(EAGAIN), -Int(EINTR): break
        default: event?(.broken(.error(Int32(-count))))
        }
    }

    private func flush() {
        guard let connection else { return }
        if !unsent.isEmpty {
            let count = connection.send(unsent)
            if count >= 0 {
                unsent = unsent.dropFirst(count)
            } else if count != -Int(EAGAIN), count != -Int(EINTR) {
                unsent = []
            }
        }
        if unsent.isEmpty, isLast {
            isLast = false
            connection.finishSending()
        }
        watch()
    }

    private func watch() {
        do throws(LoopError) {
            try connection?.update(unsent.isEmpty ? .readable : [.readable, .writable])
        } catch {
            event?(.broken(.error(error)))
        }
    }
}
