internal import CCurl
internal import EventLoop
internal import Glibc
internal import HealthChecking
internal import NetworkTypes

/// An exchange's connection by TLS, which libcurl makes; it speaks no protocol over it. Were it to, as it could for
/// most of them, it would wait for the server's answer to its farewell with the loop standing still.
@LoopActor final class TLSStream: ProbeStream, CurlClient {
    private static var buffer = [UInt8](repeating: 0, count: 16_384)

    private let pool: CurlPool
    private let target: Endpoint
    private let virtualHost: String?
    private let verification: TLSVerification
    /// A connection that is there already, on which the handshake begins.
    private let connected: Int32?
    private var event: (@LoopActor (StreamEvent) -> Void)?
    private var handle: CurlHandle?
    private var watch: DescriptorWatch?
    private var unsent: ArraySlice<UInt8> = []
    var isConnected = false
    var shortage: String?

    /// - Parameter connected: becomes the stream's when it is opened.
    init(
        to target: Endpoint, virtualHost: String?, _ verification: TLSVerification, pool: CurlPool,
        over connected: Int32? = nil
    ) {
        self.connected = connected
        self.target = target
        self.virtualHost = virtualHost
        self.verification = verification
        self.pool = pool
    }

    func open(_ event: @escaping @LoopActor (StreamEvent) -> Void) {
        self.event = event
        guard let handle = pool.handle() else {
            if let connected { Glibc.close(connected) }
            return event(.broken(.unjudged("libcurl has no memory for a connection")))
        }
        self.handle = handle
        handle.prepareConnection(
            HTTPCheck(tls: true, virtualHost: virtualHost).url(for: target), address: target.address.bracketed,
            verification)
        if let connected { handle.adopt(connected) }
        if let problem = pool.begin(self, on: handle) { event(.broken(.unjudged("libcurl: \(problem)"))) }
    }

    func finished(_ code: CURLcode) {
        guard let handle else { return }
        guard code == CURLE_OK else {
            event?(.broken(CurlReason.outcome(code, handle, of: target, status: 0)))
            return
        }
        do throws(LoopError) {
            watch = try EventLoop.main.watch(handle.descriptor, .readable) { [unowned self] readiness in
                ready(readiness)
            }
        } catch {
            event?(.broken(.error(error)))
            return
        }
        event?(.opened)
        // What came with the last of the handshake is in libcurl already, and no descriptor tells of it.
        receive()
    }

    func send(_ bytes: [UInt8]) {
        unsent += bytes
        flush()
    }

    /// TLS could say it, but no exchange over it has to.
    func finishSending() {}

    var local: Endpoint? { handle.flatMap { LocalEnd.of($0.descriptor) } }

    func close(saying farewell: [UInt8]) {
        event = nil
        if watch != nil, !farewell.isEmpty { _ = handle?.send(unsent + farewell) }
        watch?.cancel()
        watch = nil
        if let handle {
            pool.end(handle)
            handle.dropAdopted()
        }
        handle = nil
    }

    func silence(within timeout: Duration) -> ProbeOutcome? {
        if watch != nil { return nil }
        if let shortage { return .unjudged(shortage) }
        return .failed(
            isConnected
                ? FailureReason.unfinishedHandshake(within: timeout) : FailureReason.noConnection(within: timeout))
    }

    private func ready(_ readiness: Readiness) {
        if !unsent.isEmpty { flush() }
        receive()
    }

    /// Reads until nothing is left, since what libcurl holds wakes nobody.
    private func receive() {
        // A server that sends without end has sixteen of its pieces read in one turn; the next turn reads on.
        for _ in 0..<16 {
            guard let handle, watch != nil else { return }
            switch handle.receive(into: &Self.buffer) {
            case .bytes(let count): event?(.received(Self.buffer[..<count]))
            case .nothingYet: return
            case .end: event?(.ended)
            case .failed: event?(.broken(.failed("connection broken: \(handle.errorText)")))
            }
        }
        EventLoop.main.schedule(after: .zero) { [weak self] in self?.receive() }
    }

    private func flush() {
        guard let handle, watch != nil, !unsent.isEmpty else { return }
        unsent = handle.send(unsent).map { unsent.dropFirst($0) } ?? []
        do throws(LoopError) {
            try watch?.update(unsent.isEmpty ? .readable : [.readable, .writable])
        } catch {
            event?(.broken(.error(error)))
        }
    }
}
