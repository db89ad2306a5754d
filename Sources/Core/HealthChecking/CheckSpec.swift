package import NetworkTypes

/// One health check as it is run: what is asked of which address, how often and for how long at most.
///
/// Two equal specifications are one check: the prober runs it once and its result serves every service that wants it.
package struct CheckSpec: Hashable, Sendable {
    /// Where the check goes; the port is 0 for a ping, which has none, and may be for a program, which may need none.
    package var target: Endpoint
    package var kind: Kind
    /// The pause between the end of one run and the start of the next.
    package var interval: Duration
    /// The whole time that one run may take; what has not passed by then has failed.
    package var timeout: Duration
    /// `checktype = N`; nil where every run is of the kind.
    package var connects: Connects?
    /// An idle connection to the target whose end starts a run at once; nil for none.
    package var sentinel: Sentinel?

    /// What is large lies elsewhere, once for all copies of a specification: a farm has many thousands of them.
    package enum Kind: Hashable, Sendable {
        /// A TCP connection that is established, then closed at once.
        case connect
        indirect case http(HTTPCheck)
        /// ICMP or ICMPv6 echo; up to `attempts` requests, each with the whole timeout.
        case ping(attempts: Int)
        indirect case dialogue(DialogueCheck)
        indirect case program(ProgramCheck)
        /// What the server itself wants; it says nothing about its health.
        indirect case agent(AgentCheck)
        /// Run by the engine, since it needs packet sockets.
        indirect case path(PathCheck)
    }

    /// Cheap runs between those of the kind. The first run of all is of the kind, and so is every run after one that
    /// failed; after one of the kind that passed come this many that only connect, over TCP.
    package struct Connects: Hashable, Sendable {
        /// At least 1.
        package var count: Int
        /// The whole time of a connect.
        package var timeout: Duration

        package init(_ count: Int, timeout: Duration) {
            self.count = count
            self.timeout = timeout
        }
    }

    package struct Sentinel: Hashable, Sendable {
        /// So many failures in a row follow each other without a pause of the interval once the connection has ended:
        /// as many as take the server out.
        package var rechecks: Int

        package init(rechecks: Int) {
            self.rechecks = rechecks
        }
    }

    /// Whether the target is spoken to over TCP, so that an idle connection to it can be held.
    package var hasConnection: Bool {
        switch kind {
        case .connect, .http: true
        case .dialogue(let check): check.transport == .tcp
        case .ping, .agent, .path: false
        case .program: target.port != 0
        }
    }

    /// Run by the engine itself.
    package var isForEngine: Bool {
        if case .path = kind { true } else { false }
    }

    /// A ping has the whole timeout for each attempt.
    package var longestRun: Duration {
        let own = if case .ping(let attempts) = kind { timeout * max(1, attempts) } else { timeout }
        return max(own, connects?.timeout ?? .zero)
    }

    package init(
        _ target: Endpoint, _ kind: Kind, interval: Duration, timeout: Duration, connects: Connects? = nil,
        sentinel: Sentinel? = nil
    ) {
        self.target = target
        self.kind = kind
        self.interval = interval
        self.timeout = timeout
        self.connects = connects
        self.sentinel = sentinel
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
