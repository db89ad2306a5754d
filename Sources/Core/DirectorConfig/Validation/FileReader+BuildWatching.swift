internal import HealthChecking
internal import NetworkTypes
internal import VirtualServers

extension FileReader {
    /// What watches the servers of a section beside their checks.
    mutating func buildWatching(_ section: Section, _ virtual: inout VirtualConfiguration) {
        buildAgents(section, &virtual)
        buildPaths(section, &virtual)
    }

    // MARK: Idle connections

    mutating func buildSentinels(_ section: Section, _ virtual: inout VirtualConfiguration) {
        let written = section.watch.sentinel
        guard written?.value ?? globals.watch.sentinel?.value ?? false else { return }
        var isUsed = false
        for index in virtual.reals.indices {
            var held: Set<Endpoint> = []
            if case .probe(var spec) = virtual.reals[index].check, canHold(spec, virtual) {
                held.insert(spec.target)
                spec.sentinel = CheckSpec.Sentinel(rechecks: virtual.failureCount)
                virtual.reals[index].check = .probe(spec)
            }
            if watch(&virtual.reals[index].further, virtual, besides: held) || !held.isEmpty { isUsed = true }
        }
        for tier in virtual.tiers.indices {
            for index in virtual.tiers[tier].servers.indices {
                if watch(&virtual.tiers[tier].servers[index].probes, virtual) { isUsed = true }
            }
        }
        if let written, !isUsed, !virtual.reals.isEmpty {
            problems.warning(
                written.place, "sentinel has no effect here: the servers are not checked over a TCP connection")
        }
    }

    /// One connection to each port that is checked, however many checks go there. Returns whether there is any.
    private func watch(
        _ probes: inout [ProbeSetting], _ virtual: VirtualConfiguration, besides others: Set<Endpoint> = []
    ) -> Bool {
        var held = others
        for index in probes.indices {
            let probe = probes[index]
            guard canHold(probe.spec, virtual), held.insert(probe.spec.target).inserted else { continue }
            probes[index].spec.sentinel = CheckSpec.Sentinel(rechecks: probe.limits(virtual.limits).fall)
        }
        return held.count > others.count
    }

    /// Only what is asked over TCP can have an idle connection. A program may check anything; the port of a UDP service
    /// is hardly one of TCP.
    private func canHold(_ spec: CheckSpec, _ virtual: VirtualConfiguration) -> Bool {
        if case .program = spec.kind, virtual.service.id.transport == .udp { return false }
        return spec.hasConnection
    }

    // MARK: Agents

    private mutating func buildAgents(_ section: Section, _ virtual: inout VirtualConfiguration) {
        let (own, all) = (section.watch, globals.watch)
        if own.agentPort == nil, all.agentPort == nil {
            for (key, place) in [("agent-interval", own.agentInterval?.place), ("agent-send", own.agentSend?.place)] {
                if let place { problems.warning(place, "\(key) has no effect without agent-check = PORT") }
            }
        }
        guard let port = own.agentPort?.value ?? all.agentPort?.value, port != 0 else { return }
        let send = (own.agentSend ?? all.agentSend)?.value
        virtual.agent = AgentSettings(
            port: port, check: AgentCheck(send: send?.isEmpty == false ? send : nil),
            interval: (own.agentInterval ?? all.agentInterval)?.value ?? .seconds(2))
    }

    // MARK: The way through the real server

    private mutating func buildPaths(_ section: Section, _ virtual: inout VirtualConfiguration) {
        let own = section.watch.path
        guard let written = own ?? globals.watch.path else { return }
        if case .no = written.value { return }
        guard let target = pathTarget(written, isOwn: own != nil, virtual) else { return }
        let (timing, all) = (section.timing, globals.timing)
        let interval = timing.checkInterval ?? all.checkInterval ?? .seconds(10)
        let timeout =
            timing.checkTimeout ?? timing.negotiateTimeout ?? all.checkTimeout ?? all.negotiateTimeout ?? .seconds(5)
        var isUsed = false
        for index in virtual.reals.indices {
            let real = virtual.reals[index]
            // With `checktype = off` nothing may change the table.
            if case .off = real.check { continue }
            let way: PathCheck.Way
            switch real.server.method {
            case .directRouting: way = .directRouting
            case .tunnelling: way = .tunnel
            case .masquerading, .local: continue
            }
            isUsed = true
            let spec = CheckSpec(
                Endpoint(real.server.endpoint.address, 0), .path(PathCheck(way, to: target)), interval: interval,
                timeout: timeout)
            virtual.reals[index].further.append(ProbeSetting(name: "datapath", spec: spec))
        }
        if !isUsed, own != nil, !virtual.reals.isEmpty {
            problems.warning(
                written.place, "datapath has no effect here: only servers of gate and ipip hold the virtual address")
        }
    }

    /// The virtual side; port 0 where it is pinged. Nil where there is none to be asked.
    private mutating func pathTarget(
        _ written: Placed<WatchSettings.DataPath>, isOwn: Bool, _ virtual: VirtualConfiguration
    ) -> Endpoint? {
        let id = virtual.service.id
        if case .to(let endpoint) = written.value {
            if virtual.reals.contains(where: { $0.server.endpoint.address.family != endpoint.address.family }) {
                if isOwn {
                    problems.error(written.place, "datapath and the real servers have addresses of different families")
                }
                return nil
            }
            return endpoint
        }
        guard let endpoint = id.endpoint else {
            if isOwn {
                problems.warning(
                    written.place,
                    "a firewall mark has no address to be checked: write datapath = ADDRESS:PORT of the virtual side")
            }
            return nil
        }
        // A datagram has no opening that would be answered.
        return id.transport == .tcp ? endpoint : Endpoint(endpoint.address, 0)
    }
}
