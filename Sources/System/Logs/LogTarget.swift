internal import CLinux
import Glibc
import Synchronization
import TimeTypes

/// Where a program's log goes.
package enum LogTarget: String, CaseIterable, Sendable {
    /// One line an event; where standard error is the journal, its level stands before it as sd-daemon(3) has it.
    case stderr
    /// The system's log, as the facility `daemon`.
    case syslog
    /// systemd's journal, with the parts of a line as fields.
    case journald

    /// Where the sockets of the logs are.
    static let syslogPath = "/dev/log"
    static let journalPath = "/run/systemd/journal/socket"

    /// Whether standard error is a stream of the journal (systemd.exec(5), JOURNAL_STREAM).
    static func isJournal(_ descriptor: Int32, stream: String?) -> Bool {
        guard let parts = stream?.split(separator: ":"), parts.count == 2, let device = UInt64(parts[0]),
            let inode = UInt64(parts[1])
        else { return false }
        var status = stat()
        return unsafe fstat(descriptor, &status) == 0 && UInt64(status.st_dev) == device
            && UInt64(status.st_ino) == inode
    }
}

/// Datagrams for a log's socket, sent without waiting. A log that is not there, or was started anew, is looked for
/// again with each line.
final class LogDatagrams: Sendable {
    private let path: String
    private let descriptor = Mutex<Int32>(-1)

    init(path: String) {
        self.path = path
    }

    deinit {
        descriptor.withLock { if $0 >= 0 { close($0) } }
    }

    enum Outcome {
        case sent
        /// The log's daemon does not keep up.
        case full
        /// There is nobody to take it.
        case absent
    }

    func send(_ bytes: [UInt8]) -> Outcome {
        descriptor.withLock { descriptor in
            if descriptor >= 0, let outcome = Self.send(bytes, to: descriptor) { return outcome }
            if descriptor >= 0 { close(descriptor) }
            descriptor = unsafe clinux_unix_connect(path, Int32(SOCK_DGRAM.rawValue), true)
            guard descriptor >= 0 else { return .absent }
            return Self.send(bytes, to: descriptor) ?? .absent
        }
    }

    /// Nil when nobody listens there any more.
    private static func send(_ bytes: [UInt8], to descriptor: Int32) -> Outcome? {
        while true {
            let count = unsafe Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL))
            if count >= 0 { return .sent }
            if errno == EAGAIN || errno == ENOBUFS { return .full }
            if errno != EINTR { return nil }
        }
    }
}
