/// The values of `service`: the protocol that a negotiation speaks.
package enum ApplicationService: String, Hashable, Sendable, CaseIterable {
    case dns, ftp, http, https
    case httpProxy = "http_proxy"
    case imap, imaps, ldap, ldaps, mysql, nntp, none, oracle, pgsql, pop, pops, radius, simpletcp, sip, smtp, submission

    /// The port that is checked when neither `checkport` nor the real server names one.
    package var port: UInt16? {
        switch self {
        case .ftp: 21
        case .smtp: 25
        case .dns: 53
        case .http: 80
        case .pop: 110
        case .nntp: 119
        case .imap: 143
        case .ldap: 389
        case .https: 443
        case .submission: 587
        case .ldaps: 636
        case .imaps: 993
        case .pops: 995
        case .oracle: 1521
        case .radius: 1812
        case .httpProxy: 3128
        case .mysql: 3306
        case .sip: 5060
        case .pgsql: 5432
        case .none, .simpletcp: nil
        }
    }

    /// TLS from the first byte.
    package var usesTLS: Bool {
        switch self {
        case .https, .imaps, .ldaps, .pops: true
        default: false
        }
    }

    private static let byPort: [UInt16: ApplicationService] = {
        var table: [UInt16: ApplicationService] = [:]
        for service in allCases { if let port = service.port { table[port] = service } }
        return table
    }()

    /// What a virtual service on this port speaks, `none` for an unknown port.
    package init(port: UInt16) {
        self = Self.byPort[port] ?? .none
    }
}
