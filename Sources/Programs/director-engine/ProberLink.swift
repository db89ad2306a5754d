import ControlSocket
import DirectorCore
import EventLoop
import Glibc
import HealthChecking
import Logging

/// The engine's end of the connection with the prober: it hands out checks and takes in results. The prober connects,
/// so that either of the two may be started again alone.
@LoopActor final class ProberLink {
    static let lookPeriod = Duration.seconds(1)
    /// What the prober may be silent for beyond the time that its checks can take.
    static let patience = Duration.seconds(10)

    private var listener: UnixListener?
    private var connection: StreamConnection?
    private var sender: RequestSender?
    private var decoder = FrameDecoder<ProberReport>()
    /// Greeted: only then are checks sent.
    private(set) var isConnected = false
    /// Of its silence.
    private var silence = SilenceWatch(period: ProberLink.lookPeriod)
    private unowned let owner: Engine
    private let log: Logger
    private let colleague: Colleague

    init(path: String, log: Logger, owner: Engine) throws {
        colleague = Colleague("director-prober", runtimeDirectory: owner.options.runtimeDirectory)
        self.owner = owner
        self.log = log
        var options = UnixListener.Options()
        // The prober has another user; whoever else connects is turned away by its credentials.
        options.mode = 0o666
        options.connectionLimit = 4
        options.queueLimit = 64 << 20
        listener = try UnixListener(path: path, options: options) { [unowned self] in accept($0) }
    }

    func send(_ requests: [ProberRequest]) {
        guard isConnected, let connection, let sender, !requests.isEmpty else { return }
        // New checks have their results to come, however long it was right to be silent before.
        silence.heard()
        if !sender.send(requests) { lose(connection, "it does not read what it is to check") }
    }

    func close() {
        listener?.close()
        listener = nil
        connection = nil
        sender = nil
        isConnected = false
    }

    private func accept(_ new: StreamConnection) {
        let verdict = colleague.judge(new.peer)
        guard verdict == .meant else {
            if verdict == .stranger {
                log.warning("process \(new.peer.pid) of user \(new.peer.uid) posed as the prober: turned away")
            }
            listener?.release(new)
            return
        }
        if let connection { lose(connection, "another one has taken its place") }
        connection = new
        sender = RequestSender(new) { [weak owner] refused in
            // Whoever sends is in the middle of a change of its own; results come from the loop.
            EventLoop.main.schedule(after: .zero) { owner?.observe(refused) }
        }
        decoder = FrameDecoder()
        let ended = new.onClose
        new.onClose = { [unowned self] reason in
            ended(reason)
            if connection === new { lose(new, reason) }
        }
        new.onData = { [unowned self] bytes in
            guard connection === new else { return }
            receive(bytes, from: new)
        }
    }

    private func receive(_ bytes: ArraySlice<UInt8>, from connection: StreamConnection) {
        silence.heard()
        let reports: [ProberReport]
        do {
            reports = try decoder.messages(from: bytes)
        } catch {
            lose(connection, "it does not speak the protocol: \(error)")
            return
        }
        var results: [(CheckID, CheckResult)] = []
        for report in reports {
            switch report {
            case .hello(let version, let pid):
                guard version == ProberReport.currentVersion else {
                    lose(connection, "it speaks version \(version) of the protocol, not \(ProberReport.currentVersion)")
                    return
                }
                isConnected = true
                send(owner.proberConnected(pid: pid))
            case .result(let id, let result):
                results.append((id, result))
            case .remark(let id, let text): owner.remark(id, text)
            case .shortage(let reason): owner.take(shortage: reason)
            }
        }
        if !results.isEmpty { owner.observe(results) }
    }

    /// One look at whether it has said nothing for longer than its checks can take; then it is ended.
    func watchSilence(longestSilence: Duration?) {
        guard isConnected, let longestSilence else { return silence.heard() }
        if let span = silence.look(patience: longestSilence + Self.patience) { endStuck(silence: span) }
    }

    private func endStuck(silence: Duration) {
        guard let connection else { return }
        let pid = connection.peer.pid
        lose(connection, "process \(pid) is stuck: no result for \(silence.components.seconds) s, killing it")
        if pid > 1, pid != getpid() { kill(pid, SIGKILL) }
    }

    private func lose(_ lost: StreamConnection, _ reason: String) {
        let wasConnected = isConnected
        connection = nil
        sender = nil
        isConnected = false
        listener?.release(lost)
        if wasConnected { owner.proberLost(reason) }
    }
}
