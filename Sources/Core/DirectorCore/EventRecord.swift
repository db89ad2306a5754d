package import NetworkTypes
package import TimeTypes
package import VirtualServers

/// Something that an operator may want to know: what happened, to what, when and why.
package struct EventRecord: Hashable, Sendable {
    package enum Severity: String, Hashable, Sendable {
        case info
        case warning
        case error
    }

    /// What happened; the raw values are what scripts match on.
    package enum Kind: String, Hashable, Sendable {
        case started = "started"
        case configurationLoaded = "configuration-loaded"
        case configurationRefused = "configuration-refused"
        case realServerUp = "real-server-up"
        case realServerDown = "real-server-down"
        case softFailure = "soft-failure"
        case softFailureCleared = "soft-failure-cleared"
        case standbyUp = "standby-up"
        case standbyDown = "standby-down"
        case serverHeld = "server-held"
        case serverReleased = "server-released"
        case serverDraining = "server-draining"
        case serverDrained = "server-drained"
        case serverDisabled = "server-disabled"
        case serverEnabled = "server-enabled"
        case orderDropped = "order-dropped"
        case minimumUpReached = "minup-reached"
        case minimumUpLeft = "minup-left"
        case tierOn = "tier-on"
        case tierOff = "tier-off"
        case fallbackOn = "fallback-on"
        case fallbackOff = "fallback-off"
        case drift = "drift"
        case kernelRefused = "kernel-refused"
        case kernelAccepted = "kernel-accepted"
        case settingChanged = "sysctl-set"
        case settingDrift = "sysctl-drift"
        case settingRefused = "sysctl-refused"
        case remark = "remark"
        case agent = "agent"
        case proberConnected = "prober-connected"
        case proberLost = "prober-lost"
        case maintenanceEnded = "maintenance-ended"
        /// A program, a mail or a file of the configuration did not do what it should.
        case actionFailed = "action-failed"
        case actionDone = "action-done"
        /// The disk does not take the events any more, or takes them again.
        case eventsNotKept = "events-not-kept"
        case eventsKept = "events-kept"
        case stopping = "stopping"
    }

    /// Counts up by one, across restarts of the daemon too; 0 before the history has taken the event in.
    package var number: Int64 = 0
    package var time: WallTime
    package var severity: Severity
    package var kind: Kind
    package var service: VirtualService.ID?
    package var server: Endpoint?
    /// One line that stands for itself.
    package var text: String
    /// Of a soft failure: the failures so far, and how many take the server out.
    package var failures: FailureCount?

    package struct FailureCount: Hashable, Sendable {
        package var count: Int
        package var limit: Int

        package init(count: Int, limit: Int) {
            self.count = count
            self.limit = limit
        }
    }

    package init(
        _ kind: Kind, _ severity: Severity = .info, at time: WallTime, service: VirtualService.ID? = nil,
        server: Endpoint? = nil, _ text: String
    ) {
        self.kind = kind
        self.severity = severity
        self.time = time
        self.service = service
        self.server = server
        self.text = text
    }

    package init(
        _ kind: Kind, _ severity: Severity = .info, at moment: Moment, service: VirtualService.ID? = nil,
        server: Endpoint? = nil, _ text: String
    ) {
        self.init(kind, severity, at: moment.wall, service: service, server: server, text)
    }
}
