internal import HealthChecking
internal import NetworkTypes
internal import VirtualServers

extension FileReader {
    /// Whether the servers are checked as the section's keys other than `check` say: always without `check` lines, and
    /// with them where one of those keys is written.
    func isDescribed(_ section: Section) -> Bool {
        section.checkLines.isEmpty || section.describesCheck
    }

    mutating func buildTiers(_ section: Section, _ virtual: inout VirtualConfiguration) {
        var seen: [Endpoint: String] = [:]
        for real in virtual.reals { seen[real.server.endpoint] = "the real server of line \(real.line)" }
        if let fallback = virtual.fallback { seen[fallback.endpoint] = "the fallback" }
        for line in section.tiers {
            var tier = FallbackTier(line: line.place.line, servers: [])
            let lines = line.check.map { [$0] } ?? section.checkLines
            var own = CheckLineBuilder(lines, section: section, virtual: virtual, globals: globals)
            // Those of the section have been spoken of.
            if line.check != nil { own.warn(&problems) }
            var checker: CheckBuilder?
            if line.check == nil, isDescribed(section) {
                checker = CheckBuilder(section: section, virtual: virtual, globals: globals)
            }
            for server in line.servers {
                guard let (endpoint, written) = tierEndpoint(server, line, virtual.service.id) else { continue }
                if let other = seen.updateValue("in the tier of line \(tier.line)", forKey: endpoint) {
                    problems.error(
                        line.place, "\(endpoint) is \(other) already: a server stands in one place of a section")
                    continue
                }
                let real = RealLine(
                    place: line.place, addresses: AddressRun(server.address), port: written, method: line.method)
                var probes: [ProbeSetting] = []
                if case .probe(let spec)? = checker?.check(real, server.address, &problems) {
                    probes.append(ProbeSetting(spec: spec))
                }
                probes += own.probes(real, server.address, &problems)
                tier.servers.append(
                    .init(server: RealServer(endpoint, method: line.method, weight: 1), probes: probes))
            }
            if tier.servers.contains(where: \.probes.isEmpty) {
                problems.warning(
                    line.place, "nothing is asked of the servers of this tier, so they count as up: add check WHAT")
            }
            if !tier.servers.isEmpty { virtual.tiers.append(tier) }
        }
    }

    /// Where connections go, and the port as written, 0 without one.
    private mutating func tierEndpoint(
        _ server: (address: IPAddress, port: PortName?), _ line: TierLine, _ id: VirtualService.ID
    ) -> (Endpoint, UInt16)? {
        let transports: [TransportProtocol] = id.transport.map { [$0, $0 == .tcp ? .udp : .tcp] } ?? [.tcp, .udp]
        var written: UInt16 = 0
        if let port = server.port {
            guard let number = resolve(port, transports, at: line.place) else { return nil }
            written = number
        }
        guard let own = id.endpoint?.port else { return (Endpoint(server.address, written), written) }
        if line.method == .masquerading { return (Endpoint(server.address, written == 0 ? own : written), written) }
        if written != 0, written != own {
            problems.warning(
                line.place,
                "gate and ipip cannot change the port: connections to \(server.address) go to port \(own), "
                    + "the check to \(written)")
        }
        return (Endpoint(server.address, own), written)
    }
}
