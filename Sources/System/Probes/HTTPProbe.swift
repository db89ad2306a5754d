internal import EventLoop
internal import Glibc
internal import HealthChecking
internal import NetworkTypes
internal import Patterns
internal import TimeTypes

/// An HTTP/1.1 request over plain TCP and its answer, without libcurl: a third of its cost. Redirects are left to it.
@LoopActor final class HTTPProbe: ConnectingRun {
    /// Where bytes arrive; one for all runs, since each is done with it before the loop turns on.
    private static var buffer = [UInt8](repeating: 0, count: 65_536)

    private enum Phase {
        case connecting
        case sending
        case receiving
    }

    private let prepared: PreparedCheck
    private let question: HTTPQuestion
    private let begin: MonotonicInstant
    private let batch: ConnectBatch
    private let completion: @LoopActor (ProbeOutcome) -> Void
    private var sent = 0
    private var answer: HTTPAnswer
    private var phase = Phase.connecting
    private var connection: ProbeConnection?
    private var deadline: RunDeadline?

    init(
        _ prepared: PreparedCheck, _ question: HTTPQuestion, begin: MonotonicInstant, batch: ConnectBatch,
        completion: @escaping @LoopActor (ProbeOutcome) -> Void
    ) {
        self.prepared = prepared
        self.question = question
        self.begin = begin
        self.batch = batch
        self.completion = completion
        answer = HTTPAnswer(isHead: question.isHead, bodyLimit: HTTPCheck.bodyLimit)
    }

    private var timeout: Duration { prepared.spec.timeout }

    func start() {
        do throws(ProbeConnection.Failure) {
            let connection = try ProbeConnection(to: prepared.spec.target, speaksFirst: true)
            self.connection = connection
            deadline = RunDeadline(from: begin, timeout) { [unowned self] in expire() }
            batch.add(self, connection)
        } catch {
            end(.error(error.number))
        }
    }

    func settle(_ readiness: Readiness?) {
        guard let connection else { return }
        if let readiness { ready(readiness) } else { wait(.writable, connection) }
    }

    func cancel() {
        deadline?.cancel()
        deadline = nil
        connection?.close()
        connection = nil
    }

    private func wait(_ interest: Interest, _ connection: ProbeConnection) {
        do throws(LoopError) {
            if connection.isWatched {
                try connection.update(interest)
            } else {
                try connection.wait(interest) { [unowned self] readiness in ready(readiness) }
            }
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
        } else {
            receive(from: connection)
        }
    }

    private func send(over connection: ProbeConnection) {
        let count = connection.send(question.message[sent...])
        guard count >= 0 || count == -Int(EAGAIN) || count == -Int(EINTR) else {
            return end(.error(Int32(-count)))
        }
        sent += max(0, count)
        let isSent = sent == question.message.count
        if isSent { phase = .receiving }
        wait(isSent ? .readable : .writable, connection)
    }

    private func receive(from connection: ProbeConnection) {
        let count = connection.receive(into: &Self.buffer)
        if count < 0 {
            if count != -Int(EAGAIN), count != -Int(EINTR) { end(.error(Int32(-count))) }
            return
        }
        let progress = count == 0 ? answer.end() : answer.receive(Self.buffer[..<count])
        switch progress {
        case .failed(let reason): end(.failed(reason))
        case .complete: end(verdict)
        // A refusal needs no body.
        case .more: if answer.hasHead, !question.expectedStatus.contains(answer.status) { end(verdict) }
        }
    }

    private var verdict: ProbeOutcome {
        if answer.isRedirect, question.followsRedirects { return .needsLibrary }
        return HTTPVerdict.outcome(
            status: answer.status, body: answer.body, isCut: answer.isCut, expected: question.expectedStatus,
            pattern: prepared.pattern)
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
