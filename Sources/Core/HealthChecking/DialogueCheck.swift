/// A conversation in the protocol of a service, and what it must come to; HTTP has a type of its own.
///
/// The texts are as the file has them, nil where it has none: what a service makes of its absence is for the one who
/// speaks it.
package struct DialogueCheck: Hashable, Sendable {
    package enum Transport: UInt8, Hashable, Sendable {
        case tcp = 0
        case udp = 1
    }

    package var service: ApplicationService
    /// What the conversation goes over: `udp` for RADIUS, and for DNS, SIP and simpletcp where the virtual
    /// service is UDP.
    package var transport: Transport
    /// What is asked for: a path, a name, a statement, a DN. Without the `/` that ldirectord puts in front.
    package var request: String?
    /// A Perl-compatible regular expression that must match what is answered, unanchored; nil takes every answer.
    package var receive: String?
    /// Nil for the service's own: `anonymous` for FTP, `ldirectord@HOST` for SIP, no login elsewhere.
    package var login: String?
    package var password: String?
    package var database: String?
    /// The secret shared with a RADIUS server.
    package var secret: String?
    /// For the services that speak TLS; the virtual host is sent as server name (SNI) and is what is verified.
    package var verification: TLSVerification
    package var virtualHost: String?

    package init(
        _ service: ApplicationService, transport: Transport = .tcp, request: String? = nil, receive: String? = nil,
        login: String? = nil, password: String? = nil, database: String? = nil, secret: String? = nil,
        verification: TLSVerification = .off, virtualHost: String? = nil
    ) {
        self.service = service
        self.transport = transport
        self.request = request
        self.receive = receive
        self.login = login
        self.password = password
        self.database = database
        self.secret = secret
        self.verification = verification
        self.virtualHost = virtualHost
    }
}
