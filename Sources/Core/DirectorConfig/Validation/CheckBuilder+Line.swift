internal import HealthChecking
internal import NetworkTypes

extension CheckLine {
    /// The settings that its words stand for. What the section says of the site's name and of certificates holds too.
    func settings(_ section: CheckSettings) -> CheckSettings {
        var settings = CheckSettings()
        switch subject {
        case .connect: settings.type = .connect
        case .ping: settings.type = .ping
        case .program(.program): settings.type = .external
        case .program(.perl): settings.type = .externalPerl
        case .service(let service): settings.service = service
        }
        settings.verification = section.verification
        settings.virtualHost = virtualHost ?? section.virtualHost
        settings.port = port
        settings.request = request?.value
        settings.receive = receive
        settings.method = method ?? .get
        settings.expectedStatus = expectedStatus ?? .success
        settings.login = login
        settings.password = password
        settings.database = database
        settings.secret = secret
        settings.command = command
        return settings
    }
}

/// What the `check` lines of a section, or the one of a tier, ask of a server.
struct CheckLineBuilder {
    private var builders: [(line: CheckLine, builder: CheckBuilder)]

    init(_ lines: [CheckLine], section: Section, virtual: VirtualConfiguration, globals: GlobalSettings) {
        builders = lines.map {
            ($0, CheckBuilder(section: section, virtual: virtual, globals: globals, line: $0))
        }
    }

    func warn(_ problems: inout Problems) {
        for (_, builder) in builders { builder.warn(&problems) }
    }

    mutating func probes(_ server: RealLine, _ address: IPAddress, _ problems: inout Problems) -> [ProbeSetting] {
        // A server's own request is one of the check that its section describes.
        var server = server
        server.texts = nil
        var probes: [ProbeSetting] = []
        for index in builders.indices {
            let line = builders[index].line
            // ldirectord's connect to a UDP service is a ping; a line that says connect means it.
            let check =
                line.subject == .connect
                ? builders[index].builder.connect(server, address, &problems)
                : builders[index].builder.check(server, address, &problems)
            guard case .probe(let spec) = check else { continue }
            probes.append(ProbeSetting(name: line.name, spec: spec, rise: line.rise, fall: line.fall))
        }
        return probes
    }
}
