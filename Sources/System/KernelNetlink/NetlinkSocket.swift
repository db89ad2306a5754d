internal import CNetlink

#if canImport(Glibc)
    internal import Glibc
#endif

/// A generic netlink socket and the memory it receives into. The kernel carries out a request while `send` runs, so an
/// answer is there when `send` returns; the time-out is for kernels that behave otherwise.
@safe
final class NetlinkSocket {
    /// An errno, positive.
    struct Failure: Error {
        let errno: Int32
    }

    private let handle: OpaquePointer
    private let descriptor: Int32
    private let memory: UnsafeMutableRawBufferPointer
    /// The kernel fills one datagram of a dump with up to 32 KiB and never more (af_netlink.c, `max_recvmsg_len`).
    private static let slotSize = 32 << 10
    private static let slots = Int(DIRECTOR_NETLINK_SLOTS)

    /// Of generic netlink, or of another protocol of netlink.
    init(protocol family: Int32 = NETLINK_GENERIC) throws(Failure) {
        guard let handle = unsafe nl_socket_alloc() else { throw Failure(errno: ENOMEM) }
        // Each message would be asked for its length first, with a system call more; the answers about families that
        // libnl reads here are far smaller than its buffer.
        unsafe nl_socket_disable_msg_peek(handle)
        let status = unsafe nl_connect(handle, family)
        guard status == 0 else {
            unsafe nl_socket_free(handle)
            throw Failure(errno: Self.errno(ofLibrary: status))
        }
        unsafe self.handle = unsafe handle
        descriptor = unsafe nl_socket_get_fd(handle)
        unsafe memory = .allocate(byteCount: Self.slotSize * Self.slots, alignment: 16)
        var timeout = timeval(tv_sec: 0, tv_usec: 500_000)
        _ = unsafe setsockopt(
            descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
    }

    deinit {
        unsafe memory.deallocate()
        unsafe nl_socket_free(handle)
    }

    /// The number of a generic netlink family; nil when the kernel has none of that name.
    func family(_ name: String) throws(Failure) -> UInt16? {
        let number = unsafe genl_ctrl_resolve(handle, name)
        if number >= 0 { return UInt16(truncatingIfNeeded: number) }
        if number == -NLE_OBJ_NOTFOUND { return nil }
        throw Failure(errno: Self.errno(ofLibrary: number))
    }

    /// Makes room for many answers, and has errors come without a copy of what they answer.
    func prepareForBulk(receiveBuffer: Int32) {
        director_netlink_receive_buffer(descriptor, receiveBuffer)
        var on: Int32 = 1
        _ = unsafe setsockopt(
            descriptor, SOL_NETLINK, NETLINK_CAP_ACK, &on, socklen_t(MemoryLayout<Int32>.size))
    }

    func send(_ bytes: [UInt8]) throws(Failure) {
        while true {
            let sent = unsafe bytes.withUnsafeBytes { unsafe Glibc.send(descriptor, $0.baseAddress, $0.count, 0) }
            if sent >= 0 { return }
            let code = Glibc.errno
            if code != EINTR { throw Failure(errno: code) }
        }
    }

    /// Receives what is there, at least one datagram unless `wait` is false, and hands each to `body`. EAGAIN means
    /// that nothing is there, ENOBUFS that answers were lost, EMSGSIZE that one was larger than the room for it.
    func receive<E: Error>(
        wait: Bool = true, _ body: (RawSpan) throws(E) -> Void
    ) throws(ReceiveError<E>) {
        var lengths: InlineArray<8, UInt32> = .init(repeating: 0)
        var count: Int32
        repeat {
            var span = lengths.mutableSpan
            count = unsafe span.withUnsafeMutableBufferPointer {
                unsafe director_netlink_receive(
                    descriptor, memory.baseAddress, Self.slotSize, Int32(Self.slots), wait ? 0 : Int32(MSG_DONTWAIT),
                    $0.baseAddress)
            }
        } while count == -EINTR
        guard count >= 0 else { throw .socket(-count) }
        for index in 0..<Int(count) {
            let length = Int(lengths[index])
            guard length > 0 else { throw .socket(EMSGSIZE) }
            let start = index * Self.slotSize
            let datagram = unsafe UnsafeRawBufferPointer(rebasing: memory[start..<start + length])
            do { try unsafe body(datagram.bytes) } catch { throw .body(error) }
        }
    }

    /// Empties the socket, and ends a dump that was left half way: each reading has the kernel go on with it.
    func drain() {
        for _ in 0..<1 << 16 {
            do throws(ReceiveError<Never>) {
                try receive(wait: false) { (_: RawSpan) throws(Never) in }
            } catch {
                if case .socket(ENOBUFS) = error { continue }
                if case .socket(EMSGSIZE) = error { continue }
                return
            }
        }
    }

    /// What stops `receive`.
    enum ReceiveError<E: Error>: Error {
        case socket(Int32)
        case body(E)
    }

    /// The errno nearest to a libnl error code.
    private static func errno(ofLibrary code: Int32) -> Int32 {
        switch -code {
        case NLE_PERM, NLE_NOACCESS: EPERM
        case NLE_NOMEM: ENOMEM
        case NLE_AF_NOSUPPORT, NLE_PROTO_MISMATCH: EAFNOSUPPORT
        case NLE_OPNOTSUPP: EOPNOTSUPP
        case NLE_AGAIN: EAGAIN
        case NLE_INTR: EINTR
        default: EIO
        }
    }
}
