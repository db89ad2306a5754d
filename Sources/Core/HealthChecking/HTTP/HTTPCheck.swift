/// An HTTP or HTTPS request and what its answer must be: an expected status, after redirects unless those are expected,
/// and, with a pattern, a body that matches it.
package struct HTTPCheck: Hashable, Sendable {
    package enum Method: String, Hashable, Sendable {
        case get = "GET"
        case head = "HEAD"
    }

    /// TLS; the virtual host is sent as server name (SNI).
    package var tls: Bool
    package var method: Method
    /// An absolute path with its query, or a whole URL.
    package var request: String
    /// The `Host` header; nil for the target's address.
    package var virtualHost: String?
    /// A Perl-compatible regular expression that must match somewhere in the body, unanchored; nil takes any body.
    package var receive: String?
    package var expectedStatus: StatusSet
    /// The target is a proxy that is asked for the whole URL of the request; the virtual host does not count.
    package var isProxy: Bool
    package var verification: TLSVerification

    package init(
        tls: Bool = false, method: Method = .get, request: String = "/", virtualHost: String? = nil,
        receive: String? = nil, expectedStatus: StatusSet = .success, isProxy: Bool = false,
        verification: TLSVerification = .off
    ) {
        self.tls = tls
        self.method = method
        self.request = request
        self.virtualHost = virtualHost
        self.receive = receive
        self.expectedStatus = expectedStatus
        self.isProxy = isProxy
        self.verification = verification
    }

    package var followsRedirects: Bool { !expectedStatus.hasRedirect }
}
