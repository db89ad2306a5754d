import NetworkTypes

/// What a line asks for, checked and complete.
package enum RuleRequest: Equatable, Sendable {
    case change(IPVSCommand)
    case list(ListRequest)
    case save(numeric: Bool)
    case restore
    case help
    case version
}

/// Which listing, and how it looks.
package struct ListRequest: Equatable, Sendable {
    package enum Subject: Equatable, Sendable {
        case table
        case service(VirtualService.ID)
        case connections
        case timeouts
        case daemons
    }

    /// The columns of a table.
    package enum Format: Sendable {
        case standard, stats, rate, thresholds, persistentConnections, tunnelInfo
    }

    package var subject: Subject
    package var format: Format
    package var numeric: Bool
    /// Digits instead of K, M, G.
    package var exact: Bool
    package var sorted: Bool
    /// The connection list shows the persistence engines' data.
    package var persistenceData: Bool

    package init(
        _ subject: Subject = .table, format: Format = .standard, numeric: Bool = false, exact: Bool = false,
        sorted: Bool = true, persistenceData: Bool = false
    ) {
        self.subject = subject
        self.format = format
        self.numeric = numeric
        self.exact = exact
        self.sorted = sorted
        self.persistenceData = persistenceData
    }
}

/// Where names on a line come from: the system's resolver in the program, a table in tests.
package struct RuleResolver {
    /// The first IPv4 address of a host, in host order.
    package var host: (_ name: String) -> UInt32?
    /// The port of a service in services(5).
    package var service: (_ name: String, _ transport: TransportProtocol) -> UInt16?

    package init(
        host: @escaping (String) -> UInt32?, service: @escaping (String, TransportProtocol) -> UInt16?
    ) {
        self.host = host
        self.service = service
    }
}
