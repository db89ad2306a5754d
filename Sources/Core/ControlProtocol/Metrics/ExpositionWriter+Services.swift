import DirectorCore
import HealthChecking
import VirtualServers

/// Virtual services and their real servers.
extension ExpositionWriter {
    mutating func services(_ report: MetricsReport) {
        let services = report.snapshot.services.map { (Labels(("service", $0.id.description)), $0) }
        func gauge(_ name: String, _ help: String, _ value: (ServiceSnapshot) -> Int64?) {
            family(name, .gauge, help)
            for (labels, service) in services { if let value = value(service) { sample(labels, value) } }
        }
        gauge("director_service_servers", "Real servers that are configured.") { service in
            Int64(service.servers.count { $0.withdrawal?.cause != .removal })
        }
        gauge("director_service_servers_up", "Real servers whose checks pass and that nobody has taken out.") {
            Int64($0.upCount)
        }
        gauge("director_service_in_kernel", "Whether the kernel has the service.") { $0.inKernel ? 1 : 0 }
        gauge("director_service_refused", "Whether the kernel refused its last change.") { $0.problem == nil ? 0 : 1 }
        gauge("director_service_fallback_active", "Whether the fallback stands in.") { $0.fallbackActive ? 1 : 0 }
        gauge("director_service_active_tier", "The fallback tier that stands in, from 1; 0 for none.") {
            $0.tiers.isEmpty ? nil : Int64(($0.activeTier ?? -1) + 1)
        }
        let counted = zip(services, report.traffic).compactMap { service, traffic in
            traffic.service.map { (service.0, $0) }
        }
        traffic("director_service", "of the service", counted)
    }

    mutating func servers(_ report: MetricsReport) {
        var servers: [(labels: Labels, server: ServerSnapshot)] = []
        var counted: [(Labels, Traffic)] = []
        for (place, service) in report.snapshot.services.enumerated() {
            let own = Labels(("service", service.id.description))
            let traffic = report.traffic.indices.contains(place) ? report.traffic[place].servers : []
            var tiers = service.servers.map { ($0, Int?.none) }
            for (tier, members) in service.tiers.enumerated() { tiers += members.map { ($0, tier + 1) } }
            for (index, (server, tier)) in tiers.enumerated() {
                var labels = own.with("server", server.endpoint.description)
                if let tier { labels = labels.with("tier", "\(tier)") }
                servers.append((labels, server))
                if traffic.indices.contains(index), let totals = traffic[index] { counted.append((labels, totals)) }
            }
        }
        states(servers)
        weights(servers)
        self.traffic("director_server", "of the real server", counted)
    }

    private mutating func states(_ servers: [(labels: Labels, server: ServerSnapshot)]) {
        family("director_server_up", .gauge, "Whether its checks pass and nobody has taken it out.")
        for (labels, server) in servers { sample(labels, server.isUp) }
        family(
            "director_server_state", .gauge,
            "1 for the state that it is in: up, down, unverified, draining, drained, disabled, held, kept, agent.")
        for (labels, server) in servers { sample(labels.with("state", server.stateLabel), true) }
        family(
            "director_server_state_time_seconds", .gauge, unit: "seconds",
            "Since when its checks say what they say, since 1970.")
        for (labels, server) in servers { sample(labels, Duration.milliseconds(server.since.milliseconds)) }
        family("director_server_failures", .gauge, "Failed checks in a row.")
        for (labels, server) in servers { sample(labels, Int64(server.failures)) }
        family(
            "director_server_check_duration_seconds", .gauge, unit: "seconds", "How long its last check took.")
        for (labels, server) in servers { if let latency = server.latency { sample(labels, latency) } }
        family(
            "director_server_check_time_seconds", .gauge, unit: "seconds", "When its last check ended, since 1970.")
        for (labels, server) in servers {
            if let last = server.lastCheck { sample(labels, Duration.milliseconds(last.milliseconds)) }
        }
    }

    private mutating func weights(_ servers: [(labels: Labels, server: ServerSnapshot)]) {
        family("director_server_weight", .gauge, "Its configured weight.")
        for (labels, server) in servers { sample(labels, Int64(server.weight)) }
        family(
            "director_server_kernel_weight", .gauge, "Its weight in the kernel's table; absent when it is not there.")
        for (labels, server) in servers { if let weight = server.kernelWeight { sample(labels, Int64(weight)) } }
        family("director_server_active_connections", .gauge, "Established TCP connections.")
        for (labels, server) in servers { sample(labels, Int64(server.activeConnections)) }
        family("director_server_inactive_connections", .gauge, "All other connections.")
        for (labels, server) in servers { sample(labels, Int64(server.inactiveConnections)) }
    }

    /// The kernel's 64-bit counters; they begin anew when the entry does, as counters may.
    private mutating func traffic(_ prefix: String, _ whose: String, _ counted: [(labels: Labels, totals: Traffic)]) {
        family("\(prefix)_connections", .counter, "Connections \(whose) that the kernel has scheduled.")
        for (labels, totals) in counted { sample(labels, totals.connections) }
        family("\(prefix)_incoming_packets", .counter, "Packets \(whose) from clients.")
        for (labels, totals) in counted { sample(labels, totals.inPackets) }
        family("\(prefix)_outgoing_packets", .counter, "Packets \(whose) to clients, where they pass the director.")
        for (labels, totals) in counted { sample(labels, totals.outPackets) }
        family("\(prefix)_incoming_bytes", .counter, unit: "bytes", "Bytes \(whose) from clients.")
        for (labels, totals) in counted { sample(labels, totals.inBytes) }
        family(
            "\(prefix)_outgoing_bytes", .counter, unit: "bytes",
            "Bytes \(whose) to clients, where they pass the director.")
        for (labels, totals) in counted { sample(labels, totals.outBytes) }
    }
}

extension ServerSnapshot {
    /// The state in a word for programs.
    var stateLabel: String {
        if let withdrawal {
            if withdrawal.isDraining { return "draining" }
            return withdrawal.cause == .disable ? "disabled" : "drained"
        }
        if heldUntil != nil { return "held" }
        if isKept { return "kept" }
        if state == .up, let agent, agent.effect != .none { return "agent" }
        return state.rawValue
    }
}
