internal import Glibc
internal import NetworkTypes
internal import VirtualServers

/// The system's resolver: hosts and services by name, and names of addresses and ports.
enum SystemNames {
    static var resolver: RuleResolver {
        RuleResolver(host: host, service: service)
    }

    /// The names for a listing. Each address is asked for once: a resolver that does not answer takes seconds.
    static var names: RuleNames {
        var known: [IPAddress: String?] = [:]
        return RuleNames(
            host: { address in
                if let name = known[address] { return name }
                let name = name(of: address)
                known[address] = name
                return name
            }, service: name)
    }

    /// The first IPv4 address of a host, in host order.
    private static func host(_ name: String) -> UInt32? {
        guard let entry = unsafe gethostbyname(name), unsafe entry.pointee.h_addrtype == AF_INET,
            let first = unsafe entry.pointee.h_addr_list.pointee
        else { return nil }
        return unsafe UInt32(bigEndian: UnsafeRawPointer(first).loadUnaligned(as: UInt32.self))
    }

    private static func service(_ name: String, _ transport: TransportProtocol) -> UInt16? {
        guard let entry = unsafe getservbyname(name, transport.name) else { return nil }
        return unsafe UInt16(bigEndian: UInt16(truncatingIfNeeded: entry.pointee.s_port))
    }

    private static func name(of address: IPAddress) -> String? {
        let bytes = address.bytes
        let family = address.family == .ipv4 ? AF_INET : AF_INET6
        let entry = unsafe bytes.withUnsafeBytes {
            unsafe gethostbyaddr($0.baseAddress, socklen_t($0.count), family)
        }
        guard let entry = unsafe entry, let name = unsafe entry.pointee.h_name else { return nil }
        return unsafe String(cString: name)
    }

    private static func name(_ port: UInt16, _ transport: TransportProtocol) -> String? {
        guard let entry = unsafe getservbyport(Int32(port.bigEndian), transport.name),
            let name = unsafe entry.pointee.s_name
        else { return nil }
        return unsafe String(cString: name)
    }
}
