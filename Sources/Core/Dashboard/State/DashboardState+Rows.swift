import DirectorCore
import HealthChecking
import NetworkTypes
import VirtualServers

/// A line of the table, by place in the snapshot: a service, one of its real servers, one of its fallback tiers or a
/// server of that.
struct TableRow: Hashable, Sendable {
    var service: Int
    var tier: Int?
    var server: Int?

    var isService: Bool { tier == nil && server == nil }
}

extension ServiceSnapshot {
    /// Nil for the line of a service or a tier.
    func server(at row: TableRow) -> ServerSnapshot? {
        guard let place = row.server else { return nil }
        return row.tier.map { tiers[$0][place] } ?? servers[place]
    }
}

extension DashboardState {
    /// The lines of the table from first to last, as the view wants them.
    func rows() -> [TableRow] {
        guard let services = snapshot?.services else { return [] }
        var rows: [TableRow] = []
        let filter = view.filter.lowercased()
        for service in order(of: services) {
            if view.onlyTrouble, summaries[service].trouble == .none { continue }
            let isFound = filter.isEmpty || text(of: TableRow(service: service)).contains(filter)
            let below = lines(of: service, in: services[service], with: isFound ? "" : filter)
            if !isFound, below.isEmpty { continue }
            rows.append(TableRow(service: service))
            if !isFolded(service) { rows += below }
        }
        return rows
    }

    /// What stands below a service: its real servers, then each tier with its servers.
    private func lines(of service: Int, in snapshot: ServiceSnapshot, with filter: String) -> [TableRow] {
        func wanted(_ servers: [ServerSnapshot], of tier: Int?) -> [TableRow] {
            var places = Array(servers.indices)
            if view.onlyTrouble {
                places.removeAll { (tier == nil ? Trouble(servers[$0]) : Trouble(standby: servers[$0])) == .none }
            }
            let rows = order(of: places, in: servers).map { TableRow(service: service, tier: tier, server: $0) }
            return filter.isEmpty ? rows : rows.filter { text(of: $0).contains(filter) }
        }
        var rows = wanted(snapshot.servers, of: nil)
        for (tier, servers) in snapshot.tiers.enumerated() {
            let below = wanted(servers, of: tier)
            if !below.isEmpty { rows += [TableRow(service: service, tier: tier)] + below }
        }
        return rows
    }

    /// What a search looks at, in lower case.
    func text(of row: TableRow) -> String {
        guard let service = snapshot?.services[row.service] else { return "" }
        guard let server = service.server(at: row) else {
            if let tier = row.tier { return "fallback tier \(tier + 1)" }
            return "\(service.id) \(service.scheduler) \(service.problem ?? "")".lowercased()
        }
        return "\(server.endpoint) \(server.method) \(server.state.rawValue) \(server.reason)".lowercased()
    }

    func id(of row: TableRow) -> ViewState.Row? {
        guard let service = snapshot?.services[row.service] else { return nil }
        guard let server = service.server(at: row) else {
            return row.tier.map { .tier(service.id, $0) } ?? .service(service.id)
        }
        return row.tier.map { .tierServer(service.id, $0, server.endpoint) } ?? .server(service.id, server.endpoint)
    }

    private func order(of services: [ServiceSnapshot]) -> [Int] {
        let places = Array(services.indices)
        let sorted: [Int]
        switch view.sort {
        case .file: sorted = places
        case .trouble: sorted = places.sortedStably { summaries[$0].trouble > summaries[$1].trouble }
        case .name: sorted = places.sortedStably { services[$0].id < services[$1].id }
        case .active: sorted = places.sortedStably { summaries[$0].active > summaries[$1].active }
        case .rate: sorted = places.sortedStably { summaries[$0].rates.connections > summaries[$1].rates.connections }
        }
        return view.isReversed ? sorted.reversed() : sorted
    }

    private func order(of places: [Int], in servers: [ServerSnapshot]) -> [Int] {
        let sorted: [Int]
        switch view.sort {
        case .file: sorted = places
        case .trouble: sorted = places.sortedStably { Trouble(servers[$0]) > Trouble(servers[$1]) }
        case .name: sorted = places.sortedStably { servers[$0].endpoint < servers[$1].endpoint }
        case .active: sorted = places.sortedStably { servers[$0].activeConnections > servers[$1].activeConnections }
        case .rate: sorted = places.sortedStably { servers[$0].rates.connections > servers[$1].rates.connections }
        }
        return view.isReversed ? sorted.reversed() : sorted
    }
}

extension [Int] {
    /// Equals keep their order, so that lines do not change places for nothing.
    fileprivate func sortedStably(_ isBefore: (Int, Int) -> Bool) -> [Int] {
        sorted { left, right in isBefore(left, right) || (!isBefore(right, left) && left < right) }
    }
}
