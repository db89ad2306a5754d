package import DirectorConfig
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

    package typealias Kind = EventKind

    /// Counts up by one, across restarts of the daemon too; 0 before the history has taken the event in.
    package var number: Int64 = 0
    package var time: WallTime
    package var severity: Severity
    package var kind: Kind
    package var service: VirtualService.ID?
    package var server: Endpoint?
    /// What it is about when that is no service: a monitor outside, an application.
    package var name: String?
    /// The virtual router that it is about, by its name or that of its group.
    package var router: String?
    /// Who reported it when it came from outside.
    package var source: String?
    /// One line that stands for itself.
    package var text: String
    /// Of a soft failure: the failures so far, and how many take the server out.
    package var failures: FailureCount?

    /// Of a summary: how often the same happened since it was last told; nil for an event that stands for itself.
    package var repeats: Int?
    /// How many policies have led to it, one after the other; not told to anybody.
    package var depth = 0

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
