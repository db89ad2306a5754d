internal import HealthChecking
internal import NetworkTypes
internal import VirtualServers

/// From what the lines say to what is to be done: names of services looked up, defaults filled in, contradictions
/// found. It runs when the whole file is known, since a global line may stand behind the sections that it holds for.
extension FileReader {
    mutating func build() -> Configuration {
        var configuration = Configuration()
        configuration.autoreload = globals.autoreload
        configuration.exclusive = globals.exclusive
        configuration.operations = globals.operations
        configuration.access = globals.access
        configuration.kernelSettings = globals.kernelSettings
        configuration.metrics = globals.metrics
        configuration.virtuals.reserveCapacity(sections.count)
        var seen: [VirtualService.ID: Int] = Dictionary(minimumCapacity: sections.count)
        // Each is given back when it is built: the lines of a large file do not stand beside all that is made of them.
        sections.reverse()
        while !problems.isFull, let section = sections.popLast() {
            guard var virtual = build(section) else { continue }
            if let before = seen.updateValue(virtual.line, forKey: virtual.service.id) {
                problems.error(
                    section.place, "the virtual service \(virtual.service.id) stands in line \(before) already")
                continue
            }
            if let last = configuration.virtuals.last { virtual.share(settingsOf: last) }
            configuration.virtuals.append(virtual)
        }
        configuration.routers = buildRouters()
        configuration.policies = globals.policies
        lintPolicies(configuration)
        return configuration
    }

    private mutating func build(_ section: Section) -> VirtualConfiguration? {
        guard let id = identity(section) else { return nil }
        var virtual = VirtualConfiguration(line: section.place.line, service: service(section, id))
        virtual.quiescent = section.quiescent ?? globals.quiescent ?? false
        virtual.readdQuiescent = globals.readdQuiescent
        virtual.cleanStop = section.cleanStop ?? globals.cleanStop ?? true
        virtual.failureCount =
            section.own.fall ?? section.failureCount ?? globals.own.fall ?? globals.failureCount ?? 1
        virtual.rise = section.own.rise ?? globals.own.rise ?? 1
        virtual.policy = globals.own.policy(section.own)
        virtual.checks = checks(section, id)
        virtual.alerts = section.alerts
        virtual.fallbackCommand = section.texts.fallbackCommand
        virtual.monitorFile = section.texts.monitorFile
        virtual.serviceName = section.texts.serviceName
        virtual.comment = section.texts.comment
        virtual.policies = section.policies
        buildReals(section, &virtual)
        warnOfFloor(section, virtual)
        buildWatching(section, &virtual)
        buildFallback(section, &virtual)
        buildTiers(section, &virtual)
        buildSentinels(section, &virtual)
        warnOfEffects(section, virtual)
        return virtual
    }

    private mutating func identity(_ section: Section) -> VirtualService.ID? {
        switch section.head {
        case .broken: return nil
        case .mark(let mark): return .firewallMark(mark, section.family)
        case .address(let host, let port):
            let transport = transport(section, port)
            guard let address = resolve(host, family: section.family, at: section.headPlace),
                let number = resolve(port, [transport], at: section.headPlace)
            else { return nil }
            return .address(transport, Endpoint(address, number))
        }
    }

    /// What is written, else tcp; the port of the domain name service is udp, as long as it is written so.
    private func transport(_ section: Section, _ port: PortName) -> TransportProtocol {
        switch section.transport?.value {
        case .tcp: return .tcp
        case .udp: return .udp
        case .fwm, nil:
            switch port {
            case .number(53), .name("domain"): return .udp
            case .number, .name: return .tcp
            }
        }
    }

    private mutating func service(_ section: Section, _ id: VirtualService.ID) -> VirtualService {
        var service = VirtualService(id, scheduler: section.scheduler.map { Scheduler($0.value) } ?? .wrr)
        service.persistenceTimeout = section.persistence?.value
        if let netmask = section.netmask {
            if section.persistence == nil {
                problems.warning(netmask.place, "netmask without persistent has no effect: add persistent = SECONDS")
            } else {
                service.netmask = netmask.value
            }
        }
        if let ops = section.onePacket, ops.value {
            if id.transport == .udp {
                service.onePacket = true
            } else {
                problems.warning(
                    ops.place, "ops has an effect on udp services only and is left out, as ldirectord does")
            }
        }
        if let flags = section.schedulerFlags { service.schedulerFlags = schedulerFlags(flags, service.scheduler) }
        if id.endpoint?.port == 0, section.persistence == nil {
            problems.error(section.headPlace, "port 0 stands for every port and needs persistent = SECONDS")
        }
        return service
    }

