import CLinux
import Glibc

/// Accepts connections on a loopback port and closes them, on a thread of its own.
enum Listener {
    /// Starts it and returns its port, in network byte order.
    static func start() -> in_port_t {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = loopback(port: 0)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && listen(descriptor, 4096) == 0
                    && getsockname(descriptor, $0, &length) == 0
            }
        }
        precondition(bound, "cannot listen on the loopback address")
        let body: @convention(c) (UnsafeMutableRawPointer?) -> Void = { context in
            let descriptor = Int32(Int(bitPattern: context))
            while true {
                let accepted = accept(descriptor, nil, nil)
                if accepted >= 0 { close(accepted) }
            }
        }
        let reason = clinux_thread_start("listener", body, UnsafeMutableRawPointer(bitPattern: Int(descriptor)))
        precondition(reason == 0, "cannot start the listener's thread")
        return address.sin_port
    }

    static func loopback(port: in_port_t) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port
        address.sin_addr.s_addr = in_addr_t(0x7f00_0001).bigEndian
        return address
    }
}
