import Glibc
import KernelNetlink
import NetworkTypes
import VirtualServers

/// Counters: one-packet scheduling to a real server on this machine, so that datagrams count at once.
func checkStatistics(_ client: IPVSClient, _ checks: inout Checks) throws {
    let id = udp("127.0.0.1:5353")
    try client.perform(.addService(VirtualService(id, scheduler: Scheduler("rr"))))
    try client.perform(.addServer(RealServer(endpoint("127.0.0.1:5354"), method: .masquerading), to: id))
    let socket = socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
    defer { close(socket) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = UInt16(5353).bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    let datagrams = 5
    for _ in 0..<datagrams {
        _ = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                sendto(socket, "x", 1, 0, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }
    // The kernel adds its counters up every two seconds.
    var status = try client.dump().first
    let end = now() + 6
    while (status?.statistics.inPackets ?? 0) < UInt64(datagrams), now() < end {
        usleep(200_000)
        status = try client.dump().first
    }
    checks.equal("packets of the service", status?.statistics.inPackets, UInt64(datagrams))
    checks.equal("bytes of the service", status?.statistics.inBytes, UInt64(datagrams * 29))
    checks.equal("connections of the service", status?.statistics.connections, 1)
    checks.equal("packets of the real server", status?.servers.first?.statistics.inPackets, UInt64(datagrams))
    checks.equal("inactive connections of the real server", status?.servers.first?.connections.inactive, 1)
    let line = output("ipvsadm -Ln --stats --exact | grep 127.0.0.1:5353 | tr -s ' '").trimmed
    let ours = status?.statistics ?? Statistics()
    checks.equal(
        "counters as ipvsadm prints them", line,
        "UDP 127.0.0.1:5353 \(ours.connections) \(ours.inPackets) \(ours.outPackets) \(ours.inBytes) \(ours.outBytes)")
    try client.perform(.zero(id))
    checks.equal("counters of one service zeroed", try client.service(id).statistics.inPackets, 0)
    try client.perform(.zero(nil))
    checks.equal("all counters zeroed", try client.dump().first?.servers.first?.statistics.inPackets, 0)
}
