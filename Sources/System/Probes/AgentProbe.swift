internal import EventLoop
internal import Glibc
internal import HealthChecking
internal import NetworkTypes
internal import TimeTypes

/// Asks a real server's agent: connects, sends what is to be sent, and takes the first line, which may also end with
/// the connection. The outcome's reason is the line.
@LoopActor final class AgentProbe: ProbeRun {
    private static let lineLimit = 1024

    private let target: Endpoint
    private let message: [UInt8]
    private let timeout: Duration
    private let begin: MonotonicInstant
    private let completion: @LoopActor (ProbeOutcome) -> Void
    private var connection: ProbeConnection?
    private var deadline: RunDeadline?
    private var line: [UInt8] = []
    private var sent = 0

    init(
        _ target: Endpoint, _ check: AgentCheck, timeout: Duration, begin: MonotonicInstant,
        completion: @escaping @LoopActor (ProbeOutcome) -> Void
    ) {
        self.target = target
        message = Array((check.send ?? "").utf8)
        self.timeout = timeout
        self.begin = begin
        self.completion = completion
    }

    func start() {
        do throws(ProbeConnection.Failure) {
            let connection = try ProbeConnection(to: target)
            self.connection = connection
            do throws(LoopError) {
                try connection.wait(.writable) { [unowned self] readiness in connected(readiness) }
            } catch {
                return end(.error(error))
            }
            deadline = RunDeadline(from: begin, timeout) { [unowned self] in
                end(.failed(FailureReason.noAnswer(within: timeout)))
            }
        } catch {
            end(.error(error.number))
        }
    }

    func cancel() {
        deadline?.cancel()
        deadline = nil
        connection?.close()
        connection = nil
    }

    private func connected(_ readiness: Readiness) {
        guard let connection else { return }
        let isDoubtful = readiness.contains(.error) || readiness.contains(.hangup)
        let number = isDoubtful ? connection.pendingError : 0
        guard number == 0 else { return end(.error(number)) }
        if sent < message.count {
            let count = connection.send(message[sent...])
            if count < 0, !Self.isPassing(-count) { return end(.error(Int32(-count))) }
            sent += max(0, count)
            guard sent == message.count else { return }
        }
        do throws(LoopError) {
            try connection.wait(.readable) { [unowned self] _ in read() }
        } catch {
            end(.error(error))
        }
    }

    private func read() {
        guard let connection else { return }
        var buffer = [UInt8](repeating: 0, count: Self.lineLimit)
        let count = connection.receive(into: &buffer)
        if count < 0 {
            if !Self.isPassing(-count) { end(.error(Int32(-count))) }
            return
        }
        line += buffer[..<count]
        let isWhole = line.contains { $0 == 0x0A || $0 == 0x0D }
        guard isWhole || count == 0 || line.count > Self.lineLimit else { return }
        let text = line.prefix(Self.lineLimit).prefix { $0 != 0x0A && $0 != 0x0D }
        end(text.isEmpty ? .failed("the agent says nothing") : .passed(PlainText.line(text)))
    }

    /// There will be another time.
    private static func isPassing(_ number: Int) -> Bool { number == Int(EAGAIN) || number == Int(EINTR) }

    private func end(_ outcome: ProbeOutcome) {
        cancel()
        completion(outcome)
    }
}
