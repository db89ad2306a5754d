internal import EventLoop
internal import Glibc
package import NetworkTypes

/// What blocks on a disk or a name server, for helper threads.
package enum DirectoryListing {
    package struct Problem: Error, Hashable, CustomStringConvertible {
        package let description: String
        /// There is no such directory.
        package let isMissing: Bool
    }

    /// The names of the entries, at most this many.
    package static func names(_ path: String, limit: Int = 10_000) throws(Problem) -> [String] {
        guard let directory = unsafe opendir(path) else {
            let reason = errno
            throw Problem(
                description: "cannot look into \(path): \(ErrnoText.describe(reason))", isMissing: reason == ENOENT)
        }
        defer { unsafe closedir(directory) }
        var names: [String] = []
        while names.count < limit, let entry = unsafe readdir(directory) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { tuple in
                unsafe tuple.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }
}

/// Names of addresses.
package enum ReverseLookup {
    /// The name that the system knows for an address (hosts file, DNS); nil for none.
    package static func name(of address: IPAddress) -> String? {
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
