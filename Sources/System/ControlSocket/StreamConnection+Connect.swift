internal import CLinux
internal import EventLoop
import Glibc

extension StreamConnection {
    /// A connection to a listening unix socket. It waits for nothing: a listener with a full queue is an error like any
    /// other, to be tried again.
    package static func connect(to path: String, queueLimit: Int) throws(SocketError) -> StreamConnection {
        let descriptor = unsafe clinux_unix_connect(path, Int32(SOCK_STREAM.rawValue), true)
        guard descriptor >= 0 else { throw SocketError("cannot connect to \(path)", errno: errno) }
        var peer = Peer(uid: 0, gid: 0, pid: 0)
        guard unsafe clinux_peer_credentials(descriptor, &peer.uid, &peer.gid, &peer.pid) == 0 else {
            let reason = errno
            Glibc.close(descriptor)
            throw SocketError("cannot connect to \(path)", errno: reason)
        }
        do throws(LoopError) {
            return try StreamConnection(descriptor: descriptor, peer: peer, queueLimit: queueLimit)
        } catch {
            Glibc.close(descriptor)
            throw SocketError("cannot connect to \(path): \(error)", errno: 0)
        }
    }
}
