internal import CFailover
package import EventLoop
internal import Glibc

/// Tells at once that some interface has changed: it went up or down, came or went, or its addresses are others. The
/// caller looks which one.
@LoopActor package final class InterfaceEvents {
    private let descriptor: Int32
    private var watch: DescriptorWatch?

    package init(onChange: @escaping @LoopActor () -> Void) throws {
        descriptor = cfailover_interface_events_socket()
        guard descriptor >= 0 else { throw SocketFailure("cannot listen to the interfaces' changes", errno: errno) }
        watch = try EventLoop.main.watch(descriptor, .readable) { [descriptor] _ in
            cfailover_drain(descriptor)
            onChange()
        }
    }

    isolated deinit {
        watch?.cancel()
        _ = close(descriptor)
    }
}
