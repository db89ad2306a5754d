internal import EventLoop
internal import Glibc
internal import HealthChecking
internal import NetworkTypes
internal import TimeTypes

/// The idle connection of one check, held as `SentinelState` decides.
@LoopActor final class Sentinel {
    /// What the sentinel needs of its prober.
    struct Surroundings {
        /// Runs the check at once.
        var check: @LoopActor () -> Void
        /// Whether a run of the check is in flight.
        var isChecking: @LoopActor () -> Bool
        /// Asks for leave to hold one connection more.
        var mayOpen: @LoopActor () -> Bool
        var closed: @LoopActor () -> Void
        var tell: @LoopActor (String) -> Void
    }

    private static let connectTimeout = Duration.seconds(3)
    /// What a server may say at once, such as a greeting; more is no idle connection.
    private static let greetingLimit = 65_536

    private let target: Endpoint
    private let surroundings: Surroundings
    private var state: SentinelState
    private var connection: ProbeConnection?
    private var timer: LoopTimer?
    private var received = 0
    private var toldOfLimit = false

    init(_ target: Endpoint, rechecks: Int, _ surroundings: Surroundings) {
        self.target = target
        self.surroundings = surroundings
        state = SentinelState(rechecks: rechecks)
    }

    func checked(passed: Bool) {
        perform(state.checked(passed: passed))
    }

    /// A run of the check has ended that says nothing.
    func notChecked() { state.notChecked() }

    func stop() {
        timer?.cancel()
        timer = nil
        drop()
    }

    private func perform(_ actions: [SentinelState.Action]) {
        for action in actions {
            switch action {
            case .open: open()
            case .close: drop()
            case .check: surroundings.check()
            case .wait(let span): wait(span) { [unowned self] in perform(state.timeIsUp()) }
            case .tell(let text): surroundings.tell(text)
            }
        }
    }

    private func wait(_ span: Duration, _ action: @escaping @LoopActor () -> Void) {
        timer?.cancel()
        timer = EventLoop.main.schedule(after: span, action)
    }

    private func open() {
        guard surroundings.mayOpen() else {
            if !toldOfLimit { surroundings.tell("has no sentinel: the prober holds as many connections as it may") }
            toldOfLimit = true
            return failed(refused: false)
        }
        do throws(ProbeConnection.Failure) {
            let connection = try ProbeConnection(to: target)
            self.connection = connection
            received = 0
            if connection.isConnected { return opened(connection) }
            try wait(for: connection)
        } catch {
            surroundings.closed()
            failed(refused: error.number == ECONNREFUSED)
        }
    }

    private func wait(for connection: ProbeConnection) throws(ProbeConnection.Failure) {
        do throws(LoopError) {
            try connection.wait(.writable) { [unowned self] _ in
                timer?.cancel()
                let number = connection.pendingError
                if number == 0 { return opened(connection) }
                drop()
                failed(refused: number == ECONNREFUSED || number == ECONNRESET)
            }
        } catch {
            self.connection = nil
            connection.close()
            throw ProbeConnection.Failure(number: EMFILE)
        }
        wait(Self.connectTimeout) { [unowned self] in
            drop()
            failed(refused: false)
        }
    }

    private func opened(_ connection: ProbeConnection) {
        guard connection.refusal() == 0 else {
            drop()
            return failed(refused: true)
        }
        connection.keepAlive()
        do throws(LoopError) {
            try connection.wait(.readable) { [unowned self] _ in readable(connection) }
            state.opened(at: EventLoop.now)
        } catch {
            drop()
            failed(refused: false)
        }
    }

    private func failed(refused: Bool) {
        perform(state.notOpened(refused: refused, isChecking: surroundings.isChecking()))
    }

    private func readable(_ connection: ProbeConnection) {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = connection.receive(into: &buffer)
        if count == -Int(EAGAIN) || count == -Int(EINTR) { return }
        received += max(0, count)
        guard count <= 0 || received > Self.greetingLimit else { return }
        perform(state.ended(isChecking: surroundings.isChecking(), at: EventLoop.now))
    }

    private func drop() {
        guard let connection else { return }
        self.connection = nil
        connection.close()
        surroundings.closed()
    }
}
