internal import HealthChecking
internal import NetworkTypes
internal import VirtualServers

/// Decides what is run for the real servers of one section, and says once where that is not what is written.
struct CheckBuilder {
    private let section: Section
    private let type: CheckType
    private let service: ApplicationService
    private let id: VirtualService.ID
    private let checks: CheckSettings
    private let interval: Duration
    private let checkTimeout: Duration
    private let negotiateTimeout: Duration
    private let attempts: Int
    private var warned: Set<Warning> = []
    /// The request of the whole section, made once.
    private let common: HTTPCheck

    private enum Warning {
        case portOfService, portOfVirtual
    }

    init(section: Section, virtual: VirtualConfiguration, globals: GlobalSettings) {
        self.section = section
        checks = virtual.checks
        type = virtual.checks.type
        service = virtual.checks.service
        id = virtual.service.id
        let (own, all) = (section.timing, globals.timing)
        interval = own.checkInterval ?? all.checkInterval ?? .seconds(10)
        checkTimeout =
            own.checkTimeout ?? own.negotiateTimeout ?? all.checkTimeout ?? all.negotiateTimeout ?? .seconds(5)
        negotiateTimeout =
            own.negotiateTimeout ?? own.checkTimeout ?? all.negotiateTimeout ?? all.checkTimeout ?? .seconds(30)
        attempts = own.checkCount ?? all.checkCount ?? 1
        common = HTTPCheck(
            tls: service == .https, method: checks.method, request: HTTPRequest.path(checks.request ?? "/"),
            virtualHost: checks.virtualHost, receive: checks.receive)
    }

    mutating func check(_ line: RealLine, _ address: IPAddress, _ problems: inout Problems) -> RealConfiguration.Check {
        switch type {
        case .on: return .alwaysUp
        case .off: return .off
        case .ping: return ping(address)
        case .connect:
            return id.transport == .udp ? ping(address) : connect(line, address, &problems)
        case .negotiate, .combined:
            switch service {
            case .http, .https: return http(line, address, &problems)
            case .none:
                if case .combined = type { return standIn(line, address, &problems) }
                return .alwaysUp
            default: return standIn(line, address, &problems)
            }
        case .external, .externalPerl: return standIn(line, address, &problems)
        }
    }

    /// A check that cannot be run yet is replaced by one that proves less but something: the port, else the host.
    private mutating func standIn(
        _ line: RealLine, _ address: IPAddress, _ problems: inout Problems
    ) -> RealConfiguration.Check {
        standsInByPing || port(line, &problems) == nil ? ping(address) : connect(line, address, &problems)
    }

    private var standsInByPing: Bool {
        if id.transport == .udp || service == .radius { return true }
        return id.transport == nil && service == .dns
    }

    private func ping(_ address: IPAddress) -> RealConfiguration.Check {
        .probe(
            CheckSpec(Endpoint(address, 0), .ping(attempts: attempts), interval: interval, timeout: checkTimeout))
    }

    private mutating func connect(
        _ line: RealLine, _ address: IPAddress, _ problems: inout Problems
    ) -> RealConfiguration.Check {
        guard let port = port(line, &problems) else {
            problems.error(
                line.place, "no port is known to check \(address) at: add checkport, or a port to the server")
            return .off
        }
        return .probe(CheckSpec(Endpoint(address, port), .connect, interval: interval, timeout: checkTimeout))
    }

    private mutating func http(
        _ line: RealLine, _ address: IPAddress, _ problems: inout Problems
    ) -> RealConfiguration.Check {
        var check = common
        if let dialogue = line.dialogue {
            check.request = HTTPRequest.pathOrURL(dialogue.request)
            check.receive = dialogue.receive.isEmpty ? nil : dialogue.receive
        }
        let port = port(line, &problems) ?? (service == .https ? 443 : 80)
        return .probe(CheckSpec(Endpoint(address, port), .http(check), interval: interval, timeout: negotiateTimeout))
    }

    /// `checkport`, else the server's own, else the one of the service spoken, else the one of the virtual service.
    private mutating func port(_ line: RealLine, _ problems: inout Problems) -> UInt16? {
        if let port = checks.port { return port }
        if line.port != 0 { return line.port }
        let virtual = id.endpoint.map(\.port) ?? 0
        if let port = service.port {
            if virtual != 0, port != virtual, warned.insert(.portOfService).inserted {
                problems.warning(
                    line.place,
                    "connections go to port \(virtual), the check of \(service.rawValue) to port \(port): add checkport"
                )
            }
            return port
        }
        guard virtual != 0 else { return nil }
        if warned.insert(.portOfVirtual).inserted {
            problems.warning(
                line.place, "the server has no port and is checked at port \(virtual); ldirectord knows none and fails")
        }
        return virtual
    }
}

extension CheckBuilder {
    /// What is said of a section as a whole, at the line that asks for it.
    func warnOfSection(_ problems: inout Problems) {
        guard !section.reals.isEmpty else { return }
        switch type {
        case .external, .externalPerl:
            let name = type == .external ? "external" : "external-perl"
            problems.warning(typePlace, "checktype \(name) is not acted on yet: \(standInText)")
        case .negotiate, .combined: warnOfService(&problems)
        case .on, .off, .connect, .ping: break
        }
    }

    private func warnOfService(_ problems: inout Problems) {
        let place = section.service?.place ?? section.place
        switch service {
        case .none:
            if section.service == nil, type == .negotiate {
                problems.warning(
                    typePlace,
                    "no service is known for \(id), so its servers are always taken as up, as by ldirectord: "
                        + "add service = NAME, or checktype = connect")
            }
        case .http, .https:
            if checks.method == .head, checks.receive != nil {
                problems.warning(
                    section.receive?.place ?? place,
                    "the answer to HEAD has no body, so receive can never match: use GET")
            }
            if let request = section.request, request.value.hasPrefix("http://") || request.value.hasPrefix("https://")
            {
                problems.warning(
                    request.place,
                    "a path is asked for here, '/\(request.value.utf8.shown)', as by ldirectord, and no URL")
            }
        default:
            problems.warning(place, "the service \(service.rawValue) is not spoken yet: \(standInText)")
            warnOfReceive(place, &problems)
        }
    }

    private func warnOfReceive(_ place: Place, _ problems: inout Problems) {
        guard checks.receive == nil, section.reals.contains(where: { $0.dialogue?.receive.isEmpty ?? true }) else {
            return
        }
        switch service {
        case .dns: problems.warning(place, "without receive ldirectord never takes a server of service dns as up")
        case .ftp: problems.warning(place, "without receive ldirectord always takes a server of service ftp as up")
        default: break
        }
    }

    private var typePlace: Place { section.checkType?.place ?? section.place }

    private var standInText: String {
        standsInByPing ? "its servers are pinged" : "its servers are checked by a TCP connect to the check port"
    }
}
