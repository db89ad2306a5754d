import KernelNetlink
import NetworkTypes
import Synchronization
import VirtualServers

/// What the kernel counts of a virtual service and its real servers.
struct ServiceCounters: Sendable {
    var statistics: Statistics
    var servers: [Endpoint: RealServerStatus]

    init(_ status: VirtualServiceStatus) {
        statistics = status.statistics
        servers = Dictionary(status.servers.map { ($0.server.endpoint, $0) }, uniquingKeysWith: { $1 })
    }
}

/// Reads what the kernel counts of everything, over a socket of its own, so that it can be done on another thread than
/// the loop's: for ten thousand servers it takes a while.
final class KernelCounters: Sendable {
    struct Reading: Sendable {
        var services: [VirtualService.ID: ServiceCounters] = [:]
        /// Why there is nothing.
        var problem: String?
    }

    private let client = Mutex<IPVSClient?>(nil)

    func read() -> Reading {
        client.withLock { client in
            var reading = Reading()
            do {
                let reader = try client ?? IPVSClient()
                client = reader
                for status in try reader.dump() { reading.services[status.service.id] = ServiceCounters(status) }
            } catch {
                reading.problem = "\(error)"
            }
            return reading
        }
    }
}
