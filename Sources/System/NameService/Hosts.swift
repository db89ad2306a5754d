internal import Glibc
internal import NameQuestions
internal import NetworkTypes

/// Addresses of hosts and names of addresses, wherever the system has them: hosts file, DNS, ...
enum Hosts {
    static func addresses(of name: String, _ family: IPAddress.Family) -> NameAnswer {
        var hints = unsafe addrinfo()
        unsafe hints.ai_family = family == .ipv4 ? AF_INET : AF_INET6
        unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var first: UnsafeMutablePointer<addrinfo>?
        let status = unsafe getaddrinfo(name, nil, &hints, &first)
        guard status == 0 else { return failure(status, errno: errno) }
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
        return .addresses(addresses)
    }

    /// What the status of a getaddrinfo that failed says.
    static func failure(_ status: Int32, errno: Int32) -> NameAnswer {
        switch status {
        // The names that netdb.h gives GNU's own statuses, "no address of this family" (-9) and "no data" (-5), ask for
        // a feature macro that Swift's module is made without.
        case EAI_NONAME, -9, -5: .none
        case EAI_SYSTEM: .trouble(unsafe String(cString: strerror(errno)))
        default: .trouble(unsafe String(cString: gai_strerror(status)))
        }
    }

    /// Nil for an address that has no name.
    static func name(of address: IPAddress) -> String? {
        var storage = sockaddr_storage()
        let length: socklen_t
        switch address.family {
        case .ipv4:
            length = socklen_t(MemoryLayout<sockaddr_in>.size)
            unsafe withUnsafeMutableBytes(of: &storage) { bytes in
                unsafe bytes.storeBytes(of: sa_family_t(AF_INET), as: sa_family_t.self)
                unsafe bytes.baseAddress?.advanced(by: 4).copyMemory(from: address.bytes, byteCount: 4)
            }
        case .ipv6:
            length = socklen_t(MemoryLayout<sockaddr_in6>.size)
            unsafe withUnsafeMutableBytes(of: &storage) { bytes in
                unsafe bytes.storeBytes(of: sa_family_t(AF_INET6), as: sa_family_t.self)
                unsafe bytes.baseAddress?.advanced(by: 8).copyMemory(from: address.bytes, byteCount: 16)
            }
        }
        var name = [CChar](repeating: 0, count: Int(NI_MAXHOST))
        let status = unsafe withUnsafePointer(to: &storage) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { socketAddress in
                unsafe getnameinfo(socketAddress, length, &name, socklen_t(name.count), nil, 0, NI_NAMEREQD)
            }
        }
        guard status == 0 else { return nil }
        return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
