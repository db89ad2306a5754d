internal import CProbes
internal import EventLoop
internal import Glibc
internal import NetworkTypes

/// The UDP socket of one run, connected to its server: the kernel drops what others send, and gives us the ICMP errors.
@LoopActor final class DatagramSocket {
    private var descriptor: Int32
    private var watch: DescriptorWatch?

    init(to target: Endpoint) throws(ProbeConnection.Failure) {
        let bytes = target.address.bytes
        descriptor = unsafe cprobes_open_datagram(bytes, bytes.count, target.port)
        if descriptor < 0 { throw ProbeConnection.Failure(number: ProbeConnection.cause(-descriptor, of: target)) }
    }

    var local: Endpoint? { LocalEnd.of(descriptor) }

    func wait(_ action: @escaping @LoopActor () -> Void) throws(LoopError) {
        watch = try EventLoop.main.watch(descriptor, .readable) { _ in action() }
    }

    /// 0 or an error number: an ICMP error that arrived since may be among them.
    func send(_ bytes: [UInt8]) -> Int32 {
        let count = unsafe cprobes_send(descriptor, bytes, bytes.count)
        return count < 0 ? Int32(-count) : 0
    }

    /// The size of the next datagram, or a negative error number.
    func receive(into buffer: inout [UInt8]) -> Int {
        unsafe cprobes_receive(descriptor, &buffer, buffer.count)
    }

    func close() {
        guard descriptor >= 0 else { return }
        cprobes_close(descriptor, false)
        descriptor = -1
        watch?.descriptorClosed()
        watch = nil
    }
}
