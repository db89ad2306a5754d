import ControlSocket
import EventLoop
import Glibc
import HealthChecking
import Logging
import Probes

/// The prober's end of the connection with the engine: requests in, results out. Without an engine nothing is checked,
/// since nobody would know of it, and the connection is tried again ten times a second.
@LoopActor final class EngineLink {
    private static let retryPause: Duration = .milliseconds(100)
    /// What may wait in the connection; beyond it results wait in the outbox, where newer ones replace older ones.
    private static let queueLimit = 256 << 10
    private static let drainPause: Duration = .milliseconds(20)

    private let path: String
    private let log: Logger
    private var prober: Prober?
    private var connection: StreamConnection?
    private var decoder = FrameDecoder<ProberRequest>()
    private var outbox = ResultOutbox()
    private var isFlushPosted = false
    private var drainTimer: LoopTimer?
    private var retryTimer: LoopTimer?
    /// The last failure to connect, so that it is said once and not ten times a second.
    private var saidReason: String?
    /// Why the engine is gone, until it is said: when the director stops, this process ends a moment later.
    private var lossReason: String?

    init(
        path: String, limits: CheckSchedule.Limits, sentinelLimit: Int = 4096, rawEcho: [EchoDescriptor] = [],
        log: Logger
    ) {
        self.path = path
        self.log = log
        prober = Prober(
            limits: limits, sentinelLimit: sentinelLimit, rawEcho: rawEcho,
            remark: { [unowned self] id, text in send(.remark(id, text)) },
            shortage: { [unowned self] reason in send(.shortage(reason)) }
        ) { [unowned self] id, result in report(id, result) }
    }

    func connect() {
        if let reason = lossReason { log.warning("the engine is gone (\(reason)): no checks until it is back") }
        lossReason = nil
        do throws(SocketError) {
            let connection = try StreamConnection.connect(to: path, queueLimit: 2 * Self.queueLimit)
            connection.onData = { [unowned self] in receive($0) }
            connection.onClose = { [unowned self] in lost($0) }
            self.connection = connection
            decoder = FrameDecoder()
            saidReason = nil
            // The engine says so, too.
            log.debug("connected to the engine")
            greet(connection)
        } catch {
            if saidReason != error.description {
                log.info("waiting for the engine: \(error)")
                saidReason = error.description
            }
            retry()
        }
    }

    private func greet(_ connection: StreamConnection) {
        let hello = ProberReport.hello(version: ProberReport.currentVersion, pid: getpid())
        do throws(WireProblem) {
            connection.send(try hello.frame())
        } catch {
            connection.close()
            lost("cannot be greeted: \(error)")
        }
    }

    func close() {
        retryTimer?.cancel()
        drainTimer?.cancel()
        prober?.removeAll()
        connection?.close()
        connection = nil
    }

    private func retry() {
        retryTimer = EventLoop.main.schedule(after: Self.retryPause) { [unowned self] in connect() }
    }

    private func receive(_ bytes: ArraySlice<UInt8>) {
        let requests: [ProberRequest]
        do throws(WireProblem) {
            requests = try decoder.messages(from: bytes)
        } catch {
            connection?.close()
            lost("it does not speak the protocol: \(error)")
            return
        }
        for request in requests {
            switch request {
            case .add(let id, _), .remove(let id): outbox.forget(id)
            case .runNow: break
            }
            prober?.perform(request)
        }
    }

    private func lost(_ reason: String) {
        lossReason = reason
        connection = nil
        prober?.removeAll()
        outbox.forgetAll()
        retry()
    }

    /// Of what is said rarely; what is lost with its connection is no loss.
    private func send(_ report: ProberReport) {
        guard let connection, let frame = try? report.frame() else { return }
        connection.send(frame)
    }

    private func report(_ id: CheckID, _ result: CheckResult) {
        outbox.add(id, result)
        // All results of one turn of the loop go out in one write.
        guard !isFlushPosted else { return }
        isFlushPosted = true
        EventLoop.main.post { [unowned self] in
            isFlushPosted = false
            flush()
        }
    }

    private func flush() {
        guard let connection else { return }
        let replaced = outbox.takeReplaced()
        if replaced > 0 {
            log.warning("the engine is slow: \(replaced) results were replaced by newer ones before it took them")
        }
        let room = Self.queueLimit - connection.queued
        if room > 0 { connection.send(outbox.take(room)) }
        guard !outbox.isEmpty, drainTimer?.isScheduled != true else { return }
        drainTimer = EventLoop.main.schedule(after: Self.drainPause) { [unowned self] in flush() }
    }
}
