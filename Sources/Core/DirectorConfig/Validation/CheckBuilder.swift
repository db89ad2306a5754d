internal import HealthChecking
internal import NetworkTypes
internal import VirtualServers

/// Decides what is run for the real servers of one section, and says once what is not as it is written.
struct CheckBuilder {
    let section: Section
    /// The `check` line that is built, in place of what the section's other keys say.
    let line: CheckLine?
    let type: CheckType
    let service: ApplicationService
    let id: VirtualService.ID
    let checks: CheckSettings
    private let interval: Duration
    private let checkTimeout: Duration
    private let negotiateTimeout: Duration
    private let attempts: Int
    private var warned: Set<Warning> = []
    /// What is asked of all servers of the section, made once.
    private let common: CheckSpec.Kind

    private enum Warning {
        case portOfService, portOfVirtual
    }

    init(section: Section, virtual: VirtualConfiguration, globals: GlobalSettings, line: CheckLine? = nil) {
        self.section = section
        self.line = line
        checks = line?.settings(virtual.checks) ?? virtual.checks
        type = checks.type
        service = checks.service
        id = virtual.service.id
        let (own, all) = (section.timing, globals.timing)
        interval = line?.interval ?? own.checkInterval ?? all.checkInterval ?? .seconds(10)
        checkTimeout =
            line?.timeout ?? own.checkTimeout ?? own.negotiateTimeout ?? all.checkTimeout ?? all.negotiateTimeout
            ?? .seconds(5)
        negotiateTimeout =
            line?.timeout ?? own.negotiateTimeout ?? own.checkTimeout ?? all.negotiateTimeout ?? all.checkTimeout
            ?? .seconds(30)
        attempts = line?.attempts ?? own.checkCount ?? all.checkCount ?? 1
        common = Self.negotiation(checks, request: checks.request, receive: checks.receive, id, isServersOwn: false)
    }

    mutating func check(_ line: RealLine, _ address: IPAddress, _ problems: inout Problems) -> RealConfiguration.Check {
        switch type {
        case .on: return .alwaysUp
        case .off: return .off
        case .ping: return ping(address)
        case .connect:
            return id.transport == .udp ? ping(address) : connect(line, address, &problems)
        case .negotiate:
            return service == .none ? .alwaysUp : negotiate(line, address, connects: nil, &problems)
        case .combined(let count):
            // With no service to speak there is nothing between the connects that would prove anything; and a UDP
            // socket that is connected proves nothing, so that there every check negotiates.
            if service == .none { return id.transport == .udp ? .alwaysUp : connect(line, address, &problems) }
            let connects = count > 0 && canConnect ? CheckSpec.Connects(count, timeout: checkTimeout) : nil
            return negotiate(line, address, connects: connects, &problems)
        case .external, .externalPerl: return program(line, address)
        }
    }

    /// Whether a connection without a word says anything about the server.
    var canConnect: Bool {
        if id.transport == .udp { return false }
        if case .dialogue(let check) = common { return check.transport == .tcp }
        return true
    }

    func ping(_ address: IPAddress) -> RealConfiguration.Check {
        .probe(
            CheckSpec(Endpoint(address, 0), .ping(attempts: attempts), interval: interval, timeout: checkTimeout))
    }

    mutating func connect(
        _ line: RealLine, _ address: IPAddress, _ problems: inout Problems
    ) -> RealConfiguration.Check {
        guard let port = port(line, address, &problems) else { return .off }
        return .probe(CheckSpec(Endpoint(address, port), .connect, interval: interval, timeout: checkTimeout))
    }

