package import DirectorConfig
import Glibc
package import NetworkTypes
import Synchronization
import VirtualServers

/// Names looked up the way the system does (nsswitch.conf: files, DNS, ...), each once for the life of the resolver.
///
/// A host of several addresses keeps the one it had before as long as it has it: name servers rotate their answers, and
/// a real server must not move with each of them. Without one before, the lowest address comes first.
///
/// The calls block, up to the resolver's time-out; a loop must not make them.
package final class SystemResolver: Sendable {
    private struct HostKey: Hashable {
        var name: String
        var family: IPAddress.Family
    }

    private struct ServiceKey: Hashable {
        var name: String
        var transport: TransportProtocol
    }

    private struct Cache {
        var hosts: [HostKey: [IPAddress]] = [:]
        var troubles: [HostKey: String] = [:]
        var services: [ServiceKey: UInt16?] = [:]
    }

    private let cache = Mutex(Cache())
    private let before: [HostKey: [IPAddress]]
    private let asksNameServers: Bool

    /// - Parameters:
    ///   - old: the resolver whose answers are in force.
    ///   - asksNameServers: without it each name of a host is an address that nothing has.
    package init(keeping old: SystemResolver? = nil, asksNameServers: Bool = true) {
        before = old?.cache.withLock { $0.hosts } ?? [:]
        self.asksNameServers = asksNameServers
    }

    /// Whether any host name was asked for: then the answer may be another one later.
    package var lookedUpHosts: Bool { cache.withLock { !$0.hosts.isEmpty } }

    package var resolver: NameResolver {
        NameResolver(
            host: { [self] name, family in
                let key = HostKey(name: name, family: family)
                if let known = cache.withLock({ $0.hosts[key] }) { return known }
                guard asksNameServers else {
                    return cache.withLock { cache in
                        let placeholder = [Self.placeholder(cache.hosts.count, family)]
                        cache.hosts[key] = placeholder
                        return placeholder
                    }
                }
                var addresses: [IPAddress] = []
                var trouble: String?
                switch Self.addresses(of: name, family) {
                case .success(let found): addresses = Self.steady(found, before: before[key]?.first)
                case .failure(let failure): trouble = failure.trouble
                }
                cache.withLock { cache in
                    cache.hosts[key] = addresses
                    cache.troubles[key] = trouble
                }
                return addresses
            },
            service: { [self] name, transport in
                let key = ServiceKey(name: name, transport: transport)
                if let known = cache.withLock({ $0.services[key] }) { return known }
                let port = Self.port(of: name, transport)
                cache.withLock { $0.services[key] = .some(port) }
                return port
            },
            hostTrouble: { [self] name, family in
                cache.withLock { $0.troubles[HostKey(name: name, family: family)] }
            })
    }

    /// The address in force first where it is still among them, then by value.
    package static func steady(_ addresses: [IPAddress], before: IPAddress?) -> [IPAddress] {
        let sorted = addresses.sorted()
        guard let before, sorted.contains(before) else { return sorted }
        return [before] + sorted.filter { $0 != before }
    }

    /// Of the reserved 240.0.0.0/4, or of the discard prefix 100::/64. Each name has one of its own, so that two of
    /// them are not taken for one host.
    private static func placeholder(_ number: Int, _ family: IPAddress.Family) -> IPAddress {
        switch family {
        case .ipv4: IPAddress(ipv4: 0xF000_0000 | UInt32(truncatingIfNeeded: number + 1) & 0x07FF_FFFF)
        case .ipv6: IPAddress(ipv6High: 0x0100_0000_0000_0000, low: UInt64(number + 1))
        }
    }

    private static func addresses(of name: String, _ family: IPAddress.Family) -> Result<[IPAddress], LookupFailure> {
        var hints = unsafe addrinfo()
        unsafe hints.ai_family = family == .ipv4 ? AF_INET : AF_INET6
        unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var first: UnsafeMutablePointer<addrinfo>?
        let status = unsafe getaddrinfo(name, nil, &hints, &first)
        guard status == 0 else { return .failure(LookupFailure(status: status, errno: errno)) }
        defer { unsafe freeaddrinfo(first) }
        var addresses: [IPAddress] = []
        var next = unsafe first
        while let entry = unsafe next {
            unsafe next = entry.pointee.ai_next
            guard let socketAddress = unsafe entry.pointee.ai_addr else { continue }
            let offset: Int
            switch family {
            case .ipv4: offset = MemoryLayout<sockaddr_in>.offset(of: \.sin_addr) ?? 4
            case .ipv6: offset = MemoryLayout<sockaddr_in6>.offset(of: \.sin6_addr) ?? 8
            }
            let bytes = unsafe UnsafeRawBufferPointer(
                start: UnsafeRawPointer(socketAddress) + offset, count: family.bits / 8)
            if let address = unsafe IPAddress(bytes: Array(bytes)) { addresses.append(address) }
        }
        return .success(addresses)
    }

    private static func port(of name: String, _ transport: TransportProtocol) -> UInt16? {
        var entry = unsafe servent()
        var buffer = [CChar](repeating: 0, count: 4096)
        var result: UnsafeMutablePointer<servent>?
        let status = unsafe getservbyname_r(name, transport.name, &entry, &buffer, buffer.count, &result)
        guard status == 0, unsafe result != nil else { return nil }
        return unsafe UInt16(truncatingIfNeeded: entry.s_port).byteSwapped
    }
}
