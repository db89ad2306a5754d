package import HealthChecking
package import NetworkTypes
package import VirtualServers

/// A whole configuration: parsed, names resolved, defaults filled in, every per-virtual value decided. What the engine
/// acts on; nothing here is still text to be understood.
package struct Configuration: Hashable, Sendable {
    package var virtuals = VirtualConfigurations()
    /// The `vrrp` sections, in file order.
    package var routers: [RouterConfiguration] = []
    /// Read the file again when it has changed.
    package var autoreload = false
    /// The services of the kernel that no `virtual` names are removed too.
    package var exclusive = false
    package var operations = OperationSettings()
    package var access = AccessSettings()
    package var kernelSettings = KernelSettings()
    /// What is to be done when something happens, whatever it happens to.
    package var policies: [EventPolicy] = []
    /// Where metrics and the status page are served; nil for nowhere.
    package var metrics: Endpoint?

    package init() {}
}

/// One `virtual` or `virtual6` section.
package struct VirtualConfiguration: Hashable, Sendable {
    /// The line of the `virtual =` in the file, from 1.
    package var line: Int
    /// What the kernel is told about the service.
    package var service: VirtualService
    /// In file order, one for each address and port (the last wins where the file repeats one).
    package var reals: [RealConfiguration] = []
    /// The server that takes the connections while no real server is up; its weight is 1.
    package var fallback: RealServer?
    /// A failed server stays with weight 0 instead of being removed.
    package var quiescent = false
    /// A quiescent server that is missing in the kernel is added with weight 0.
    package var readdQuiescent = false
    /// The service is removed from the kernel when the director stops.
    package var cleanStop = true
    /// Consecutive failures that take a server out, at least 1.
    package var failureCount = 1
    /// Consecutive successes that bring back a server that was down, at least 1.
    package var rise = 1
    @Apart package var policy = ServicePolicy()
    /// How its servers' agents are asked for their share of the weight; nil where nobody is asked.
    package var agent: AgentSettings?
    /// Checked servers that stand in before the fallback does, the first tier first.
    package var tiers: [FallbackTier] = []
    /// How its servers are to be checked, as written.
    @Apart package var checks = CheckSettings()
    /// What differs from the global settings.
    @Apart package var alerts = AlertSettings()
    package var fallbackCommand: String?
    /// A file that gets a line for each check.
    package var monitorFile: String?
    /// For people: named in mail.
    package var serviceName: String?
    package var comment: String?
    /// What is to be done when something happens to this service or its servers.
    package var policies: [EventPolicy] = []

    package init(line: Int, service: VirtualService) {
        self.line = line
        self.service = service
    }

    package var limits: HealthLimits { HealthLimits(rise: rise, fall: failureCount) }

    /// Holds what is the same in both only once.
    mutating func share(settingsOf other: VirtualConfiguration) {
        _policy.share(with: other._policy)
        _checks.share(with: other._checks)
        _alerts.share(with: other._alerts)
    }
}

/// One real server of a virtual service.
package struct RealConfiguration: Hashable, Sendable {
    package var line: Int { Int(lineNumber) }
    // Half a word: there are ten thousand of these.
    private var lineNumber: Int32
    /// As it stands in the kernel while it is up: direct routing and tunnelling to the service's own port.
    package var server: RealServer
    /// The port as its line has it, 0 without one; gate and ipip have another in the kernel.
    package var writtenPort: UInt16
    package var check: Check
    /// What few servers have of their own.
    private var own: Apart<Own>?

    private struct Own: Hashable {
        var further: [ProbeSetting] = []
        var dialogue: Dialogue?
    }

    /// Further checks of its own; all must pass.
    package var further: [ProbeSetting] {
        get { own?.wrappedValue.further ?? [] }
        set { if own != nil || !newValue.isEmpty { setOwn { $0.further = newValue } } }
    }

    /// The request and the pattern of this server where its line has them, in place of the section's.
    package var dialogue: Dialogue? {
        get { own?.wrappedValue.dialogue }
        set { if own != nil || newValue != nil { setOwn { $0.dialogue = newValue } } }
    }

    private mutating func setOwn(_ change: (inout Own) -> Void) {
        var changed = own?.wrappedValue ?? Own()
        change(&changed)
        // Nothing is one and the same, however it came to be.
        own = changed == Own() ? nil : Apart(wrappedValue: changed)
    }

    package struct Dialogue: Hashable, Sendable {
        package var request: String
        /// Empty takes every answer.
        package var receive: String

        package init(request: String, receive: String) {
            self.request = request
            self.receive = receive
        }
    }

    package enum Check: Hashable, Sendable {
        /// `checktype = on`, or nothing to ask: always up.
        case alwaysUp
        /// `checktype = off`: whatever the kernel has stays, nobody is added who would get connections.
        case off
        indirect case probe(CheckSpec)
    }

    package init(line: Int, server: RealServer, check: Check, dialogue: Dialogue? = nil) {
        lineNumber = Int32(clamping: line)
        self.server = server
        self.check = check
        writtenPort = server.endpoint.port
        self.dialogue = dialogue
    }

    /// Everything that is asked of the server; empty where its state does not depend on an answer.
    package var probes: [ProbeSetting] {
        guard case .probe(let spec) = check else { return further }
        return [ProbeSetting(spec: spec)] + further
    }
}
