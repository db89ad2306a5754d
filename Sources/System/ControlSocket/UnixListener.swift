internal import CLinux
package import EventLoop
import Glibc

/// A unix stream socket that accepts connections on the loop, up to a limit; the rest is turned away at once.
@LoopActor package final class UnixListener {
    /// How often it is looked whether the socket's file is still there.
    private static let lookPeriod = Duration.seconds(1)

    package struct Options: Sendable {
        /// Who may connect, as a file mode.
        package var mode: UInt32 = 0o600
        /// Connections at a time.
        package var connectionLimit = 1_024
        /// Bytes that may wait for one peer.
        package var queueLimit = 16 << 20
        /// Bytes that the kernel may hold for one peer; nil for its default, some 200 KB.
        package var sendBuffer: Int?

        package init() {}
    }

    private let path: String
    private let options: Options
    private var descriptor: Int32 = -1
    /// The socket's file, so that it is known when it is gone or another's.
    private var file: (device: dev_t, inode: ino_t)?
    /// Who may connect, where that was said later.
    private var access: (mode: UInt32, group: UInt32?)?
    private var watch: DescriptorWatch?
    private var open: [ObjectIdentifier: StreamConnection] = [:]
    private let onConnection: (StreamConnection) -> Void

    /// Listens at a path. A socket file that nobody listens on any more is replaced; one that somebody does is not.
    package init(
        path: String, options: Options = Options(), onConnection: @escaping @LoopActor (StreamConnection) -> Void
    ) throws {
        self.path = path
        self.options = options
        self.onConnection = onConnection
        try listen()
        lookLater()
    }

    private func listen() throws {
        try Self.removeStale(path)
        let socket = unsafe clinux_unix_listen(path, mode_t(options.mode), 1_024)
        guard socket >= 0 else { throw SocketError("cannot listen on \(path)", errno: errno) }
        do {
            let next = try EventLoop.main.watch(socket, .readable) { [weak self] _ in self?.accept() }
            watch?.cancel()
            if descriptor >= 0 { Glibc.close(descriptor) }
            watch = next
        } catch {
            unsafe unlink(path)
            Glibc.close(socket)
            throw error
        }
        descriptor = socket
        file = Self.file(path)
    }

    /// Nil when there is none.
    private static func file(_ path: String) -> (device: dev_t, inode: ino_t)? {
        var status = stat()
        guard unsafe lstat(path, &status) == 0 else { return nil }
        return (status.st_dev, status.st_ino)
    }

    private var isInPlace: Bool {
        guard let file, let found = Self.file(path) else { return false }
        return found == file
    }

    private func lookLater() {
        EventLoop.main.schedule(after: Self.lookPeriod) { [weak self] in
            guard let self, watch != nil else { return }
            look()
            lookLater()
        }
    }

    /// Somebody has cleared the directory, or what is there is left over from another process: nobody could connect any
    /// more. Those who are connected stay so. Where somebody else listens, the place is theirs.
    private func look() {
        guard !isInPlace, (try? listen()) != nil, let access else { return }
        try? setAccess(mode: access.mode, group: access.group)
    }

    isolated deinit {
        close()
    }

    /// Ends every connection and removes the socket file.
    package func close() {
        guard let watch else { return }
        watch.cancel()
        self.watch = nil
        // In this order: as soon as nobody listens, another process may put its own socket there.
        if isInPlace { unsafe unlink(path) }
        Glibc.close(descriptor)
        for connection in open.values { connection.close() }
        open = [:]
    }

    package var connectionCount: Int { open.count }

    /// The listener holds a connection until it ends; who is done with one earlier says so here.
    package func release(_ connection: StreamConnection) {
        connection.close()
        open[ObjectIdentifier(connection)] = nil
    }

    private static func removeStale(_ path: String) throws {
        let probe = unsafe clinux_unix_connect(path, Int32(SOCK_STREAM.rawValue), true)
        if probe >= 0 {
            Glibc.close(probe)
            throw SocketError("cannot listen on \(path): another process does", errno: 0)
        }
        guard errno == ECONNREFUSED else { return }
        // A plain file refuses connections too, and is not ours to remove.
        var status = stat()
        guard unsafe lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFSOCK else {
            throw SocketError("cannot listen on \(path): a file that is not a socket is in the way", errno: 0)
        }
        guard unsafe unlink(path) == 0 || errno == ENOENT else {
            throw SocketError("cannot remove the stale socket \(path)", errno: errno)
        }
    }

    private func accept() {
        // A few at a time: a flood of connections must not keep the loop from its other work.
        for _ in 0..<16 {
            let socket = clinux_accept(descriptor)
            guard socket >= 0 else {
                if errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM { pause() }
                return
            }
            var peer = Peer(uid: .max, gid: .max, pid: 0)
            guard open.count < options.connectionLimit,
                unsafe clinux_peer_credentials(socket, &peer.uid, &peer.gid, &peer.pid) == 0
            else {
                Glibc.close(socket)
                continue
            }
            peer.groups = Self.groups(of: socket)
            if let size = options.sendBuffer {
                // The kernel doubles it, for what it adds to each piece.
                var half = Int32(clamping: size / 2)
                unsafe setsockopt(socket, SOL_SOCKET, SO_SNDBUF, &half, socklen_t(MemoryLayout<Int32>.size))
            }
            guard
                let connection = try? StreamConnection(
                    descriptor: socket, peer: peer, queueLimit: options.queueLimit)
            else {
                Glibc.close(socket)
                continue
            }
            let key = ObjectIdentifier(connection)
            connection.onClose = { [weak self] _ in self?.open[key] = nil }
            open[key] = connection
            onConnection(connection)
        }
    }

    private static func groups(of socket: Int32) -> [UInt32] {
        // The kernel says all or nothing; who is in more groups than these counts as a member of none.
        var groups = [UInt32](repeating: 0, count: 1_024)
        let count = unsafe clinux_peer_groups(socket, &groups, groups.count)
        return Array(groups.prefix(max(0, Int(count))))
    }

    /// Says who may connect from now on.
    package func setAccess(mode: UInt32, group: UInt32?) throws(SocketError) {
        access = (mode, group)
        guard unsafe chown(path, uid_t.max, group ?? gid_t.max) == 0, unsafe chmod(path, mode_t(mode)) == 0 else {
            throw SocketError("cannot set the permissions of \(path)", errno: errno)
        }
    }

    /// Raises this process's limit of open files, and returns how many it may have.
    package static func raiseOpenFiles(to wanted: Int) -> Int { clinux_raise_open_files(wanted) }

    /// Without a free descriptor the connection stays in the queue and the listener ready: asking again in every turn
    /// would only burn time.
    private func pause() {
        guard let watch, (try? watch.update([])) != nil else { return }
        EventLoop.main.schedule(after: .milliseconds(100)) { [weak self] in try? self?.watch?.update(.readable) }
    }
}
