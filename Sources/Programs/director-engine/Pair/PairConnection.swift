import ControlProtocol
import ControlSocket
import DirectorConfig
import DirectorCore
import EventLoop
import Glibc
import Logging
import TimeTypes
import VirtualRouting

/// The engine's end of the connection with director-vrrp: it connects, again and again, so that either of the two
/// may be started again alone. What was heard is current only as long as the other side goes on talking.
@LoopActor final class PairConnection {
    static let reconnectPause = Duration.milliseconds(100)
    /// director-vrrp says something once a second.
    static let patience = Duration.seconds(3)
    /// So many in one line.
    static let ordersAtOnce = 64
    static let answerPatience = Duration.seconds(3)

    private unowned let engine: Engine
    private let path: String
    private let log: Logger
    private var connection: StreamConnection?
    private var splitter = LineSplitter()
    /// What was said last; kept when the connection ends.
    private(set) var state: PairState?
    private var heardAt: Moment?
    /// Why what was said last is not current; nil when it is.
    private(set) var problem: String? = "director-vrrp has said nothing yet"
    private var silence = SilenceWatch(period: PairConnection.reconnectPause)
    private var wantedSince: MonotonicInstant?
    private var isLostTold = false
    /// It has told that it stops: that this connection ends then is no news, unless no other one follows.
    private var hasStopped = false
    private var timer: LoopTimer?
    private var lastNumber: Int64 = 0
    private var waiting: [Int64: CheckedContinuation<PairAnswer, Never>] = [:]
    /// The state, or whether it is known, may be another.
    var onChange: () -> Void = {}
    /// director-vrrp was not heard before, and has read this version of the file.
    var onNews: (_ digest: String) -> Void = { _ in }

    init(_ engine: Engine) {
        self.engine = engine
        path = engine.options.runtimeDirectory + "/vrrp.sock"
        log = engine.log
    }

    private var configuration: Configuration? { engine.configuration }
    /// There is a director-vrrp to talk to.
    private var isWanted: Bool { configuration?.routers.isEmpty == false }

    /// Begins, goes on or ends as the configuration has virtual routers or not.
    func follow() {
        guard isWanted else {
            timer?.cancel()
            timer = nil
            wantedSince = nil
            isLostTold = false
            state = nil
            return end("the configuration has no vrrp section")
        }
        if wantedSince == nil { wantedSince = EventLoop.now }
        if let configuration { state?.describe(configuration) }
        if timer == nil { look() }
    }

    func close() {
        timer?.cancel()
        connection?.close()
        connection = nil
        answerAll(.refused("the engine stops"))
    }

    /// Nil without a vrrp section.
    func snapshot() -> PairSnapshot? {
        guard isWanted, let configuration else { return nil }
        let state = state ?? PairState(configuration, at: EventLoop.wallTime)
        var snapshot = PairSnapshot(problem: problem, heardAt: heardAt?.wall, state: state)
        snapshot.readiness = engine.duties.readiness
        snapshot.sync = engine.duties.syncSnapshots
        return snapshot
    }

    /// Waits until director-vrrp has been heard, for as long as it may be silent.
    func settle() async {
        let limit = EventLoop.now + Self.patience
        while isWanted, connection == nil || problem != nil, EventLoop.now < limit {
            await EventLoop.main.sleep(for: .milliseconds(20))
        }
    }

    var isConnected: Bool { connection != nil }

    /// The role of each router by name, as far as it is known now.
    var roles: [String: PairRole] {
        guard problem == nil, let state else { return [:] }
        return Dictionary(state.routers.map { ($0.name, $0.role) }, uniquingKeysWith: { first, _ in first })
    }

    // MARK: The connection

    private func look() {
        if connection == nil {
            connect()
        } else {
            watchSilence()
        }
        if connection == nil, !isLostTold, let wantedSince, EventLoop.now - wantedSince > Self.patience {
            lose("director-vrrp is not there")
        }
        timer = EventLoop.main.schedule(after: Self.reconnectPause) { [unowned self] in look() }
    }

    /// A director-vrrp that hangs holds addresses that its peer has taken over long ago: it is ended, and its successor
    /// lets go of them.
    private func watchSilence() {
        guard let connection, silence.look(patience: Self.patience) != nil else { return }
        let pid = connection.peer.pid
        end("director-vrrp, process \(pid), hangs: it has said nothing for \(Self.patience.words) and is killed")
        if pid > 1, pid != getpid() { kill(pid, SIGKILL) }
    }

    private func connect() {
        guard let new = try? StreamConnection.connect(to: path, queueLimit: 1 << 20) else { return }
        connection = new
        splitter = LineSplitter(limit: 4 << 20)
        silence.heard()
        new.onData = { [unowned self] in receive($0) }
        new.onClose = { [unowned self] reason in end("director-vrrp is gone: \(reason)") }
        engine.duties.connectionChanged()
        send(.subscribe)
        shareOrders()
        engine.duties.look()
    }

