import DirectorCore
import HealthChecking
import NetworkTypes
import VirtualServers

/// A line of the table: a service, or one of its real servers, by place in the snapshot.
struct TableRow: Hashable, Sendable {
    var service: Int
    var server: Int?
}

extension DashboardState {
    /// The lines of the table from first to last, as the view wants them.
    func rows() -> [TableRow] {
        guard let services = snapshot?.services else { return [] }
        var rows: [TableRow] = []
        let filter = view.filter.lowercased()
        for service in order(of: services) {
            if view.onlyTrouble, summaries[service].trouble == .none { continue }
            var servers = Array(services[service].servers.indices)
            if view.onlyTrouble { servers.removeAll { Trouble(services[service].servers[$0]) == .none } }
            if !filter.isEmpty, !text(of: TableRow(service: service)).contains(filter) {
                servers.removeAll { !text(of: TableRow(service: service, server: $0)).contains(filter) }
                if servers.isEmpty { continue }
            }
            rows.append(TableRow(service: service))
            if isFolded(service) { continue }
            for server in order(of: servers, in: services[service]) {
                rows.append(TableRow(service: service, server: server))
            }
        }
        return rows
    }

    /// What a search looks at, in lower case.
    func text(of row: TableRow) -> String {
        guard let service = snapshot?.services[row.service] else { return "" }
        guard let place = row.server else {
            return "\(service.id) \(service.scheduler) \(service.problem ?? "")".lowercased()
        }
        let server = service.servers[place]
        return "\(server.endpoint) \(server.method) \(server.state.rawValue) \(server.reason)".lowercased()
    }

    func id(of row: TableRow) -> ViewState.Row? {
        guard let service = snapshot?.services[row.service] else { return nil }
        return row.server.map { .server(service.id, service.servers[$0].endpoint) } ?? .service(service.id)
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

    private func order(of places: [Int], in service: ServiceSnapshot) -> [Int] {
        let servers = service.servers
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
