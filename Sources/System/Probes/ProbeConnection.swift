internal import CProbes
internal import EventLoop
internal import Glibc
internal import HealthChecking
internal import NetworkTypes
internal import TimeTypes

/// The TCP connection of one run: opened without waiting, watched, closed once.
///
/// It is closed with FIN, as any client does, so that nothing appears in the real server's log as an aborted
/// connection. Whoever closes first keeps the connection in TIME_WAIT for a minute, which here is the director. Some
/// thousands of those are no burden (about 250 bytes each, and local ports are counted per target), but ten thousand
/// servers checked each second would hold 600,000. Hence the budget: beyond it a connection is reset, which leaves
/// nothing behind.
@LoopActor final class ProbeConnection {
    private static var gracefulCloses = StartBudget(rate: 256, burst: 4096)

    struct Failure: Error {
        var number: Int32
    }

    private let port: UInt16
    private(set) var descriptor: Int32
    private var isAborted = false
    private var watch: DescriptorWatch?
    /// The connection was there when `connect` returned.
    let isConnected: Bool

    /// Whether one that is closed then is closed with FIN.
    static func isCloseGraceful(at now: MonotonicInstant) -> Bool { gracefulCloses.nextStart(at: now) <= now }

    /// - Parameter speaksFirst: something is sent, or the connection is closed, as soon as it is there.
    init(to target: Endpoint, speaksFirst: Bool = false) throws(Failure) {
        var connected = false
        port = target.port
        if let ipv4 = target.address.ipv4 {
            descriptor = unsafe cprobes_connect_ipv4(ipv4, target.port, speaksFirst, &connected)
        } else {
            let bytes = target.address.bytes
            descriptor = unsafe cprobes_connect(bytes, bytes.count, target.port, speaksFirst, &connected)
        }
        isConnected = connected
        if descriptor < 0 { throw Failure(number: Self.cause(-descriptor, of: target)) }
    }

    /// IPv6 has the same number for a machine without an address that leads there as for one without free ports. The
    /// first is no way to the server, as IPv4 says it; UDP, which has ports of its own, tells them apart.
    nonisolated static func cause(_ number: Int32, of target: Endpoint) -> Int32 {
        guard number == EADDRNOTAVAIL, target.family == .ipv6 else { return number }
        let bytes = target.address.bytes
        let descriptor = unsafe cprobes_open_datagram(bytes, bytes.count, target.port)
        if descriptor >= 0 { Glibc.close(descriptor) }
        return descriptor == -EADDRNOTAVAIL ? ENETUNREACH : number
    }

    /// Calls the action while the connection is ready for this; a later call replaces the action with the interest.
    func wait(_ interest: Interest, _ action: @escaping @LoopActor (Readiness) -> Void) throws(LoopError) {
        watch?.cancel()
        watch = nil
        watch = try EventLoop.main.watch(descriptor, interest, action)
    }

    var isWatched: Bool { watch != nil }

    func update(_ interest: Interest) throws(LoopError) {
        try watch?.update(interest)
    }

    /// The error the kernel holds for the connection, 0 when there is none.
    var pendingError: Int32 { cprobes_pending_error(descriptor) }

    /// For a connection that is held: the kernel asks now and then whether the other end is still there.
    func keepAlive() { cprobes_keep_alive(descriptor) }

    /// Why a connection is none although it is there. One with itself counts as refused, since nobody listens there; it
    /// is reset, or it would leave the port that the real server wants in TIME_WAIT.
    func refusal() -> Int32 {
        guard cprobes_is_own_peer(descriptor, port) else { return 0 }
        isAborted = true
        return ECONNREFUSED
    }

    /// How many bytes went, or a negative error number.
    func send(_ bytes: ArraySlice<UInt8>) -> Int {
        unsafe bytes.withUnsafeBufferPointer { buffer in
            guard let start = buffer.baseAddress else { return 0 }
            return unsafe cprobes_send(descriptor, start, buffer.count)
        }
    }

    /// How many bytes came, 0 at the end of the connection, or a negative error number.
    func receive(into buffer: inout [UInt8]) -> Int {
        unsafe cprobes_receive(descriptor, &buffer, buffer.count)
    }

    /// Gives the connection away, unwatched: who calls it closes it.
    func release() -> Int32 {
        watch?.cancel()
        watch = nil
        defer { descriptor = -1 }
        return descriptor
    }

    func finishSending() {
        // A connection that is broken says so when it is read from.
        _ = cprobes_finish_sending(descriptor)
    }

    /// Our end.
    var local: Endpoint? { LocalEnd.of(descriptor) }

    func close() {
        guard descriptor >= 0 else { return }
        let now = EventLoop.now
        let isGraceful = !isAborted && Self.isCloseGraceful(at: now)
        if isGraceful { Self.gracefulCloses.take(at: now) }
        cprobes_close(descriptor, !isGraceful)
        descriptor = -1
        watch?.descriptorClosed()
        watch = nil
    }
}
