import ControlProtocol
import ControlSocket
import DirectorCore
import EventLoop
import Logging
import TimeTypes
import VirtualRouting

/// The engine's way to the pair: JSON lines on a socket of the runtime directory that only root may use. Who subscribes
/// hears the state when it changed and once a second, and the events.
///
/// Nothing here may ever delay an advertisement: a subscriber that has not taken its last state gets no other one, one
/// that does not take events is cut off, and what nobody hears is kept up to a limit.
@LoopActor final class FailoverControl {
    static let period = Duration.seconds(1)
    /// Between two states, so that a storm of changes costs little.
    static let pause = Duration.milliseconds(50)
    static let keptEvents = 256
    static let enginePatience = Duration.seconds(5)
    static let queueLimit = 1 << 20

    private final class Client {
        let connection: StreamConnection
        var splitter = LineSplitter(limit: 1 << 18)
        var isSubscribed = false
        /// It has had a file prepared, and has not said what is to become of it.
        var isReloading = false
        /// As this client knows them.
        var routers: [PairRouter] = []

        init(_ connection: StreamConnection) { self.connection = connection }
    }

    private var listener: UnixListener?
    /// The one at work; another one after a reload.
    var driver: PairDriver {
        didSet { schedule(at: EventLoop.now) }
    }
    var reload: PairReload?
    private let log: Logger
    private var clients: [ObjectIdentifier: Client] = [:]
    /// Events that nobody was told of yet.
    private var untold: [EventRecord] = []
    private var timer: LoopTimer?
    private var engineLoss: LoopTimer?
    private var toldAt = EventLoop.now

    init(path: String, _ driver: PairDriver, log: Logger) throws {
        self.driver = driver
        self.log = log
        var options = UnixListener.Options()
        options.connectionLimit = 8
        options.queueLimit = Self.queueLimit
        listener = try UnixListener(path: path, options: options) { [unowned self] in accept($0) }
        driver.onEvent = { [unowned self] in told($0) }
        driver.onOrders = { [unowned self] orders in
            for client in clients.values where client.isSubscribed { send(.orders(orders), to: client) }
        }
        schedule(at: EventLoop.now + Self.period)
    }

    func close() {
        timer?.cancel()
        listener?.close()
        listener = nil
        clients = [:]
    }

    private func accept(_ connection: StreamConnection) {
        let key = ObjectIdentifier(connection)
        clients[key] = Client(connection)
        let ended = connection.onClose
        connection.onClose = { [unowned self] reason in
            ended(reason)
            forget(key)
        }
        connection.onData = { [unowned self] bytes in
            guard let client = clients[key], let lines = try? client.splitter.lines(from: bytes) else {
                return drop(key)
            }
            for line in lines { answer(line, of: client) }
        }
    }

    private func drop(_ key: ObjectIdentifier) {
        guard let client = forget(key) else { return }
        listener?.release(client.connection)
    }

    /// What it has begun and cannot end any more is taken back.
    @discardableResult
    private func forget(_ key: ObjectIdentifier) -> Client? {
        guard let client = clients.removeValue(forKey: key) else { return nil }
        if client.isReloading { reload?.abort() }
        return client
    }

    /// An engine is started again within a moment. One that stays away, or hangs and does not repeat what it said,
    /// keeps no table current: what is held is kept, since the kernel goes on balancing, and nothing is taken from a
    /// director that works.
    private func awaitEngine() {
        engineLoss?.cancel()
        engineLoss = EventLoop.main.schedule(after: Self.enginePatience) { [unowned self] in
            log.warning("the engine is gone, or hangs: nothing is taken from a master that works until it is back")
            driver.loseEngine()
        }
    }

    // MARK: Requests

    private func answer(_ line: [UInt8], of client: Client) {
        do {
            switch try PairRequest(json: JSON(parsing: line)) {
            case .subscribe:
                client.isSubscribed = true
                client.routers = []
                for event in untold { send(.event(event), to: client) }
                untold = []
                let orders = driver.node.sharedOrders
                if !orders.isEmpty { send(.orders(orders), to: client) }
                tell(client, driver.state())
            case .order(let number, let order, let router):
                send(.answer(number, carryOut(order, router)), to: client)
            case .orders(let orders): driver.share(orders)
            case .prepare(let number, let digest):
                for other in clients.values { other.isReloading = other === client }
                EventLoop.main.task { @LoopActor [weak self] in
                    guard let self, let reload = self.reload else { return }
                    let answer = await reload.prepare(digest: digest)
                    guard self.clients[ObjectIdentifier(client.connection)] != nil else {
                        if client.isReloading { reload.abort() }
                        return
                    }
                    self.send(.answer(number, answer), to: client)
                }
            case .commit(let number):
                client.isReloading = false
                if let reload { send(.answer(number, reload.commit()), to: client) }
            case .abort:
                client.isReloading = false
                reload?.abort()
            case .standing(let standing):
                awaitEngine()
                driver.take(standing)
            case .fence(let number, let router):
                send(.answer(number, driver.fencePeer(router)), to: client)
            }
        } catch {
            log.warning("vrrp.sock: a request was not understood: \(error)")
        }
    }

    private func carryOut(_ order: PairOrder, _ router: String?) -> PairAnswer {
        let names = driver.node.groups.map(\.name)
        guard let router else {
            let answers = names.indices.map { driver.carryOut(order, group: $0) }
            let texts = answers.map { answer in
                switch answer {
                case .done(let text), .refused(let text): text
                }
            }
            let isRefused = answers.contains { if case .refused = $0 { true } else { false } }
            return isRefused ? .refused(texts.joined(separator: "; ")) : .done(texts.joined(separator: "; "))
        }
        guard let index = names.firstIndex(of: router) else {
            return .refused("no virtual router '\(router)': there are \(names.joined(separator: ", "))")
        }
        return driver.carryOut(order, group: index)
    }

    // MARK: What is told

    private func told(_ event: EventRecord) {
        let listeners = clients.values.filter(\.isSubscribed)
        if listeners.isEmpty {
            untold.append(event)
            if untold.count > Self.keptEvents { untold.removeFirst() }
        }
        for client in listeners { send(.event(event), to: client) }
        if !listeners.isEmpty { schedule(at: max(EventLoop.now, toldAt + Self.pause)) }
    }

    private func schedule(at deadline: MonotonicInstant) {
        if let timer, timer.isScheduled, timer.deadline <= deadline { return }
        timer?.cancel()
        timer = EventLoop.main.schedule(at: deadline) { [unowned self] in
            driver.sumUp()
            tellAll()
            schedule(at: toldAt + Self.period)
        }
    }

    private func tellAll() {
        toldAt = EventLoop.now
        let listeners = clients.values.filter { $0.isSubscribed && $0.connection.queued == 0 }
        guard !listeners.isEmpty else { return }
        let state = driver.state()
        for client in listeners { tell(client, state) }
    }

    private func tell(_ client: Client, _ state: PairState) {
        let isNew = client.routers != state.routers
        client.routers = state.routers
        send(.state(state.json(withRouters: isNew)), to: client)
    }

    private func send(_ message: PairMessage, to client: Client) {
        client.connection.send(message.json.line + [UInt8(ascii: "\n")])
    }
}
