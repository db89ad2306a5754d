internal import EventLoop
internal import Glibc
internal import HealthChecking
internal import NetworkTypes
internal import TimeTypes

/// An exchange over UDP: what was sent is sent again, with growing pauses, until an answer counts or the time is over.
@LoopActor final class DatagramProbe: ProbeRun {
    private static var buffer = [UInt8](repeating: 0, count: 65_536)
    /// As resolvers and RFC 3261's timers have it; a check with little time asks four times in it.
    private static let longestPause: Duration = .seconds(1)
    private static let shortestPause: Duration = .milliseconds(20)
    /// Datagrams that count for nothing; a server that sends more has answered, wrongly.
    private static let mostDatagrams = 1000

    private let context: ExchangeContext
    private var exchange: (any Exchange)?
    private var socket: DatagramSocket?
    private var deadline: RunDeadline?
    private var again: LoopTimer?
    private var pause: Duration
    private var request: [UInt8] = []
    private var datagrams = 0
    private var lastError: String?
    /// A datagram has gone out, so that the silence says something.
    private var wasSent = false
    private var shortage: Int32?
    /// The same over TCP, when the answer does not fit a datagram.
    private var overTCP: ExchangeProbe?

    init(_ context: ExchangeContext) {
        self.context = context
        pause = max(Self.shortestPause, min(Self.longestPause, context.timeout / 4))
    }

    func start() {
        do throws(ProbeConnection.Failure) {
            let socket = try DatagramSocket(to: context.target)
            self.socket = socket
            begin(on: socket)
        } catch {
            end(.error(error.number))
        }
    }

    private func begin(on socket: DatagramSocket) {
        do throws(LoopError) {
            try socket.wait { [unowned self] in receive() }
            deadline = RunDeadline(from: context.begin, context.timeout) { [unowned self] in expire() }
            var exchange = context.make(socket.local ?? context.target, .udp)
            let step = exchange.open()
            self.exchange = exchange
            perform(step)
        } catch {
            end(.error(error))
        }
    }

    func cancel() {
        deadline?.cancel()
        deadline = nil
        again?.cancel()
        again = nil
        socket?.close()
        socket = nil
        overTCP?.cancel()
        overTCP = nil
    }

    private func perform(_ step: ExchangeStep) {
        switch step {
        case .more: return
        case .send(let bytes), .sendLast(let bytes):
            request = bytes
            send()
        case .truncated: repeatOverTCP()
        case .passed(let reason, _): end(.passed(reason))
        case .failed(let reason, _): end(.failed(reason))
        case .unjudged(let reason): end(.unjudged(reason))
        case .derive, .secure, .secureAfter, .needsTLS: end(.failed("the exchange cannot go on over UDP"))
        }
    }

    private func send() {
        guard let socket else { return }
        again?.cancel()
        again = EventLoop.main.schedule(after: pause) { [unowned self] in
            pause = pause * 2
            send()
        }
        // One that could not be sent for the moment is sent again anyway.
        let number = socket.send(request)
        if number == 0 { wasSent = true } else if FailureReason.isShortage(number) { shortage = number }
        hear(number)
    }

    /// Ends the run when the server's machine says that nobody listens; other words may be about a moment only.
    private func hear(_ number: Int32) {
        switch number {
        case 0, EINTR: return
        case _ where FailureReason.isShortage(number): return
        case ECONNREFUSED: end(.failed("nobody listens on UDP port \(context.target.port) (ICMP port unreachable)"))
        default: lastError = FailureReason.errno(number)
        }
    }

    private func receive() {
        // Bounded, so that a flood does not hold up the loop; what is left makes it readable again.
        for _ in 0..<16 {
            guard let socket else { return }
            let count = socket.receive(into: &Self.buffer)
            if count < 0 {
                hear(Int32(-count))
                return
            }
            datagrams += 1
            perform(exchange?.receive(Self.buffer[..<count]) ?? .more)
            if datagrams == Self.mostDatagrams { return expire() }
        }
    }

    private func repeatOverTCP() {
        cancel()
        let probe = ExchangeProbe(context, over: PlainStream(to: context.target))
        overTCP = probe
        probe.start()
    }

    private func expire() {
        guard let exchange else { return }
        if !wasSent, let shortage { return end(.error(shortage)) }
        if datagrams == 0, let lastError { return end(.failed(lastError)) }
        end(.failed(context.silence(exchange, hasBegun: false)))
    }

    private func end(_ outcome: ProbeOutcome) {
        // The answer to the last datagram of a turn may come after the end.
        guard socket != nil || deadline != nil || exchange == nil else { return }
        cancel()
        context.completion(outcome)
    }
}
