import CLinux
import Glibc
package import Logging
import Synchronization
import TimeTypes

/// Writes each event as one line, in one system call, to standard error, the system's log or the journal. A reader that
/// does not keep up never holds the program: lines wait for it up to a limit, are dropped beyond that, and the next
/// line that can be written says how many were.
package struct LineLogHandler: LogHandler {
    private let program: String
    private let voice: LogVoice
    package var logLevel: Logger.Level
    package var metadata: Logger.Metadata = [:]

    package init(program: String, level: Logger.Level, format: LogLine.Format, descriptor: Int32 = 2) {
        self.init(
            program: program, level: level,
            voice: LogVoice(.stderr, program: program, format: format, descriptor: descriptor))
    }

    package init(program: String, level: Logger.Level, voice: LogVoice) {
        self.program = program
        self.voice = voice
        logLevel = level
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        var values: [String: String] = [:]
        for (key, value) in metadata { values[key] = "\(value)" }
        for (key, value) in event.metadata ?? [:] { values[key] = "\(value)" }
        let line = LogLine(
            time: ProgramLog.time, level: event.level, program: program, text: "\(event.message)", metadata: values)
        voice.say(line, at: ProgramLog.now)
    }
}

/// A program's log, set up from its command line.
package enum ProgramLog {
    /// Names of levels, as `--log-level` takes them.
    package static let levels = Logger.Level.allCases.map(\.rawValue)
    package static let targets = LogTarget.allCases.map(\.rawValue)
    private static let voice = Mutex<LogVoice?>(nil)

    /// - Parameters:
    ///   - level: one of `levels`; anything else is `info`.
    ///   - format: `text` or `json`; anything else is `text`.
    ///   - target: one of `targets`; anything else is `stderr`.
    package static func make(_ program: String, level: String, format: String, target: String) -> Logger {
        let stream = unsafe getenv("JOURNAL_STREAM").map { unsafe String(cString: $0) }
        let voice = LogVoice(
            LogTarget(rawValue: target) ?? .stderr, program: program, format: LogLine.Format(rawValue: format) ?? .text,
            stream: stream)
        self.voice.withLock { $0 = voice }
        let handler = LineLogHandler(program: program, level: Logger.Level(rawValue: level) ?? .info, voice: voice)
        return Logger(label: program) { _ in handler }
    }

    /// How often the program calls `sum`.
    package static let period = Duration.seconds(10)

    /// Says how often the same was said, where nothing else has been said since.
    /// - Parameter isEnd: the program ends: whatever is left.
    package static func sum(isEnd: Bool = false) {
        voice.withLock(\.self)?.sum(at: now, time: time, all: isEnd)
    }

    static var now: MonotonicInstant { MonotonicInstant(nanoseconds: clinux_monotonic_nanoseconds()) }
    static var time: WallTime { WallTime(milliseconds: clinux_realtime_milliseconds()) }
}