    private mutating func schedulerFlags(_ written: Placed<[String]>, _ scheduler: Scheduler) -> SchedulerFlags {
        var flags: SchedulerFlags = []
        for name in written.value {
            switch name {
            case "flag-1", "sh-fallback", "mh-fallback": flags.insert(.flag1)
            case "flag-2", "sh-port", "mh-port": flags.insert(.flag2)
            case "flag-3": flags.insert(.flag3)
            default:
                let known = ["sh-fallback", "sh-port", "mh-fallback", "mh-port", "flag-1", "flag-2", "flag-3"]
                let near = Suggestion.nearest(to: name, among: known)
                let hint = near.map { ", did you mean '\($0)'?" } ?? ": one of \(known.joined(separator: ", "))"
                problems.error(written.place, "unknown scheduler flag '\(name.utf8.shown)'\(hint)")
                continue
            }
            let family = name.prefix(3)
            if family == "sh-" || family == "mh-", family.dropLast() != scheduler.rawValue[...] {
                problems.error(
                    written.place,
                    "the flag \(name) belongs to the scheduler \(family.dropLast()), this service has \(scheduler)")
            }
        }
        return flags
    }

    // MARK: Servers

    private mutating func warnOfFloor(_ section: Section, _ virtual: VirtualConfiguration) {
        let pool = virtual.reals.count { $0.server.weight > 0 }
        guard let written = section.own.minimumUp, case .servers(let count)? = written.value.value, count > pool else {
            return
        }
        problems.warning(
            written.place,
            "minup \(count) is more than the section has servers with a weight, \(pool): each that was ever up stays in"
        )
    }

    private mutating func buildReals(_ section: Section, _ virtual: inout VirtualConfiguration) {
        let count = section.reals.reduce(0) { $0 + $1.addresses.count }
        virtual.reals.reserveCapacity(count)
        var seen: [Endpoint: Int] = Dictionary(minimumCapacity: count)
        var checker = CheckBuilder(section: section, virtual: virtual, globals: globals)
        var lines = CheckLineBuilder(section.checkLines, section: section, virtual: virtual, globals: globals)
        let isDescribed = isDescribed(section)
        if let line = section.checkLines.first, section.checkType?.value == .off {
            problems.error(
                line.place, "checktype = off asks nothing of the servers: leave it out, or the check lines")
        }
        for line in section.reals {
            let port = kernelPort(line, virtual.service.id)
            for address in line.addresses {
                let endpoint = Endpoint(address, port)
                let server = RealServer(
                    endpoint, method: line.method, weight: line.weight, upperThreshold: line.upperThreshold,
                    lowerThreshold: line.lowerThreshold)
                let check = isDescribed ? checker.check(line, address, &problems) : .alwaysUp
                var real = RealConfiguration(
                    line: line.place.line, server: server, check: check, dialogue: line.dialogue)
                real.writtenPort = line.port
                real.further = lines.probes(line, address, &problems)
                if let before = seen.updateValue(virtual.reals.count, forKey: endpoint) {
                    seen[endpoint] = before
                    problems.warning(
                        line.place,
                        "\(endpoint) stands in line \(virtual.reals[before].line) already: this line counts; "
                            + "ldirectord sets the one and the other in turn")
                    virtual.reals[before] = real
                } else {
                    virtual.reals.append(real)
                }
            }
        }
        if isDescribed { checker.warn(&problems) }
        lines.warn(&problems)
    }

    /// Direct routing and tunnelling leave the port as it is, so the kernel keeps the service's.
    private mutating func kernelPort(_ line: RealLine, _ id: VirtualService.ID) -> UInt16 {
        guard let service = id.endpoint, line.method != .masquerading else { return line.port }
        if line.port != 0, line.port != service.port {
            problems.warning(
                line.place,
                "gate and ipip cannot change the port: connections go to port \(service.port), the check to \(line.port); "
                    + "ldirectord loses such a server")
        }
        return service.port
    }

    private mutating func buildFallback(_ section: Section, _ virtual: inout VirtualConfiguration) {
        let isGlobal = section.fallback == nil
        let line = section.fallback ?? (section.family == .ipv4 ? globals.fallback : globals.fallback6)
        guard let line else { return warnWithoutServers(section, virtual) }
        let id = virtual.service.id
        let transports: [TransportProtocol] = id.transport.map { [$0, $0 == .tcp ? .udp : .tcp] } ?? [.tcp, .udp]
        var port = id.endpoint?.port ?? 0
        if let written = line.port {
            guard let number = resolve(written, transports, at: line.place) else { return }
            if id.endpoint == nil || line.method == .masquerading {
                port = number
            } else if number != port, !(isGlobal && warnedOfFallbackPort) {
                if isGlobal { warnedOfFallbackPort = true }
                problems.warning(
                    line.place,
                    "gate and ipip cannot change the port: the fallback of \(id) gets port \(port), not \(number)")
            }
        }
        if isGlobal, id.endpoint == nil {
            problems.warning(
                section.place, "the global fallback is used for this mark; ldirectord cannot switch it on for marks")
        }
        let endpoint = Endpoint(line.address, port)
        virtual.fallback = RealServer(endpoint, method: line.method, weight: 1)
        if let same = virtual.reals.first(where: { $0.server.endpoint == endpoint }) {
            problems.warning(line.place, "the fallback \(endpoint) is the real server of line \(same.line) too")
        }
    }

    private mutating func warnWithoutServers(_ section: Section, _ virtual: VirtualConfiguration) {
        // A line that was refused may have been the server.
        guard virtual.reals.isEmpty, problems.errors == 0 else { return }
        problems.warning(section.place, "\(virtual.service.id) has neither a real server nor a fallback")
    }
}
