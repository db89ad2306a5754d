import Glibc
import NetworkTypes

/// The loopback addresses that this machine has: a container's network may be without ::1.
enum Loopback {
    static let hasIPv6: Bool = {
        let descriptor = socket(AF_INET6, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var address = sockaddr_in6()
        address.sin6_family = sa_family_t(AF_INET6)
        address.sin6_addr = in6addr_loopback
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in6>.size)) == 0
            }
        }
    }()

    /// Whether IPv6, for tests that run with both. That it is missing is said by `IPv6 works alike`.
    static let families = hasIPv6 ? [false, true] : [false]

    static let addresses =
        [IPAddress(ipv4: 0x7F00_0001), IPAddress(ipv4: 0x7F01_0203)] + (hasIPv6 ? [IPAddress(ipv6High: 0, low: 1)] : [])
}
