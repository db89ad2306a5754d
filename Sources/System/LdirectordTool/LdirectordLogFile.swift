internal import CLinux
internal import Glibc
internal import MachineFacts
internal import TimeTypes

/// One line of ldirectord's log, for a program that ends right after it.
package enum LdirectordLogFile {
    package static func append(_ text: String, instance: String, to path: String) {
        let now = LocalClock.time(WallTime(milliseconds: clinux_realtime_milliseconds()))
        let line = Array("[\(now.ctimeText)|\(instance)|\(getpid())] \(text)\n".utf8)
        let descriptor = unsafe clinux_open(path, O_WRONLY | O_APPEND | O_CREAT | O_NONBLOCK | O_NOCTTY, 0o644)
        guard descriptor >= 0 else { return }
        _ = unsafe write(descriptor, line, line.count)
        close(descriptor)
    }
}
