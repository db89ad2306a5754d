import ControlProtocol
import ControlSocket
import DirectorConfig
import DirectorCore
import EventLoop
import Glibc
import Logging
import TimeTypes

/// Answers what `director` and other clients ask over the control socket, a JSON text a line (see
/// Core/ControlProtocol/README.md).
///
/// Who may ask and who may change is decided by what the kernel says of the client (`readers`, `operators`). Nothing a
/// client does costs more than it may: connections, requests that wait, and answers that are not read all have limits.
@LoopActor final class ControlService {
    static let clientLimit = 1_024
    /// Descriptors for everything else that the engine does.
    static let reservedDescriptors = 256
    /// What the kernel may hold for one client: 64 MB for as many as there may be.
    static let sendBuffer = 64 << 10
    /// Lines about clients that were sent away, in a second.
    static let dismissalLines = 8

    private var listener: UnixListener?
    /// For director-metrics, whose user may not open the other one.
    private var metricsListener: UnixListener?
    private let metricsProgram: Colleague
    private let engine: Engine
    private let source: ConfigurationSource
    /// Where answers are made that take a while.
    private let thread = BackgroundThread()
    private let stream: StatusStream
    private let metrics: MetricsDesk
    private let events: EventDesk
    private let slowClients = SlowClients<ObjectIdentifier>()
    private var access: ControlAccess
    private var clients: [ObjectIdentifier: ControlConnection] = [:]
    private var ledger: ClientLedger<ObjectIdentifier>
    private var dismissals: Set<String> = []
    private var accessInForce: AccessSettings?

    init(path: String, metricsPath: String, engine: Engine, source: ConfigurationSource) throws {
        self.engine = engine
        self.source = source
        metricsProgram = Colleague("director-metrics", runtimeDirectory: engine.options.runtimeDirectory)
        stream = StatusStream(engine, thread)
        metrics = MetricsDesk(engine, thread)
        events = EventDesk(engine, thread)
        access = ControlAccess(owner: getuid())
        let files = UnixListener.raiseOpenFiles(to: Self.clientLimit + Self.reservedDescriptors)
        ledger = ClientLedger(limit: min(Self.clientLimit, max(16, files - Self.reservedDescriptors)))
        var options = UnixListener.Options()
        options.mode = access.file.mode
        // One more than there may be: the newcomer is let in before another one has to go.
        options.connectionLimit = ledger.limit + 1
        // One answer, of the largest table that somebody may have; the sweep looks after what all hold together.
        options.queueLimit = 256 << 20
        options.sendBuffer = Self.sendBuffer
        listener = try UnixListener(path: path, options: options) { [unowned self] in accept($0) }
        options.mode = 0o666
        options.connectionLimit = 16
        metricsListener = try UnixListener(path: metricsPath, options: options) { [unowned self] new in
            admit(new, metricsProgram.judge(new.peer) == .meant ? .read : .none)
        }
        engine.onReport = { [unowned self] in
            stream.changed()
            events.reported()
        }
        engine.onChange = { [unowned self] in stream.changed() }
        engine.onConfiguration = { [unowned self] in applyAccess($0.access) }
        if let configuration = engine.configuration { applyAccess(configuration.access) }
        sweepPeriodically()
    }

    func close() {
        listener?.close()
        listener = nil
        metricsListener?.close()
        metricsListener = nil
        clients = [:]
    }

    // MARK: - Clients

    private func accept(_ new: StreamConnection) {
        let groups = [new.peer.gid] + new.peer.groups
        admit(
            new, access.permission(user: new.peer.uid, groups: groups),
            mayReport: access.mayReport(user: new.peer.uid, groups: groups))
    }

    private func admit(_ new: StreamConnection, _ permission: ControlAccess.Permission, mayReport: Bool = false) {
        let client = ControlConnection(new, permission: permission, mayReport: mayReport, service: self)
        let ended = new.onClose
        new.onClose = { [unowned self] reason in
            ended(reason)
            forget(client.key)
        }
        // Before it counts: who may not ask must not take the place of one who may.
        guard permission != .none || mayReport else {
            return dismiss(
                client, "permission denied: only root and members of the readers' and operators' groups may ask")
        }
        clients[client.key] = client
        let victim = ledger.add(client.key, user: new.peer.uid, at: EventLoop.now)
        if let victim = victim.flatMap({ clients[$0] }) {
            dismiss(victim, "there are more than \(ledger.limit) clients, and this one has been silent for the longest")
        }
    }

    private func forget(_ key: ObjectIdentifier) {
        clients[key] = nil
        ledger.remove(key)
        stream.remove(key)
        metrics.remove(key)
        events.remove(key)
    }

    /// The client has all that it asked for, and asks nothing more.
    func finished(_ client: ControlConnection) {
        forget(client.key)
        release(client)
    }

    private func release(_ client: ControlConnection) {
        listener?.release(client.stream)
        metricsListener?.release(client.stream)
    }

    func heard(_ client: ControlConnection) {
        ledger.heard(client.key, at: EventLoop.now)
    }

