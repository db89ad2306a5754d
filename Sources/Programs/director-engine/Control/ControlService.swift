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
    /// A client that has taken nothing for so long is cut off, and earlier when many wait.
    static let patience = Duration.seconds(10)
    static let shortPatience = Duration.seconds(1)
    /// What may wait for all clients together before the slow ones are cut off early.
    static let queuedLimit = 64 << 20
    static let eventPause = Duration.milliseconds(50)
    /// Lines about clients that were sent away, in a second.
    static let dismissalLines = 8

    private var listener: UnixListener?
    /// For director-metrics, whose user may not open the other one.
    private var metricsListener: UnixListener?
    private let metricsProgram = Colleague(user: "director-metrics")
    /// The last report of metrics as a line, and what it cost.
    private var report: (line: [UInt8], at: MonotonicInstant, cost: Duration)?
    private let engine: Engine
    private let source: ConfigurationSource
    private let stream: StatusStream
    private var access: ControlAccess
    private var clients: [ObjectIdentifier: ControlConnection] = [:]
    private var ledger: ClientLedger<ObjectIdentifier>
    private var eventTimer: LoopTimer?
    private var dismissals: Set<String> = []
    private var accessInForce: AccessSettings?

    init(path: String, metricsPath: String, engine: Engine, source: ConfigurationSource) throws {
        self.engine = engine
        self.source = source
        stream = StatusStream(engine)
        access = ControlAccess(owner: getuid())
        let files = UnixListener.raiseOpenFiles(to: Self.clientLimit + Self.reservedDescriptors)
        ledger = ClientLedger(limit: min(Self.clientLimit, max(16, files - Self.reservedDescriptors)))
        var options = UnixListener.Options()
        options.mode = access.file.mode
        // One more than there may be: the newcomer is let in before another one has to go.
        options.connectionLimit = ledger.limit + 1
        // One answer, of the largest table that somebody may have; the sweep looks after what all hold together.
        options.queueLimit = 256 << 20
        listener = try UnixListener(path: path, options: options) { [unowned self] in accept($0) }
        options.mode = 0o666
        options.connectionLimit = 16
        metricsListener = try UnixListener(path: metricsPath, options: options) { [unowned self] new in
            admit(new, metricsProgram.isMeant(by: new.peer) ? .read : .none)
        }
        engine.onReport = { [unowned self] in reported() }
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
        var waiting = clients.values.filter { !$0.isIdle }.map { (client: $0, stalled: $0.stalled(at: now)) }
        waiting.sort { $0.stalled > $1.stalled }
        var queued = waiting.reduce(0) { $0 + $1.client.stream.queued }
        for (client, stalled) in waiting {
            guard stalled >= (queued > Self.queuedLimit ? Self.shortPatience : Self.patience) else { break }
            queued -= client.stream.queued
            dismiss(client, "it has read nothing for \(stalled.milliseconds / 1000) s")
        }
        for dismissal in dismissals.sorted() { engine.log.warning("\(dismissal)") }
        dismissals = []
        EventLoop.main.schedule(after: .seconds(1)) { [weak self] in self?.sweepPeriodically() }
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
        switch request {
        case .hello: client.respond(.done(hello(client)))
        case .status:
            guard let line = stream.status() else { return client.respond(.refused(Self.tooEarly)) }
            client.send(pieces: line)
            client.answered()
        case .metrics:
            guard let line = metrics() else { return client.respond(.refused(Self.tooEarly)) }
            client.send(line: line)
            client.answered()
        case .events(let query):
            EventLoop.main.task { @LoopActor [engine] in
                let found = await engine.search.find(query)
                client.respond(.done(.array(found.events.map(\.json))))
            }
        case .follow(let query):
            EventLoop.main.task { @LoopActor [self, engine] in
                let found = await engine.search.find(query)
                client.subscription = .events(query, after: found.last)
                ledger.subscribed(client.key)
                client.respond(
                    .done([
                        "events": .array(found.events.map(\.json)), "last": .integer(found.last),
                        "run": .integer(engine.run),
                    ]))
                // What happened while the disk was read.
                sendEvents(to: client)
            }
        case .subscribe:
            guard let line = stream.begin(client) else { return client.respond(.refused(Self.tooEarly)) }
            ledger.subscribed(client.key)
            client.send(pieces: line)
            client.answered()
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

    /// Made anew, unless another was made a moment ago and one more would cost much: making them takes a tenth of the
    /// time at most, however many ask.
    private func metrics() -> [UInt8]? {
        let start = EventLoop.now
        if let report, start - report.at < report.cost * 10 { return report.line }
        guard let result = engine.metricsReport() else { return nil }
        let line = ControlResponse.done(result.json).json.line + [UInt8(ascii: "\n")]
        let cost = EventLoop.now - start
        report = (line, start, cost)
        // A large one is not kept for nothing.
        EventLoop.main.schedule(after: max(.seconds(1), cost * 10)) { [weak self] in
            if self?.report?.at == start { self?.report = nil }
        }
        return line
    }

    private static let tooEarly = "the engine has not started yet"

    private func hello(_ client: ControlConnection) -> JSON {
        [
            "release": .string(Release.version), "pid": .integer(Int64(getpid())),
            "mayChange": .bool(client.permission >= .change),
        ]
    }

    // MARK: - Subscriptions

    /// What is reported together, as when a rack fails, is sent together.
    private func reported() {
        stream.changed()
        guard eventTimer?.isScheduled != true else { return }
        eventTimer = EventLoop.main.schedule(after: Self.eventPause) { [weak self] in
            guard let self else { return }
            for client in self.clients.values { self.sendEvents(to: client) }
        }
    }

    func drained(_ client: ControlConnection) {
        sendEvents(to: client)
    }

    /// Sends the events that a follower has not had, unless earlier ones still wait for it: it gets them together then.
    private func sendEvents(to client: ControlConnection) {
        guard case .events(var query, let after)? = client.subscription, client.isIdle,
            engine.lastEvent > after
        else { return }
        client.subscription = .events(query, after: engine.lastEvent)
        query.after = after
        query.limit = EventHistory.limit
        let events = query.select(engine.events(after: after))
        if !events.isEmpty { client.send(StreamMessage.line("events", .array(events.map(\.json)))) }
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
            self.access = found.access
            do {
                try self.listener?.setAccess(mode: found.access.file.mode, group: found.access.file.group)
            } catch {
                self.engine.log.warning("\(error)")
            }
        }
    }
}
