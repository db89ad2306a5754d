internal import CFailover
internal import Glibc

/// What the kernel says of an interface.
package enum NetworkInterface {
    /// Nil when there is none of the name.
    package static func index(_ name: String) -> UInt32? {
        let index = unsafe if_nametoindex(name)
        return index > 0 ? index : nil
    }

    /// Up, and with a carrier.
    package static func isRunning(_ name: String) -> Bool { unsafe cfailover_is_running(name) == 1 }

    /// The Ethernet address; empty on an interface that has none.
    package static func hardwareAddress(_ name: String) -> [UInt8] {
        var address = [UInt8](repeating: 0, count: 6)
        return unsafe cfailover_hardware_address(name, &address) == 0 ? address : []
    }

    /// Whether the host forwards IPv6, and so is a router in its neighbour advertisements.
    package static var forwardsIPv6: Bool {
        let descriptor = unsafe open("/proc/sys/net/ipv6/conf/all/forwarding", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var digit: UInt8 = 0
        return unsafe read(descriptor, &digit, 1) == 1 && digit == UInt8(ascii: "1")
    }
}

extension NetworkInterface {
    /// The Ethernet address of the interface with this index; empty when it has none.
    package static func hardwareAddress(index: UInt32) -> [UInt8] { name(index).map(hardwareAddress) ?? [] }

    /// Nil when there is none of the index.
    package static func name(_ index: UInt32) -> String? {
        var name = [CChar](repeating: 0, count: 17)
        guard unsafe if_indextoname(index, &name) != nil else { return nil }
        return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
