internal import CLinux
internal import DirectorConfig
package import EventLoop
internal import Glibc
internal import MachineFacts
internal import TimeTypes

/// Lines for the system's log, over its socket and without waiting: what it does not take is lost, and nobody hurt.
@LoopActor package final class SyslogSocket {
    private let path: String
    private let priority: Int
    private let name: String
    private var socket: Int32 = -1

    /// - Parameters:
    ///   - facility: one of `LogDestination.facilities`; another is daemon.
    ///   - name: who says it.
    package init(facility: String, name: String, path: String = "/dev/log") {
        self.path = path
        self.name = name
        // The facility's number times eight, and 6 for information (syslog(3)).
        priority = (LogDestination.facilities.firstIndex(of: facility) ?? 3) * 8 + 6
    }

    deinit {
        if socket >= 0 { close(socket) }
    }

    package func write(_ text: String) {
        let stamp = LocalClock.time(EventLoop.wallTime).syslogText
        let line = "<\(priority)>\(stamp) \(name)[\(getpid())]: \(text)"
        if send(line) { return }
        // The log's daemon was started anew, or has not been there so far.
        if socket >= 0 { close(socket) }
        socket = unsafe clinux_unix_connect(path, Int32(SOCK_DGRAM.rawValue), true)
        _ = send(line)
    }

    private func send(_ line: String) -> Bool {
        guard socket >= 0 else { return false }
        let bytes = Array(line.utf8.prefix(8192))
        return unsafe Glibc.send(socket, bytes, bytes.count, Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL)) >= 0
            || errno == EAGAIN
    }
}
