internal import EventLoop
internal import Glibc
internal import HealthChecking
internal import NetworkTypes
internal import Patterns
internal import TimeTypes

/// An HTTP/1.1 request over plain TCP and its answer, without libcurl: a third of its cost. Redirects are left to it.
///
/// Most requests go in one piece, and most answers come in one: so one edge-triggered watch serves for both, and only
/// what comes in several is waited for as others do.
@LoopActor final class HTTPProbe: ProbeRun {
    /// Where bytes arrive; one for all runs, since each is done with it before the loop turns on.
    private static var buffer = [UInt8](repeating: 0, count: 65_536)

    private static let both: Interest = [.readable, .writable, .edgeTriggered]

    private enum Phase {
        case connecting
        case sending
        case receiving
    }

    private let target: Endpoint
    private let check: HTTPCheck
    private let pattern: Pattern?
    private let timeout: Duration
    private let begin: MonotonicInstant
    private let completion: @LoopActor (ProbeOutcome) -> Void
    private var unsent: ArraySlice<UInt8>
    private var answer: HTTPAnswer
    private var phase = Phase.connecting
    private var isEdgeTriggered = true
    private var connection: ProbeConnection?
    private var deadline: RunDeadline?

    /// - Parameter message: the request as it goes over the wire.
    init(
        _ target: Endpoint, _ check: HTTPCheck, message: [UInt8], pattern: Pattern?, timeout: Duration,
        begin: MonotonicInstant, completion: @escaping @LoopActor (ProbeOutcome) -> Void
    ) {
        self.target = target
        self.check = check
        self.pattern = pattern
        self.timeout = timeout
        self.begin = begin
        self.completion = completion
        unsent = message[...]
        answer = HTTPAnswer(isHead: check.method == .head, bodyLimit: HTTPCheck.bodyLimit)
    }

    func start() {
        do throws(ProbeConnection.Failure) {
            let connection = try ProbeConnection(to: target)
            self.connection = connection
            deadline = RunDeadline(from: begin, timeout) { [unowned self] in expire() }
            if connection.isConnected { phase = .sending }
            wait(connection)
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

    private func wait(_ connection: ProbeConnection) {
        do throws(LoopError) {
            try connection.wait(Self.both) { [unowned self] readiness in ready(readiness) }
        } catch {
            end(.error(error))
        }
    }

    private func ready(_ readiness: Readiness) {
        guard let connection else { return }
        if phase == .connecting {
            if readiness.contains(.error) || readiness.contains(.hangup), case let number = connection.pendingError,
                number != 0
            {
                return end(.error(number))
            }
            phase = .sending
        }
        if phase == .sending {
            send(over: connection)
            // An answer that was there before the question is not told again.
            guard phase == .receiving, readiness != .writable else { return }
        }
        if let connection = self.connection { receive(from: connection) }
    }

    private func send(over connection: ProbeConnection) {
        let count = connection.send(unsent)
        guard count >= 0 || count == -Int(EAGAIN) || count == -Int(EINTR) else {
            return end(.error(Int32(-count)))
        }
        unsent = unsent.dropFirst(max(0, count))
        guard unsent.isEmpty else { return waitForMore(.writable, connection) }
        phase = .receiving
        if !isEdgeTriggered { waitForMore(.readable, connection) }
    }

    private func waitForMore(_ interest: Interest, _ connection: ProbeConnection) {
        isEdgeTriggered = false
        do throws(LoopError) {
            try connection.update(interest)
        } catch {
            end(.error(error))
        }
    }

    private func receive(from connection: ProbeConnection) {
        let count = connection.receive(into: &Self.buffer)
        guard count >= 0 else {
            let isPassing = count == -Int(EAGAIN) || count == -Int(EINTR)
            return isPassing ? waitForMore(.readable, connection) : end(.error(Int32(-count)))
        }
        let progress = count == 0 ? answer.end() : answer.receive(Self.buffer[..<count])
        switch progress {
        case .failed(let reason): end(.failed(reason))
        case .complete: end(verdict)
        // A refusal needs no body.
        case .more:
            if answer.hasHead, !check.expectedStatus.contains(answer.status) { return end(verdict) }
            waitForMore(.readable, connection)
        }
    }

    private var verdict: ProbeOutcome {
        if answer.isRedirect, check.followsRedirects { return .needsLibrary }
        return HTTPVerdict.outcome(
            status: answer.status, body: answer.body, isCut: answer.isCut, expected: check.expectedStatus,
            pattern: pattern)
    }

    private func expire() {
        switch phase {
        case .connecting: end(.failed(FailureReason.noConnection(within: timeout)))
        case .sending: end(.failed(FailureReason.noAnswer(within: timeout)))
        case .receiving:
            end(
                .failed(
                    answer.hasBegun
                        ? FailureReason.unfinishedAnswer(within: timeout) : FailureReason.noAnswer(within: timeout)))
        }
    }

    private func end(_ outcome: ProbeOutcome) {
        cancel()
        completion(outcome)
    }
}
