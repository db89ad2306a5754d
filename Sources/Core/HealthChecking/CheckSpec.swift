package import NetworkTypes

/// One health check as it is run: what is asked of which address, how often and for how long at most.
///
/// Two equal specifications are one check: the prober runs it once and its result serves every service that wants it.
package struct CheckSpec: Hashable, Sendable {
    /// Where the check goes; the port is 0 for a ping, which has none, and never otherwise.
    package var target: Endpoint
    package var kind: Kind
    /// The pause between the end of one run and the start of the next.
    package var interval: Duration
    /// The whole time that one run may take; what has not passed by then has failed.
    package var timeout: Duration

    package enum Kind: Hashable, Sendable {
        /// A TCP connection that is established, then closed at once.
        case connect
        case http(HTTPCheck)
        /// ICMP or ICMPv6 echo; up to `attempts` requests, each with the whole timeout.
        case ping(attempts: Int)
    }

    /// A ping has the whole timeout for each attempt.
    package var longestRun: Duration {
        if case .ping(let attempts) = kind { timeout * max(1, attempts) } else { timeout }
    }

    package init(_ target: Endpoint, _ kind: Kind, interval: Duration, timeout: Duration) {
        self.target = target
        self.kind = kind
        self.interval = interval
        self.timeout = timeout
    }
}

/// An HTTP or HTTPS request and what its answer must be: a final status of 2xx after redirects and, with a pattern, a
/// body that matches it.
package struct HTTPCheck: Hashable, Sendable {
    package enum Method: String, Hashable, Sendable {
        case get = "GET"
        case head = "HEAD"
    }

    /// TLS without verification of the certificate; the virtual host is sent as server name (SNI).
    package var tls: Bool
    package var method: Method
    /// An absolute path with its query, or a whole `http://` URL.
    package var request: String
    /// The `Host` header; nil for the target's address.
    package var virtualHost: String?
    /// A Perl-compatible regular expression that must match somewhere in the body, unanchored; nil takes any body.
    package var receive: String?

    package init(
        tls: Bool = false, method: Method = .get, request: String = "/", virtualHost: String? = nil,
        receive: String? = nil
    ) {
        self.tls = tls
        self.method = method
        self.request = request
        self.virtualHost = virtualHost
        self.receive = receive
    }
}

/// What one run of a check found.
package struct CheckResult: Hashable, Sendable {
    /// What speaks for or against the server, in the operator's words: `HTTP 200`, `connection refused`, `no answer in
    /// 5s`.
    package var reason: String
    package var passed: Bool
    /// From the start of the run to its end.
    package var latency: Duration

    package init(passed: Bool, reason: String, latency: Duration) {
        self.passed = passed
        self.reason = reason
        self.latency = latency
    }
}
