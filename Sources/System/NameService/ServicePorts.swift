internal import Glibc

/// Ports of services (services(5)).
package enum ServicePorts {
    /// Nil where there is no such service of this protocol, `tcp` say.
    package static func port(of name: String, _ transport: String) -> UInt16? {
        var entry = unsafe servent()
        var buffer = [CChar](repeating: 0, count: 4096)
        var result: UnsafeMutablePointer<servent>?
        let status = unsafe getservbyname_r(name, transport, &entry, &buffer, buffer.count, &result)
        guard status == 0, unsafe result != nil else { return nil }
        return unsafe UInt16(truncatingIfNeeded: entry.s_port).byteSwapped
    }
}
