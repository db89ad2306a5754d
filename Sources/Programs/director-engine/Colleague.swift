import Accounts
import ControlSocket
import Glibc

/// A program of the same directord that runs as another user and connects to a socket that everybody may open.
struct Colleague {
    /// The user that it becomes when it is started by root.
    private let user: UInt32?

    init(user: String) {
        self.user = (UserNames.account(user) ?? UserNames.account("nobody"))?.uid
    }

    /// It has root's user, ours, or the one it becomes; a user that others share is not enough, so it must also have
    /// been started by who started this process.
    func isMeant(by peer: Peer) -> Bool {
        if [0, getuid()].contains(peer.uid) { return true }
        return peer.uid == user && Self.parent(of: peer.pid) == getppid()
    }

    /// The fourth field of /proc/PID/stat (proc(5)); the second is a name in parentheses that may hold anything.
    private static func parent(of pid: Int32) -> Int32? {
        guard let file = fopen("/proc/\(pid)/stat", "r") else { return nil }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 1024)
        let count = fread(&bytes, 1, bytes.count, file)
        guard let end = bytes[..<count].lastIndex(of: UInt8(ascii: ")")) else { return nil }
        let fields = String(decoding: bytes[(end + 1)..<count], as: UTF8.self).split(separator: " ")
        return fields.count > 1 ? Int32(fields[1]) : nil
    }
}
