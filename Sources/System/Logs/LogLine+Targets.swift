internal import CLinux
import Logging
import TimeTypes

/// A line as the logs of the system take it.
extension LogLine {
    /// Of syslog(3), 0 to 7.
    var priority: Int {
        switch level {
        case .critical: 2
        case .error: 3
        case .warning: 4
        case .notice: 5
        case .info: 6
        case .debug, .trace: 7
        }
    }

    /// The program as it is called.
    private var identifier: String { program == "directord" ? program : "director-\(program)" }

    /// With the level before it as sd-daemon(3) has it; the journal knows the time.
    package func prioritized(_ format: Format) -> [UInt8] {
        Array("<\(priority)>".utf8) + (format == .json ? bytes(.json) : undated())
    }

    /// A message for /dev/log (RFC 3164 as glibc sends it): facility daemon.
    package func syslogMessage(_ format: Format, pid: Int32) -> [UInt8] {
        var calendar = clinux_calendar()
        var stamp = ""
        if unsafe clinux_local_time(time.milliseconds / 1000, &calendar) {
            stamp =
                CalendarTime(
                    year: Int(calendar.year), month: Int(calendar.month), day: Int(calendar.day),
                    hour: Int(calendar.hour),
                    minute: Int(calendar.minute), second: Int(calendar.second), weekday: Int(calendar.weekday)
                ).syslogText + " "
        }
        let text = format == .json ? bytes(.json) : undated(withProgram: false)
        return Array("<\(3 * 8 + priority)>\(stamp)\(identifier)[\(pid)]: ".utf8) + text.dropLast()
    }

    /// Fields of the journal's own protocol: NAME, a line feed, the length in eight bytes, the value, a line feed.
    package func journalFields(pid: Int32) -> [UInt8] {
        var bytes: [UInt8] = []
        func append(_ name: String, _ value: String) {
            bytes += "\(name)\n".utf8
            var length = UInt64(value.utf8.count)
            for _ in 0..<8 {
                bytes.append(UInt8(truncatingIfNeeded: length))
                length >>= 8
            }
            bytes += value.utf8
            bytes.append(UInt8(ascii: "\n"))
        }
        append("MESSAGE", String(text.prefix(Self.limit)))
        append("PRIORITY", "\(priority)")
        append("SYSLOG_IDENTIFIER", identifier)
        append("SYSLOG_FACILITY", "3")
        append("SYSLOG_PID", "\(pid)")
        for (key, value) in metadata.sorted(by: { $0.key < $1.key }).prefix(32) {
            append("DIRECTOR_\(Self.fieldName(key))", String(value.prefix(Self.limit)))
        }
        return bytes
    }

    /// Names of fields are capital letters, digits and underscores.
    private static func fieldName(_ key: String) -> String {
        String(
            decoding: key.utf8.prefix(48).map { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"): byte - 0x20
                case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): byte
                default: UInt8(ascii: "_")
                }
            }, as: UTF8.self)
    }

    /// The text form without the time and the level, which the log knows already.
    private func undated(withProgram: Bool = true) -> [UInt8] {
        let head = "\(time) \(level.rawValue) \(withProgram ? "" : "\(program): ")"
        return Array(bytes(.text).dropFirst(head.utf8.count))
    }
}
