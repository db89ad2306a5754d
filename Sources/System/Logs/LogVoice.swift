import Glibc
import Synchronization
package import TimeTypes

/// What says the lines of one program: to its target, each once, and how many there was no room for.
package final class LogVoice: Sendable {
    private enum Sink: Sendable {
        case stream(LogOutput, hasPriorities: Bool)
        case datagrams(LogDatagrams, isJournal: Bool, instead: LogOutput)
    }

    private struct State {
        var repetition = LogRepetition()
        /// Datagrams that the log did not take.
        var dropped = 0
    }

    private let sink: Sink
    private let format: LogLine.Format
    private let program: String
    private let state = Mutex(State())

    package init(
        _ target: LogTarget, program: String, format: LogLine.Format, descriptor: Int32 = 2, stream: String? = nil,
        path: String? = nil
    ) {
        let output = LogOutput(descriptor: descriptor)
        self.format = format
        self.program = program
        sink =
            switch target {
            case .stderr:
                .stream(output, hasPriorities: LogTarget.isJournal(descriptor, stream: stream))
            case .syslog:
                .datagrams(LogDatagrams(path: path ?? LogTarget.syslogPath), isJournal: false, instead: output)
            case .journald:
                .datagrams(LogDatagrams(path: path ?? LogTarget.journalPath), isJournal: true, instead: output)
            }
    }

    package func say(_ line: LogLine, at now: MonotonicInstant) {
        let (isSaid, summaries) = state.withLock { state in
            let summaries = state.repetition.due(at: now)
            return (state.repetition.admits(line, at: now), summaries)
        }
        for summary in summaries { write(summary.line(at: line.time)) }
        if isSaid { write(line) }
    }

    /// Says how often lines were held back whose time is over.
    package func sum(at now: MonotonicInstant, time: WallTime, all: Bool) {
        for summary in state.withLock({ $0.repetition.due(at: now, all: all) }) { write(summary.line(at: time)) }
    }

    private func write(_ line: LogLine) {
        let dropped = takeDropped()
        if dropped > 0 {
            let notice = LogLine(
                time: line.time, level: .warning, program: program, text: "log lines dropped: \(dropped)")
            put(notice, standingFor: dropped)
        }
        put(line, standingFor: 1)
    }

    private func takeDropped() -> Int {
        switch sink {
        case .stream(let output, _): output.takeDropped()
        case .datagrams:
            state.withLock { state in
                defer { state.dropped = 0 }
                return state.dropped
            }
        }
    }

    private func put(_ line: LogLine, standingFor lines: Int) {
        switch sink {
        case .stream(let output, let hasPriorities):
            output.write(hasPriorities ? line.prioritized(format) : line.bytes(format), standingFor: lines)
        case .datagrams(let socket, let isJournal, let instead):
            let bytes = isJournal ? line.journalFields(pid: getpid()) : line.syslogMessage(format, pid: getpid())
            switch socket.send(bytes) {
            case .sent: break
            case .full: state.withLock { $0.dropped += lines }
            // Rather somewhere than nowhere.
            case .absent: instead.write(line.bytes(format), standingFor: lines)
            }
        }
    }
}
