package import DirectorConfig
import Glibc
package import NetworkTypes
import Synchronization
import VirtualServers

/// Names looked up the way the system does (nsswitch.conf: files, DNS, ...), each once for the life of the resolver.
///
/// A host of several addresses keeps the one it had before as long as it has it: name servers rotate their answers, and
/// a real server must not move with each of them. Without one before, the lowest address comes first. It also keeps its
/// addresses while nobody can say what they are.
///
/// The calls block, up to the resolver's time-out; a loop must not make them.
package final class SystemResolver: Sendable {
    private struct ServiceKey: Hashable {
        var name: String
        var transport: TransportProtocol
    }

    private struct Cache {
        var hosts: [HostName: [IPAddress]] = [:]
        var troubles: [HostName: String] = [:]
        var services: [ServiceKey: UInt16?] = [:]
    }

    private let cache = Mutex(Cache())
    private let before: [HostName: [IPAddress]]
    private let source: Source
    /// A name that is none any more keeps its addresses, too.
    private let keepsVanished: Bool

    /// Where addresses come from.
    enum Source: Sendable {
        case nameServers
        /// They were asked beforehand; what is missing has no answer within this time.
        case answers([HostName: HostLookup.Answer], within: Duration)
        /// What was known before is so, whatever name servers say.
        case memory
        /// Each name of a host is an address that nothing has.
        case placeholders
    }

    package convenience init() { self.init(before: [:], source: .nameServers) }

    init(before: [HostName: [IPAddress]], source: Source, keepsVanished: Bool = false) {
        self.before = before
        self.source = source
        self.keepsVanished = keepsVanished
    }

    /// Whether any host name was asked for: then the answer may be another one later.
    package var lookedUpHosts: Bool { cache.withLock { !$0.hosts.isEmpty } }

    /// Every name that was asked for, with its addresses.
    var hosts: [HostName: [IPAddress]] { cache.withLock { $0.hosts } }

    /// Names that keep the addresses that they had, and why.
    var kept: [HostName: String] {
        cache.withLock { cache in cache.troubles.filter { cache.hosts[$0.key]?.isEmpty == false } }
    }

    package var resolver: NameResolver {
        NameResolver(
            host: { [self] name, family in
                let key = HostName(name: name, family: family)
                if let known = cache.withLock({ $0.hosts[key] }) { return known }
                let (addresses, trouble) = find(key)
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
                cache.withLock { $0.troubles[HostName(name: name, family: family)] }
            })
    }

    private func find(_ name: HostName) -> (addresses: [IPAddress], trouble: String?) {
        switch source {
        case .placeholders: return ([Self.placeholder(cache.withLock { $0.hosts.count }, name.family)], nil)
        case .memory where before[name] != nil: return (before[name] ?? [], nil)
        case .memory, .nameServers: return judge(name, Self.addresses(of: name.name, name.family))
        case .answers(let answers, let limit):
            guard let answer = answers[name] else {
                return (before[name] ?? [], "no answer within \(limit.components.seconds) s")
            }
            return judge(name, answer)
        }
    }

    private func judge(
        _ name: HostName, _ answer: HostLookup.Answer
    ) -> (addresses: [IPAddress], trouble: String?) {
        let old = before[name] ?? []
        switch answer {
        case .success(let found): return (Self.steady(found, before: old.first), nil)
        case .failure(let failure):
            if let trouble = failure.trouble { return (old, trouble) }
            return keepsVanished && !old.isEmpty ? (old, "there is no such address any more") : ([], nil)
        }
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

    static func addresses(of name: String, _ family: IPAddress.Family) -> Result<[IPAddress], LookupFailure> {
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
