import ControlSocket
import EventLoop
import HTTPServing
import TimeTypes

/// One client: its requests are answered one after the other, the next only when the answer before has been taken.
@LoopActor final class HTTPConnection {
    /// For a request to come whole, and for an answer that waits to be taken on.
    static let patience = Duration.seconds(10)
    /// Between requests.
    static let idleTime = Duration.seconds(120)
    /// From a request's first byte until its answer has been taken, however busily.
    static let busyTime = Duration.seconds(60)

    typealias Handler = @LoopActor (HTTPRequest, @escaping @LoopActor (HTTPResponse) -> Void) -> Void

    private let stream: StreamConnection
    private let handler: Handler
    var onEnd: (HTTPConnection) -> Void = { _ in }
    private var reader = RequestReader()
    private var isAnswering = false
    private var endsAfterAnswer = false
    private var isRefused = false
    /// A refusal that waits for the answer under way to be taken.
    private var pending: RequestReader.Refusal?
    private(set) var lastActive = EventLoop.now
    /// Since when a request comes, is answered, or its answer is taken.
    private(set) var busySince: MonotonicInstant?
    /// What it was answered last.
    private var answer: (edition: UInt64, contentType: String, size: Int)?
    private var taken = 0

    init(_ stream: StreamConnection, handler: @escaping Handler) {
        self.stream = stream
        self.handler = handler
        stream.onData = { [weak self] in self?.received($0) }
        stream.onDrain = { [weak self] in self?.drained() }
        stream.onClose = { [weak self] _ in
            guard let self else { return }
            self.onEnd(self)
        }
    }

    var isIdle: Bool { !isAnswering && stream.queued == 0 && !reader.isWithinRequest }

    /// A text that is in memory until this client has taken it.
    var waitingText: (edition: UInt64, contentType: String, size: Int)? { stream.queued > 0 ? answer : nil }

    func isOverdue(at now: MonotonicInstant) -> Bool {
        if stream.taken != taken {
            taken = stream.taken
            lastActive = now
        }
        // Who takes a byte now and then would keep its place, and the answer in memory, for good.
        if let busySince, now - busySince > Self.busyTime { return true }
        return now - lastActive > (isIdle ? Self.idleTime : Self.patience)
    }

    func close() {
        onEnd = { _ in }
        stream.close()
    }

    private func received(_ bytes: ArraySlice<UInt8>) {
        // The rest of what was refused is read and thrown away: closing over it would take the answer away too.
        guard !isRefused else { return }
        // The time for a request counts from its first byte: one that comes byte by byte comes to nothing.
        if busySince == nil {
            lastActive = EventLoop.now
            busySince = lastActive
        }
        do throws(RequestReader.Refusal) {
            try reader.append(bytes)
        } catch {
            return refuse(error)
        }
        next()
    }

    private func next() {
        guard !isAnswering, !endsAfterAnswer, stream.isOpen, stream.queued == 0 else { return }
        do throws(RequestReader.Refusal) {
            guard let request = try reader.next() else {
                // Only empty lines have come.
                if !reader.isWithinRequest { busySince = nil }
                return
            }
            isAnswering = true
            handler(request) { [weak self] response in
                guard let self, self.stream.isOpen else { return }
                self.isAnswering = false
                self.lastActive = EventLoop.now
                self.endsAfterAnswer = self.endsAfterAnswer || !request.keepsOpen
                self.answer = response.edition.map { ($0, response.contentType, response.body.count) }
                self.stream.send(response.head(keepsOpen: request.keepsOpen))
                if request.method != "HEAD" { self.stream.send(response.body) }
                if self.stream.isOpen, self.stream.queued == 0 { self.drained() }
            }
        } catch {
            refuse(error)
        }
    }

    private func refuse(_ refusal: RequestReader.Refusal) {
        isRefused = true
        // It must not overtake, or cut in two, the answer to what was asked before.
        if isAnswering || stream.queued > 0 {
            pending = refusal
        } else {
            send(refusal)
        }
    }

    private func send(_ refusal: RequestReader.Refusal) {
        endsAfterAnswer = true
        var response = HTTPResponse.text(refusal.status, refusal.reason)
        response.headers = refusal.headers
        stream.send(response.head(keepsOpen: false))
        stream.send(response.body)
        if stream.isOpen, stream.queued == 0 { drained() }
    }

    private func drained() {
        lastActive = EventLoop.now
        busySince = reader.isWithinRequest ? lastActive : nil
        if let refusal = pending, !endsAfterAnswer {
            pending = nil
            return send(refusal)
        }
        if isRefused {
            EventLoop.main.schedule(after: .milliseconds(200)) { [weak self] in
                guard let self else { return }
                self.onEnd(self)
            }
            return
        }
        if endsAfterAnswer { return onEnd(self) }
        // Not within this call: hundreds of requests in one packet would be as many calls deep, and hold the loop.
        EventLoop.main.schedule(after: .zero) { [weak self] in self?.next() }
    }
}
