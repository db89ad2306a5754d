import ControlProtocol
import DirectorCore
import HealthChecking
import TimeTypes
import VirtualServers

extension Page {
    func servicesSection(_ snapshot: Snapshot) -> String {
        guard !snapshot.services.isEmpty else { return "<p>No virtual services are configured.</p>\n" }
        let total = snapshot.services.reduce(0) { $0 + $1.servers.count }
        guard total > Self.serverLimit else {
            return snapshot.services.map { section($0, $0.servers, at: snapshot) }.joined()
        }
        // What is left out is well, as far as there is room for what is not.
        var room = Self.serverLimit
        var html = ""
        for service in snapshot.services.filter({ !isWell($0) }) + snapshot.services.filter(isWell) {
            let inTroubleFirst = service.servers.filter { !$0.isUp } + service.servers.filter(\.isUp)
            let shown = Array(inTroubleFirst.prefix(room))
            room -= shown.count
            html += section(service, shown, at: snapshot)
        }
        return html
            + "<p>\(total - Self.serverLimit) more real servers are not shown here, where those in trouble come "
            + "first: <code>director status</code> has all.</p>\n"
    }

    private func isWell(_ service: ServiceSnapshot) -> Bool {
        service.upCount == service.servers.count && remarks(service).isEmpty
    }

    private static let columns = [
        "real server", "method", "state", "since", "weight", "active", "inactive", "conn/s", "check", "reason",
    ]

    private func section(_ service: ServiceSnapshot, _ servers: [ServerSnapshot], at snapshot: Snapshot) -> String {
        let up = service.upCount
        let look: Look =
            !isLive ? .plain : up == 0 ? .bad : up < service.servers.count || service.problem != nil ? .warning : .good
        var html = "<section><h2>\(escaped(service.id.description)) <small>\(escaped(service.scheduler))</small> "
        html +=
            "<span class=\"\(look.rawValue)\">\(up) of \(service.servers.count) \(isLive ? "up" : "were up")</span></h2>\n"
        for remark in remarks(service) { html += "<p class=\"warning\">\(escaped(remark))</p>\n" }
        html += "<table class=\"servers\">\(heads(Self.columns))\n"
        for server in servers { html += row(server, at: snapshot) }
        for (index, tier) in service.tiers.enumerated() {
            let stands = service.activeTier == index ? ", stands in" : ""
            html +=
                "<tr><th scope=\"rowgroup\" colspan=\"\(Self.columns.count)\">fallback tier \(index + 1)\(stands)</th></tr>\n"
            for server in tier { html += row(server, at: snapshot) }
        }
        return html + "</table></section>\n"
    }

    private func remarks(_ service: ServiceSnapshot) -> [String] {
        var remarks: [String] = []
        if let problem = service.problem { remarks.append("The kernel REFUSED its last change: \(problem)") }
        if !service.inKernel { remarks.append("It is NOT IN THE KERNEL.") }
        if let tier = service.activeTier { remarks.append("Fallback tier \(tier + 1) stands in.") }
        if service.activeTier == nil, service.fallbackActive, let fallback = service.fallback {
            remarks.append("The fallback \(fallback) stands in.")
        }
        return remarks
    }

    private func row(_ server: ServerSnapshot, at snapshot: Snapshot) -> String {
        let word = isLive ? server.stateWord : "was \(server.stateWord)"
        let look: Look =
            !isLive
            ? .plain : server.isUp ? (server.failures > 0 ? .warning : .good) : server.state == .down ? .bad : .warning
        let weight = server.kernelWeight.map(String.init) ?? "-"
        return "<tr>" + cell(server.endpoint.description) + cell(server.method) + cell(word, look)
            + cell(server.stateSince.map { (snapshot.time - $0).age } ?? "-", isNumber: true)
            + cell("\(weight)/\(server.weight)", isNumber: true)
            + cell("\(server.activeConnections)", isNumber: true)
            + cell("\(server.inactiveConnections)", isNumber: true)
            + cell("\(server.rates.connections)", isNumber: true)
            + cell(server.latency.map(Self.milliseconds) ?? "", isNumber: true)
            + cell(StatusText.reason(server, at: snapshot.time)) + "</tr>\n"
    }

    private static func milliseconds(_ latency: Duration) -> String {
        let tenths = latency.components.seconds * 10_000 + latency.components.attoseconds / 100_000_000_000_000
        return "\(tenths / 10).\(tenths % 10) ms"
    }
}