    private func end(_ reason: String) {
        connection?.close()
        connection = nil
        answerAll(.refused(reason))
        guard problem == nil else { return }
        let isExcused = hasStopped && isWanted
        hasStopped = false
        guard isExcused else { return lose(reason) }
        // It may be back before the patience ends.
        wantedSince = EventLoop.now
        problem = reason
        onChange()
    }

    private func lose(_ reason: String) {
        problem = reason
        if isWanted, !isLostTold {
            isLostTold = true
            engine.report(
                EventRecord(
                    .pairLost, .warning, at: EventLoop.wallTime, "\(reason): roles and links are not known"))
        }
        onChange()
    }

    /// The peers get to know what operators ordered. Sent whole: director-vrrp knows what is new, and it has a limit.
    func shareOrders() {
        guard connection != nil else { return }
        var orders = (engine.director?.sharedOrders.all ?? [])[...]
        while !orders.isEmpty {
            send(.orders(Array(orders.prefix(Self.ordersAtOnce))))
            orders = orders.dropFirst(Self.ordersAtOnce)
        }
    }

    func send(_ request: PairRequest) {
        connection?.send(request.json.line + [UInt8(ascii: "\n")])
    }

    // MARK: What is heard

    private func receive(_ bytes: ArraySlice<UInt8>) {
        silence.heard()
        do {
            for line in try splitter.lines(from: bytes) {
                try take(PairMessage(json: JSON(parsing: line)))
            }
        } catch {
            end("director-vrrp does not speak the protocol: \(error)")
        }
    }

    private func take(_ message: PairMessage) throws {
        switch message {
        case .state(let json): try take(json)
        case .event(let event):
            if event.kind == .routerStopped { hasStopped = true }
            engine.report(event)
        case .orders(let orders): engine.takeOver(orders)
        case .answer(let number, let answer): waiting.removeValue(forKey: number)?.resume(returning: answer)
        }
    }

    private func take(_ json: JSON) throws {
        guard let configuration else { return }
        var new = try PairState(json: json, routers: state?.routers ?? [])
        new.describe(configuration)
        let isNews = problem != nil
        let hasChanged = isNews || new.routers != state?.routers
        state = new
        hasStopped = false
        heardAt = EventLoop.moment
        problem = nil
        isLostTold = false
        if isNews {
            engine.report(
                EventRecord(.pairConnected, at: EventLoop.wallTime, "director-vrrp is connected, process \(new.pid)"))
        }
        if hasChanged { onChange() }
        if isNews, let digest = new.fileDigest { onNews(digest) }
    }

    // MARK: Orders

    /// Has an order carried out.
    func carryOut(_ order: PairOrder, router: String?) async -> PairAnswer {
        await ask { .order($0, order, router: router) }
    }

    /// Has the peer switched off; the answer says that this has begun, an event how it ended.
    func fence(router: String?) async -> PairAnswer {
        await ask { .fence($0, router: router) }
    }

    /// Sends a request with a number and waits for its answer.
    private func ask(_ request: (Int64) -> PairRequest) async -> PairAnswer {
        guard connection != nil, problem == nil else {
            return .refused("director-vrrp does not answer: \(problem ?? "it is not connected")")
        }
        lastNumber += 1
        let number = lastNumber
        let limit = EventLoop.main.schedule(after: Self.answerPatience) { [unowned self] in
            waiting.removeValue(forKey: number)?.resume(returning: .refused("director-vrrp has not answered in time"))
        }
        defer { limit.cancel() }
        let wanted = request(number)
        return await withCheckedContinuation { continuation in
            waiting[number] = continuation
            send(wanted)
        }
    }

    // MARK: Reload

    /// Has director-vrrp look at a new file. Why it cannot work, or nil; also where there is nobody to ask.
    func prepare(_ new: Configuration, digest: UInt64) async -> String? {
        guard isWanted, !new.routers.isEmpty, connection != nil, problem == nil else { return nil }
        let text = String(digest, radix: 16)
        guard case .refused(let reason) = await ask({ .prepare($0, digest: text) }) else { return nil }
        return "director-vrrp: \(reason)"
    }

    /// The kernel has taken the rest of the file, or has not. Why director-vrrp did not, or nil.
    func finishReload(isInForce: Bool) async -> String? {
        guard connection != nil, problem == nil else { return nil }
        guard isInForce else {
            send(.abort)
            return nil
        }
        // One that died over it reads the file when it is started again.
        guard isWanted, case .refused(let reason) = await ask({ .commit($0) }), connection != nil else { return nil }
        return "director-vrrp: \(reason)"
    }

    private func answerAll(_ answer: PairAnswer) {
        let all = waiting
        waiting = [:]
        for continuation in all.values { continuation.resume(returning: answer) }
    }
}
