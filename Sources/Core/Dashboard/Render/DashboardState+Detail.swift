import ControlProtocol
import DirectorCore
import HealthChecking
import TimeTypes

/// The selected row in full: what the table has no room for.
extension DashboardState {
    func drawDetail(_ frame: inout Frame, _ layout: Layout, _ rows: [TableRow]) {
        guard let first = layout.detail.first, rows.indices.contains(view.cursor), let snapshot else { return }
        let row = rows[view.cursor]
        let service = snapshot.services[row.service]
        let lines: (String, String)
        var style = Style.dim
        if let server = service.server(at: row) {
            lines = detail(server, row, of: service, at: snapshot.time, frame.size.columns)
        } else if let tier = row.tier {
            lines = detail(tier, of: service)
        } else {
            lines = detail(service, row.service)
            if service.problem != nil { style = .warning }
        }
        frame.write(" \(lines.0)", row: first, column: 0, style: .strong)
        frame.write(" \(lines.1)", row: first + 1, column: 0, style: isLive ? style : .dim)
    }

    private var was: String { isLive ? "" : "was " }

    private func detail(
        _ server: ServerSnapshot, _ row: TableRow, of service: ServiceSnapshot, at now: WallTime, _ width: Int
    ) -> (String, String) {
        let place = row.tier.map { "fallback tier \($0 + 1) of \(service.id)" } ?? "\(service.id)"
        let since = server.stateSince.map { " since \($0.moment(at: now))" } ?? ""
        let why = "\(was)\(server.stateWord)\(since): \(StatusText.reason(server, at: now, isBrief: true))"
        // Its service stands above it in the table.
        let head = Shortening.fitting(
            width - 1, ["\(server.endpoint) of \(place): \(why)", "\(server.endpoint): \(why)"])
        var text = "active \(server.activeConnections), inactive \(server.inactiveConnections); "
        if let last = server.lastCheck {
            text += "last check \(last.moment(at: now))\(server.latency.map { ", took \(ShortNumber.text($0))" } ?? "")"
        } else {
            text += server.state == .unverified ? "not checked yet" : "check"
        }
        return (head, "\(text): \(server.check)")
    }

    private func detail(_ tier: Int, of service: ServiceSnapshot) -> (String, String) {
        let servers = service.tiers[tier]
        let stands = service.activeTier == tier ? "\(was)standing in" : "\(was)waiting"
        return (
            "fallback tier \(tier + 1) of \(service.id): \(stands), \(servers.count(where: \.isUp)) of \(servers.count) up",
            "its servers stand in while no real server and no tier before it has one up"
        )
    }

    private func detail(_ service: ServiceSnapshot, _ place: Int) -> (String, String) {
        let persistence = service.persistenceTimeout.map { ", persistent \($0) s" } ?? ""
        var fallback = service.fallback.map { ", fallback \($0)\(service.fallbackActive ? " STANDS IN" : "")" } ?? ""
        if let tier = service.activeTier { fallback = ", fallback tier \(tier + 1) STANDS IN\(fallback)" }
        let kernel = service.inKernel ? "in the kernel's table" : "NOT in the kernel's table"
        let summary = summaries[place]
        let below =
            service.problem.map { "the kernel refused \($0)" }
            ?? "\(was)\(kernel); active \(summary.active), inactive \(summary.inactive)"
        return ("\(service.id): scheduler \(service.scheduler)\(persistence)\(fallback)", below)
    }
}