    /// Ends a connection with a last line that says why; it arrives when the client has read what came before.
    func dismiss(_ client: ControlConnection, _ reason: String) {
        guard client.stream.isOpen else { return }
        if client.isIdle { client.send(ControlResponse.refused(reason).json) }
        let peer = client.stream.peer
        forget(client.key)
        release(client)
        // Nothing in it differs from one time to the next: the log counts what repeats.
        if dismissals.count < Self.dismissalLines {
            dismissals.insert("a client of user \(peer.uid) was sent away: \(reason)")
        }
    }

    /// Once a second: who does not read is cut off, and the log is told whose clients were sent away.
    private func sweepPeriodically() {
        guard listener != nil else { return }
        let now = EventLoop.now
        let victims = slowClients.victims(clients.values.compactMap { $0.waits(at: now) })
        EventLoop.main.task { @LoopActor [self] in
            await EventLoop.main.forEach(victims) { victim in
                guard let client = clients[victim.key], !client.isIdle else { return }
                dismiss(client, "it has not read what waits for it in \(victim.stalled.milliseconds / 1000) s")
            }
            tellOfDismissals()
            EventLoop.main.schedule(after: .seconds(1)) { [weak self] in self?.sweepPeriodically() }
        }
    }

    private func tellOfDismissals() {
        for dismissal in dismissals.sorted() { engine.log.warning("\(dismissal)") }
        dismissals = []
    }

    // MARK: - Requests

    func answer(_ line: [UInt8], of client: ControlConnection) {
        let request: ControlRequest
        do {
            request = try ControlRequest(json: JSON(parsing: line))
        } catch {
            client.respond(.refused("\(error)"))
            return
        }
        if request.isChange, client.permission < .change {
            client.respond(
                .refused("permission denied: only root and members of the operators' group may change anything"))
            return
        }
        if request.isReport, !client.mayReport {
            client.respond(
                .refused(
                    "permission denied: only root and members of the reporters' and operators' groups may report"))
            return
        }
        if !request.isReport, request != .hello, client.permission < .read {
            client.respond(
                .refused("permission denied: only root and members of the readers' and operators' groups may ask"))
            return
        }
        guard engine.configuration != nil else { return client.respond(.refused(Self.tooEarly)) }
        switch request {
        case .hello: client.respond(.done(hello(client)))
        case .status: stream.ask(client)
        case .metrics: metrics.ask(client)
        case .events(let query): events.answer(query, client)
        case .follow(let query):
            ledger.subscribed(client.key)
            events.follow(query, client)
        case .subscribe:
            ledger.subscribed(client.key)
            client.isSubscribing = true
            stream.ask(client)
        case .explain(let virtual, let server): client.respond(explain(virtual, server))
        case .reload:
            EventLoop.main.task { @LoopActor [source] in
                let problem = await source.reload(.request)
                client.respond(problem.map { .refused($0) } ?? .done("reloaded"))
            }
        case .pair(let order, let router):
            EventLoop.main.task { @LoopActor [engine] in
                client.respond(await engine.carryOut(order, router: router, user: client.stream.peer.uid))
            }
        case .report(let report):
            EventLoop.main.task { @LoopActor [engine] in
                client.respond(
                    await engine.outside.take(
                        report, user: client.stream.peer.uid, mayChange: client.permission >= .change))
            }
        case .order(let action, let virtual, let server):
            EventLoop.main.task { @LoopActor [engine] in
                client.respond(
                    await engine.carryOut(
                        action, virtual: virtual, server: server, user: client.stream.peer.uid))
            }
        }
    }

    private func explain(_ virtual: String?, _ server: String) -> ControlResponse {
        do throws(OrderRefusal) {
            let found = try engine.explain(virtual: virtual, server: server)
            return found.map { .done(.array($0.map(\.json))) } ?? .refused(Self.tooEarly)
        } catch {
            return .refused(error.description)
        }
    }

    private static let tooEarly = "the engine has not started yet"

    private func hello(_ client: ControlConnection) -> JSON {
        [
            "release": .string(Release.version), "pid": .integer(Int64(getpid())),
            "mayChange": .bool(client.permission >= .change),
        ]
    }

    func drained(_ client: ControlConnection) {
        events.drained(client)
    }

    // MARK: - Access

    private func applyAccess(_ settings: AccessSettings) {
        guard settings != accessInForce else { return }
        accessInForce = settings
        EventLoop.main.task { @LoopActor in
            // Groups may come from the network.
            let found = try await EventLoop.main.runBlocking { GroupNames.resolve(settings, owner: getuid()) }
            guard self.accessInForce == settings else { return }
            for problem in found.problems { self.engine.log.warning("\(problem)") }
            // A reload asks once more.
            if found.isForNow { self.accessInForce = nil }
            self.access = found.access
            do {
                try self.listener?.setAccess(mode: found.access.file.mode, group: found.access.file.group)
            } catch {
                self.engine.log.warning("\(error)")
            }
        }
    }
}