    private mutating func negotiate(
        _ line: RealLine, _ address: IPAddress, connects: CheckSpec.Connects?, _ problems: inout Problems
    ) -> RealConfiguration.Check {
        guard let port = port(line, address, &problems) else { return .off }
        var kind = common
        if let own = line.dialogue {
            let receive = own.receive.isEmpty ? nil : own.receive
            var request = own.request
            // As ldirectord does, a proxy that has no URL of its own is asked for its own path.
            if service == .httpProxy, !HTTPRequest.isURL(Self.bare(request), of: .httpProxy) {
                request = "http://\(address.bracketed):\(port)" + HTTPRequest.path(request)
            }
            kind = Self.negotiation(checks, request: request, receive: receive, id, isServersOwn: true)
        }
        // The two for which ldirectord takes the other time.
        let isShort = [.ldap, .ldaps, .radius].contains(service)
        return .probe(
            CheckSpec(
                Endpoint(address, port), kind, interval: interval, timeout: isShort ? checkTimeout : negotiateTimeout,
                connects: connects))
    }

    private func program(_ line: RealLine, _ address: IPAddress) -> RealConfiguration.Check {
        let virtual: [String] =
            switch id {
            case .address(_, let endpoint): [endpoint.address.bracketed, "\(endpoint.port)"]
            case .firewallMark(let mark, _): ["\(mark)", "0"]
            }
        let check = ProgramCheck(
            type == .externalPerl ? .perl : .program, checks.command ?? Self.defaultCommand,
            arguments: virtual + [address.bracketed, "\(line.port)"])
        return .probe(
            CheckSpec(Endpoint(address, line.port), .program(check), interval: interval, timeout: checkTimeout))
    }

    /// ldirectord's.
    static let defaultCommand = "/bin/true"

    /// What is asked of a server.
    /// - Parameter isServersOwn: the request is of the server's own line, where HTTP takes a whole URL too.
    private static func negotiation(
        _ checks: CheckSettings, request: String?, receive: String?, _ id: VirtualService.ID, isServersOwn: Bool
    ) -> CheckSpec.Kind {
        switch checks.service {
        case .http, .https, .httpProxy:
            let isProxy = checks.service == .httpProxy
            let takesURL = isServersOwn || isProxy
            var written = request ?? "/"
            if isProxy { written = bare(written) }
            let isURL = takesURL && HTTPRequest.isURL(written, of: checks.service)
            return .http(
                HTTPCheck(
                    tls: checks.service == .https, method: checks.method,
                    request: isURL ? HTTPRequest.escaped(written) : HTTPRequest.path(written),
                    virtualHost: isProxy ? nil : checks.virtualHost, receive: receive,
                    expectedStatus: checks.expectedStatus, isProxy: isProxy, verification: checks.verification))
        default: return .dialogue(dialogue(checks, request: request, receive: receive, id))
        }
    }

    /// A proxy's URL without the `/` that ldirectord's users put in front of it.
    private static func bare(_ request: String) -> String {
        request.hasPrefix("/http") ? String(request.dropFirst()) : request
    }

    private static func dialogue(
        _ checks: CheckSettings, request: String?, receive: String?, _ id: VirtualService.ID
    ) -> DialogueCheck {
        let isUDP =
            switch checks.service {
            case .radius: true
            // A firewall mark has no protocol: most names are asked for over UDP.
            case .dns: id.transport != .tcp
            case .sip, .simpletcp: id.transport == .udp
            default: false
            }
        // ldirectord puts a `/` in front of every request and takes one away again for these.
        let bare = request.map { $0.hasPrefix("/") ? String($0.dropFirst()) : $0 } ?? ""
        return DialogueCheck(
            checks.service, transport: isUDP ? .udp : .tcp, request: bare.isEmpty ? nil : bare, receive: receive,
            login: checks.login, password: checks.password, database: checks.database, secret: checks.secret,
            verification: checks.service.usesTLS ? checks.verification : .off, virtualHost: checks.virtualHost)
    }

    /// `checkport`, else the server's own, else the one of the service spoken, else the one of the virtual service. Nil
    /// after an error.
    private mutating func port(_ line: RealLine, _ address: IPAddress, _ problems: inout Problems) -> UInt16? {
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
        guard virtual != 0 else {
            problems.error(
                line.place, "no port is known to check \(address) at: add checkport, or a port to the server")
            return nil
        }
        if warned.insert(.portOfVirtual).inserted {
            problems.warning(
                line.place, "the server has no port and is checked at port \(virtual); ldirectord knows none and fails")
        }
        return virtual
    }
}
