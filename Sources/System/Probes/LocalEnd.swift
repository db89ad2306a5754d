internal import CProbes
internal import EventLoop
internal import NetworkTypes

/// Our end of a connected socket, which some protocols tell their server.
enum LocalEnd {
    static func of(_ descriptor: Int32) -> Endpoint? {
        var bytes = [UInt8](repeating: 0, count: 16)
        var port: UInt16 = 0
        let count = unsafe cprobes_local_end(descriptor, &bytes, &port)
        guard count > 0, let address = IPAddress(bytes: bytes.prefix(Int(count))) else { return nil }
        return Endpoint(address, port)
    }
}
