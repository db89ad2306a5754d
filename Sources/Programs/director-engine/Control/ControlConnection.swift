import ControlProtocol
import ControlSocket
import EventLoop
import TimeTypes

/// One client of the control socket: its requests wait here and are answered one after the other, the next only when
/// the client has taken the answer before. So a client costs one answer's memory, and one request's time in a turn of
/// the loop, whatever it sends and however slowly it reads.
@LoopActor final class ControlConnection {
    /// A request is small; what is longer is not one.
    static let requestLimit = 1 << 16
    /// Requests that may wait for their turn, and their bytes.
    static let waitingLimit = 16
    static let waitingBytes = 1 << 16

    enum Subscription {
        case status(isBehind: Bool)
        /// Events after this number are still to be sent.
        case events(EventQuery, after: Int64)
    }

    let stream: StreamConnection
    let permission: ControlAccess.Permission
    let mayReport: Bool
    var subscription: Subscription?
    /// It waits for the first snapshot of a subscription.
    var isSubscribing = false
    /// What waits for it, if many may wait for the same.
    private var held: SharedText?
    /// Since when what is sent now has waited for it.
    private var waitsSince: MonotonicInstant?
    private var splitter = LineSplitter(limit: ControlConnection.requestLimit)
    private var waiting: [[UInt8]] = []
    private var isAnswering = false
    private var isScheduled = false
    /// The client will ask nothing more, and still reads.
    private var hasEnded = false
    private unowned let service: ControlService
    /// What the client's side had taken when it last took something while something waited for it.
    private var progress: (taken: Int, at: MonotonicInstant)

    init(
        _ stream: StreamConnection, permission: ControlAccess.Permission, mayReport: Bool, service: ControlService
    ) {
        self.stream = stream
        self.permission = permission
        self.mayReport = mayReport
        self.service = service
        progress = (0, EventLoop.now)
        stream.onData = { [weak self] bytes in self?.received(bytes) }
        stream.onDrain = { [weak self] in self?.drained() }
        stream.onInputEnd = { [weak self] in self?.inputEnded() }
    }

    var key: ObjectIdentifier { ObjectIdentifier(stream) }

    /// Everything that was sent has been taken.
    var isIdle: Bool { stream.queued == 0 }

    /// It misses lines of its subscription until it has taken what waits for it.
    var isBehind: Bool {
        if case .status(isBehind: true)? = subscription { true } else { false }
    }

    /// What waits for the client, if anything does, and for how long.
    func waits(at now: MonotonicInstant) -> SlowClients<ObjectIdentifier>.Waiting? {
        if isIdle || stream.taken != progress.taken { progress = (stream.taken, now) }
        guard !isIdle else { return nil }
        return SlowClients.Waiting(
            key, stalled: now - progress.at, waiting: now - (waitsSince ?? now), own: held == nil ? stream.queued : 0,
            shared: held)
    }

    func send(_ json: JSON) {
        send(line: json.line + [UInt8(ascii: "\n")])
    }

    func send(line: [UInt8]) {
        stream.send(line)
        noteWaiting()
    }

    /// A line, or its middle between `start` and `end`, that many get and that is in memory once.
    func send(_ start: [UInt8] = [], shared text: SharedText, _ end: [UInt8] = []) {
        for piece in [start, text.bytes, end] { stream.send(piece) }
        held = isIdle ? nil : text
        noteWaiting()
    }

    private func noteWaiting() {
        if isIdle { waitsSince = nil } else if waitsSince == nil { waitsSince = EventLoop.now }
    }

    func respond(_ response: ControlResponse) {
        send(response.json)
        answered()
    }

    /// The request under way has its answer; the next one is taken up when the client has read it.
    func answered() {
        isAnswering = false
        scheduleNext()
        closeWhenDone()
    }

    private func inputEnded() {
        hasEnded = true
        // What was said last needs no line feed to be understood.
        if splitter.hasRest { received([UInt8(ascii: "\n")]) }
        closeWhenDone()
    }

    /// Who asked and ended its side, as `nc -N` does, gets every answer and then the end. A subscription goes on until
    /// the client is gone.
    private func closeWhenDone() {
        guard hasEnded, !isAnswering, waiting.isEmpty, isIdle, subscription == nil else { return }
        service.finished(self)
    }

    private func received(_ bytes: ArraySlice<UInt8>) {
        service.heard(self)
        do {
            waiting += try splitter.lines(from: bytes)
        } catch {
            service.dismiss(self, "the request is longer than \(Self.requestLimit) bytes")
            return
        }
        let bytes = waiting.reduce(0) { $0 + $1.count }
        guard waiting.count <= Self.waitingLimit, waiting.count == 1 || bytes <= Self.waitingBytes else {
            service.dismiss(
                self,
                "more than \(Self.waitingLimit) requests wait for their answers, or \(Self.waitingBytes) bytes of them; read those first"
            )
            return
        }
        next()
    }

    private func drained() {
        (held, waitsSince) = (nil, nil)
        scheduleNext()
        service.drained(self)
        closeWhenDone()
    }

    /// Others get their turn in between.
    private func scheduleNext() {
        guard !isScheduled, !waiting.isEmpty else { return }
        isScheduled = true
        EventLoop.main.schedule(after: .zero) { [weak self] in
            self?.isScheduled = false
            self?.next()
        }
    }

    private func next() {
        guard !isAnswering, stream.isOpen, isIdle, !waiting.isEmpty else { return }
        isAnswering = true
        service.answer(waiting.removeFirst(), of: self)
    }
}
