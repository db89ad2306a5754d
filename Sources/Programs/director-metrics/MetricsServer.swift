import ControlProtocol
import ControlSocket
import EventLoop
import Glibc
import HTTPServing
import Logging
import StatusPage
import TimeTypes

/// Answers GET and HEAD of `/metrics` and `/`. Everything that a client may cost has a limit.
@LoopActor final class MetricsServer {
    static let connectionLimit = 64
    /// What may wait for one client: the page or the metrics of a large farm.
    static let queueLimit = 256 << 20
    /// What may be in memory for those who have not taken it yet, besides the newest: the metrics of a large farm have
    /// 14 MB, and each second may bring others.
    static let waitingLimit = 64 << 20
    /// Who has been busy for longer makes room for others.
    static let undisturbedTime = Duration.seconds(1)

    private let listener: TCPListener
    private let question: EngineQuestion
    private let log: Logger
    private var clients: [ObjectIdentifier: HTTPConnection] = [:]
    /// What the last answer of the engine came to, by type of content: made once, and in memory once, for all who ask.
    private var rendered: (number: UInt64, at: MonotonicInstant, bodies: [String: [UInt8]])?

    init(_ listener: TCPListener, _ question: EngineQuestion, log: Logger) {
        self.listener = listener
        self.question = question
        self.log = log
    }

    func begin() throws {
        try listener.begin { [unowned self] in accept($0) }
        sweepPeriodically()
    }

    func close() {
        listener.close()
        for client in clients.values { client.close() }
        clients = [:]
    }

    private func accept(_ descriptor: Int32) {
        if clients.count >= Self.connectionLimit {
            guard let leaver = Self.leaver(among: clients.values, at: EventLoop.now) else {
                Glibc.close(descriptor)
                return
            }
            forget(leaver)
        }
        var one: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<Int32>.size))
        let peer = Peer(uid: .max, gid: .max, pid: 0)
        guard
            let stream = try? StreamConnection(descriptor: descriptor, peer: peer, queueLimit: Self.queueLimit)
        else {
            Glibc.close(descriptor)
            return
        }
        let client = HTTPConnection(stream) { [unowned self] request, answer in respond(to: request, answer) }
        client.onEnd = { [unowned self] in forget($0) }
        clients[ObjectIdentifier(client)] = client
    }

    /// Who has waited longest without a request makes room; while all are busy, who has been so for longest. Nobody
    /// does when all have just begun.
    static func leaver(among clients: some Sequence<HTTPConnection>, at now: MonotonicInstant) -> HTTPConnection? {
        if let idle = clients.filter(\.isIdle).min(by: { $0.lastActive < $1.lastActive }) { return idle }
        let busy = clients.compactMap { client in client.busySince.map { (client: client, since: $0) } }
        return busy.filter { now - $0.since > undisturbedTime }.min { $0.since < $1.since }?.client
    }

    /// Those whose texts are more than may be in memory, by age: who holds an old one is slower than others. One text
    /// for many counts once.
    static func hoarders(among clients: some Sequence<HTTPConnection>, limit: Int = waitingLimit) -> [HTTPConnection] {
        var editions: [UInt64: [String: Int]] = [:]
        for client in clients {
            guard let text = client.waitingText else { continue }
            editions[text.edition, default: [:]][text.contentType] = text.size
        }
        var sum = 0
        var oldest: UInt64?
        for (edition, sizes) in editions.sorted(by: { $0.key > $1.key }).dropFirst() {
            sum += sizes.values.reduce(0, +)
            guard sum <= limit else { break }
            oldest = edition
        }
        guard let oldest = oldest ?? editions.keys.max() else { return [] }
        return clients.filter { $0.waitingText.map { $0.edition < oldest } ?? false }
    }

    private func forget(_ client: HTTPConnection) {
        client.close()
        clients[ObjectIdentifier(client)] = nil
    }

    private func sweepPeriodically() {
        let now = EventLoop.now
        for client in clients.values where client.isOverdue(at: now) { forget(client) }
        // A large one is not kept for nothing.
        if let made = rendered?.at, now - made >= EngineQuestion.freshness { rendered = nil }
        EventLoop.main.schedule(after: .seconds(1)) { [weak self] in self?.sweepPeriodically() }
    }

    private func respond(to request: HTTPRequest, _ answer: @escaping @LoopActor (HTTPResponse) -> Void) {
        switch request.path {
        case "/metrics":
            let format = Self.format(request.accept)
            question.ask { [unowned self] found in
                answer(
                    response(format.contentType, to: found.number) {
                        found.report.map { MetricsText.render($0, format) } ?? MetricsText.renderUnreachable(format)
                    })
            }
        case "/":
            question.ask { [unowned self] found in
                answer(
                    response("text/html; charset=utf-8", to: found.number) {
                        let page = Page(
                            snapshot: found.last?.report.snapshot, heardAt: found.last?.at, problem: found.problem,
                            now: EventLoop.wallTime)
                        return Array(page.html.utf8)
                    })
            }
        default: answer(.text(404, "there are / and /metrics here"))
        }
    }

    private func response(_ contentType: String, to number: UInt64, _ render: () -> [UInt8]) -> HTTPResponse {
        if rendered?.number != number {
            rendered = (number, EventLoop.now, [:])
            for client in Self.hoarders(among: clients.values) { forget(client) }
        }
        let body = rendered?.bodies[contentType] ?? render()
        rendered?.bodies[contentType] = body
        var response = HTTPResponse(200, contentType: contentType, body: body)
        response.edition = number
        return response
    }

    /// OpenMetrics for those who want it at least as much as the older text.
    private static func format(_ accept: String) -> ExpositionWriter.Format {
        let types = AcceptedTypes(accept)
        guard accept.lowercased().contains("application/openmetrics-text") else { return .prometheus }
        let openMetrics = types.quality(of: "application/openmetrics-text", versions: ["1.0.0", "0.0.1"])
        let text = types.quality(of: "text/plain", versions: ["0.0.4"])
        return openMetrics > 0 && openMetrics >= text ? .openMetrics : .prometheus
    }
}
