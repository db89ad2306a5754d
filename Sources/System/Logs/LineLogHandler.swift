internal import CLinux
import Glibc
package import Logging
import Synchronization
import TimeTypes

/// Writes each event as one line to standard error, in one system call. A reader that does not keep up never holds the
/// program: what cannot be written at once is dropped, and the next line that can be says how many were.
package struct LineLogHandler: LogHandler {
    private let program: String
    private let output: LogOutput
    private let format: LogLine.Format
    package var logLevel: Logger.Level
    package var metadata: Logger.Metadata = [:]

    package init(program: String, level: Logger.Level, format: LogLine.Format, descriptor: Int32 = 2) {
        self.program = program
        self.format = format
        logLevel = level
        output = LogOutput(descriptor: descriptor)
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        var values: [String: String] = [:]
        for (key, value) in metadata { values[key] = "\(value)" }
        for (key, value) in event.metadata ?? [:] { values[key] = "\(value)" }
        let time = WallTime(milliseconds: clinux_realtime_milliseconds())
        let dropped = output.takeDropped()
        if dropped > 0 {
            let notice = LogLine(
                time: time, level: .warning, program: program, text: "\(dropped) lines of this log were dropped")
            output.write(notice.bytes(format), standingFor: dropped)
        }
        let line = LogLine(
            time: time, level: event.level, program: program, text: "\(event.message)", metadata: values)
        output.write(line.bytes(format), standingFor: 1)
    }
}

/// A descriptor that is written to without waiting.
final class LogOutput: Sendable {
    private let descriptor: Int32
    private let dropped = Atomic<Int>(0)

    init(descriptor: Int32) {
        self.descriptor = descriptor
    }

    func takeDropped() -> Int { dropped.exchange(0, ordering: .relaxed) }

    /// The descriptor may be shared with other programs, so its mode stays as it is: whether a write would wait is
    /// asked first.
    func write(_ bytes: [UInt8], standingFor lines: Int) {
        var ready = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        guard unsafe poll(&ready, 1, 0) == 1, ready.revents & Int16(POLLOUT) != 0 else {
            dropped.add(lines, ordering: .relaxed)
            return
        }
        let count = unsafe bytes.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
        if count < 0 { dropped.add(lines, ordering: .relaxed) }
    }
}

/// A program's log, set up from its command line.
package enum ProgramLog {
    /// Names of levels, as `--log-level` takes them.
    package static let levels = Logger.Level.allCases.map(\.rawValue)

    /// - Parameters:
    ///   - level: one of `levels`; anything else is `info`.
    ///   - format: `text` or `json`; anything else is `text`.
    package static func make(_ program: String, level: String, format: String) -> Logger {
        let handler = LineLogHandler(
            program: program, level: Logger.Level(rawValue: level) ?? .info,
            format: LogLine.Format(rawValue: format) ?? .text)
        return Logger(label: program) { _ in handler }
    }
}
