internal import EventLoop
internal import Glibc
internal import NetworkTypes

/// A dialogue's connection by TCP.
@LoopActor final class PlainStream: DialogueStream {
    /// Where bytes arrive; one for all streams, since each is done with it before the loop turns on.
    private static var buffer = [UInt8](repeating: 0, count: 65_536)

    private let target: Endpoint
    private var event: (@LoopActor (StreamEvent) -> Void)?
    private var connection: ProbeConnection?
    private var isOpen = false
    private var unsent: ArraySlice<UInt8> = []

    init(to target: Endpoint) {
        self.target = target
    }

    func open(_ event: @escaping @LoopActor (StreamEvent) -> Void) {
        self.event = event
        do throws(ProbeConnection.Failure) {
            let connection = try ProbeConnection(to: target)
            self.connection = connection
            do throws(LoopError) {
                try connection.wait(.writable) { [unowned self] readiness in ready(readiness) }
            } catch {
                event(.failed(error.description))
            }
        } catch {
            event(.failed(FailureReason.errno(error.number)))
        }
    }

    func send(_ bytes: [UInt8]) {
        unsent += bytes
        flush()
    }

    func close(saying farewell: [UInt8]) {
        event = nil
        // What does not go at once is not worth waiting for.
        if isOpen, !farewell.isEmpty { _ = connection?.send(unsent + farewell) }
        connection?.close()
        connection = nil
    }

    func silence(within timeout: Duration) -> String? {
        isOpen ? nil : FailureReason.noConnection(within: timeout)
    }

    private func ready(_ readiness: Readiness) {
        guard let connection else { return }
        guard isOpen else { return connected(readiness, connection) }
        if !unsent.isEmpty, readiness.contains(.writable) { flush() }
        let isOver = readiness.contains(.error) || readiness.contains(.hangup)
        if self.connection != nil, isOver || readiness.contains(.readable) { receive(from: connection) }
    }

    private func connected(_ readiness: Readiness, _ connection: ProbeConnection) {
        let isDoubtful = readiness.contains(.error) || readiness.contains(.hangup)
        let pending = isDoubtful ? connection.pendingError : 0
        let number = pending == 0 ? connection.refusal() : pending
        guard number == 0 else {
            event?(.failed(FailureReason.errno(number)))
            return
        }
        isOpen = true
        watch(.readable)
        event?(.opened)
    }

    private func receive(from connection: ProbeConnection) {
        let count = connection.receive(into: &Self.buffer)
        switch count {
        case 1...: event?(.received(Self.buffer[..<count]))
        case 0: event?(.ended)
        case -Int(EAGAIN), -Int(EINTR): break
        default: event?(.failed(FailureReason.errno(Int32(-count))))
        }
    }

    private func flush() {
        guard let connection, !unsent.isEmpty else { return }
        let count = connection.send(unsent)
        if count < 0, count != -Int(EAGAIN), count != -Int(EINTR) {
            event?(.failed(FailureReason.errno(Int32(-count))))
            return
        }
        unsent = unsent.dropFirst(max(0, count))
        watch(unsent.isEmpty ? .readable : [.readable, .writable])
    }

    private func watch(_ interest: Interest) {
        do throws(LoopError) {
            try connection?.update(interest)
        } catch {
            event?(.failed(error.description))
        }
    }
}
