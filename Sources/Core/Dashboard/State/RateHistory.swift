package import DirectorCore
import NetworkTypes
import TimeTypes
import VirtualServers

/// New connections a second of every real server over the last while, for the sparklines.
///
/// A sample is one row of numbers for all servers in the snapshot's order, so that taking one costs next to nothing for
/// ten thousand of them.
package struct RateHistory: Sendable {
    package static let limit = 60
    /// Updates come as often as things change; a sample stands for a second at least.
    static let period = Duration.milliseconds(900)

    /// Oldest first.
    private var samples: [[UInt32]] = []
    /// Where each service's servers begin: its real servers, then those of its tiers.
    private var offsets: [Int] = []
    private var services: [(id: VirtualService.ID, servers: [Endpoint])] = []
    private var lastTime: WallTime?

    package init() {}

    /// Takes a sample unless the last one was taken a moment ago.
    package mutating func take(_ snapshot: Snapshot) {
        if let lastTime, snapshot.time > lastTime, snapshot.time - lastTime < Self.period { return }
        lastTime = snapshot.time
        var sample: [UInt32] = []
        sample.reserveCapacity(samples.last?.count ?? 0)
        for service in snapshot.services {
            for server in service.servers { sample.append(UInt32(clamping: server.rates.connections)) }
            for tier in service.tiers {
                for server in tier { sample.append(UInt32(clamping: server.rates.connections)) }
            }
        }
        samples.append(sample)
        if samples.count > Self.limit { samples.removeFirst() }
    }

    /// The services or their servers are others now: what is known of those that stay is kept.
    package mutating func rearrange(for snapshot: Snapshot) {
        let new = snapshot.services.map { ($0.id, ($0.servers + $0.tiers.flatMap(\.self)).map(\.endpoint)) }
        let isSame = new.count == services.count && zip(new, services).allSatisfy { $0 == $1 }
        guard !isSame else { return }
        var before: [VirtualService.ID: [Endpoint: Int]] = [:]
        for (index, service) in services.enumerated() {
            var places: [Endpoint: Int] = [:]
            for (place, server) in service.servers.enumerated() { places[server] = offsets[index] + place }
            before[service.id] = places
        }
        let sources = new.flatMap { id, servers in servers.map { before[id]?[$0] } }
        samples = samples.map { sample in sources.map { $0.map { sample[$0] } ?? 0 } }
        services = new
        offsets = []
        var offset = 0
        for (_, servers) in new {
            offsets.append(offset)
            offset += servers.count
        }
    }

    /// The latest samples of a server, oldest first; of a whole service without a server's place. Servers of tiers
    /// follow the real ones.
    package func values(service: Int, server: Int?, count: Int) -> [UInt32] {
        guard services.indices.contains(service) else { return [] }
        let start = offsets[service]
        let range = start..<start + services[service].servers.count
        return samples.suffix(count).map { sample in
            guard range.upperBound <= sample.count else { return 0 }
            if let server { return range.contains(start + server) ? sample[start + server] : 0 }
            return sample[range].reduce(0) { $0.addingReportingOverflow($1).overflow ? .max : $0 + $1 }
        }
    }
}
