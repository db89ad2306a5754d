internal import CLinux
package import Logging
import TimeTypes

/// Writes each event as one line to standard error, in one system call. A reader that does not keep up never holds the
/// program: lines wait for it up to a limit, are dropped beyond that, and the next line that can be written says how
/// many were.
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
                time: time, level: .warning, program: program, text: "log lines dropped: \(dropped)")
            output.write(notice.bytes(format), standingFor: dropped)
        }
        let line = LogLine(
            time: time, level: event.level, program: program, text: "\(event.message)", metadata: values)
        output.write(line.bytes(format), standingFor: 1)
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
