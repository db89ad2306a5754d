package import EventLoop
import Glibc

/// Who is at the other end of a unix socket, as the kernel says (SO_PEERCRED).
package struct Peer: Hashable, Sendable {
    package var uid: UInt32
    package var gid: UInt32
    package var pid: Int32
    /// The supplementary groups.
    package var groups: [UInt32] = []

    package init(uid: UInt32, gid: UInt32, pid: Int32) {
        self.uid = uid
        self.gid = gid
        self.pid = pid
    }
}

/// A connected stream socket on the loop. What cannot be written at once is queued up to a limit; a peer that does not
/// read that much is cut off, so that it costs neither time nor memory.
@LoopActor package final class StreamConnection {
    /// Bytes read in one turn of the loop: other descriptors get their turn after that.
    private static let readSize = 1 << 16

    package let peer: Peer
    private let queueLimit: Int
    private var descriptor: Int32
    private var watch: DescriptorWatch?
    /// What waits, in the pieces in which it was sent: one text for many peers is in memory once.
    private var queue: [ArraySlice<UInt8>] = []
    private var queueStart = 0
    /// Bytes that wait for the peer.
    package private(set) var queued = 0
    /// Bytes that the peer's side has taken since the beginning.
    package private(set) var taken = 0
    /// What arrived, in pieces of any size.
    package var onData: (ArraySlice<UInt8>) -> Void = { _ in }
    /// The connection is over, and why. Called once, not after `close()`.
    package var onClose: (String) -> Void = { _ in }
    /// Everything that had to wait has been taken.
    package var onDrain: () -> Void = {}
    /// The peer will send no more and may still read; who sets this closes the connection when all is said. Without it
    /// the end of what the peer sends is the end of the connection.
    package var onInputEnd: (() -> Void)?
    private var hasInputEnded = false

    /// Takes over a non-blocking descriptor and closes it in the end.
    /// - Parameter queueLimit: bytes that may wait for the peer.
    package init(descriptor: Int32, peer: Peer, queueLimit: Int) throws(LoopError) {
        self.descriptor = descriptor
        self.peer = peer
        self.queueLimit = queueLimit
        watch = try EventLoop.main.watch(descriptor, .readable) { [weak self] readiness in
            // Held for the length of the turn: a callback may let go of the last reference.
            guard let connection = self else { return }
            connection.ready(readiness)
        }
    }

    isolated deinit {
        close()
    }

    package var isOpen: Bool { descriptor >= 0 }

    /// Sends bytes, at once as far as the peer takes them. A peer that lets too much pile up is disconnected.
    package func send(_ bytes: [UInt8]) {
        guard isOpen, !bytes.isEmpty else { return }
        let written = queued == 0 ? write(bytes[...]) : 0
        guard isOpen, written < bytes.count else { return }
        guard queued + bytes.count - written <= queueLimit else {
            end("it does not read: more than \(queueLimit) bytes wait for it")
            return
        }
        queue.append(bytes[written...])
        queued += bytes.count - written
        update(waiting: true)
    }

    /// Ends the connection without a word to `onClose`; what is queued is dropped.
    package func close() {
        watch?.cancel()
        watch = nil
        if descriptor >= 0 { Glibc.close(descriptor) }
        descriptor = -1
        queue = []
        queueStart = 0
        queued = 0
        // They may hold their owner, or this connection.
        onData = { _ in }
        onClose = { _ in }
        onDrain = {}
        onInputEnd = nil
    }

    private func end(_ reason: String) {
        guard isOpen else { return }
        let report = onClose
        close()
        report(reason)
    }

    private func ready(_ readiness: Readiness) {
        if readiness.contains(.writable) { flush() }
        guard isOpen, !readiness.isDisjoint(with: [.readable, .hangup, .error, .peerClosed]) else { return }
        let isGone = !readiness.isDisjoint(with: [.hangup, .error])
        if !hasInputEnded {
            read(isGone: isGone)
        } else if isGone {
            end("the peer closed the connection")
        }
    }

    /// - Parameter isGone: the peer does not read any more either.
    private func read(isGone: Bool) {
        var result = 0
        var reason: Int32 = 0
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: Self.readSize) { buffer, count in
            result = unsafe recv(descriptor, buffer.baseAddress, buffer.count, 0)
            reason = errno
            count = max(0, result)
        }
        if result > 0 {
            onData(bytes[...])
        } else if result == 0, !isGone, let onInputEnd {
            hasInputEnded = true
            update(waiting: queued > 0)
            if isOpen { onInputEnd() }
        } else if result == 0 {
            end("the peer closed the connection")
        } else if reason != EAGAIN, reason != EINTR {
            end(SocketError("the connection failed", errno: reason).description)
        }
    }

    private func flush() {
        while queueStart < queue.count {
            let piece = queue[queueStart]
            let written = write(piece)
            guard isOpen else { return }
            queued -= written
            guard written == piece.count else {
                queue[queueStart] = piece.dropFirst(written)
                return
            }
            queue[queueStart] = []
            queueStart += 1
        }
        queue = []
        queueStart = 0
        update(waiting: false)
        if isOpen { onDrain() }
    }

    /// How many of the bytes the socket took.
    private func write(_ bytes: ArraySlice<UInt8>) -> Int {
        var done = 0
        while done < bytes.count {
            let count = unsafe bytes.dropFirst(done).withUnsafeBytes {
                unsafe Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if count < 0 {
                if errno == EINTR { continue }
                if errno != EAGAIN { end(SocketError("the connection failed", errno: errno).description) }
                break
            }
            done += count
            taken += count
        }
        return done
    }

    private func update(waiting: Bool) {
        do {
            var interest: Interest = hasInputEnded ? [] : .readable
            if waiting { interest.insert(.writable) }
            try watch?.update(interest)
        } catch {
            end("\(error)")
        }
    }
}
