import NetworkTypes
package import TimeTypes
package import VirtualServers

/// What takes a real server out of its pool, whatever its checks say: the operator's order or a change of the file.
package struct Withdrawal: Hashable, Sendable {
    package enum Cause: String, Hashable, Sendable {
        /// `director drain`: weight 0 until its connections have ended, then removed.
        case drain
        /// `director disable`: out at once, quiescent or removed as the section says.
        case disable
        /// Its weight is 0 in the file, under a `drain` time.
        case weight
        /// The file does not name it any more, under a `drain` time.
        case removal
    }

    /// How the waiting for its connections ended.
    package enum Ending: Hashable, Sendable {
        case connectionsEnded
        case deadline(left: UInt32)
        /// The kernel did not have it.
        case nothingToWaitFor
    }

    package var cause: Cause
    /// Who gave the order; nil when it is the file's doing.
    package var by: String?
    package var since: Moment
    /// Nil while its connections are waited for.
    package var ending: Ending?
    private var watch = ConnectionWatch()
    /// The kernel had it since the waiting began.
    private var wasPresent = false

    package init(_ cause: Cause, by: String? = nil, since: Moment, ending: Ending? = nil) {
        self.cause = cause
        self.by = by
        self.since = since
        self.ending = ending
    }

    /// Whether it stays in the kernel with weight 0 for the sake of its connections.
    package var isDraining: Bool { cause != .disable && ending == nil }

    /// Whether the operator gave the order: then it outlasts restarts and reloads.
    package var isOrder: Bool { cause == .drain || cause == .disable }

    /// The connections that were last counted.
    package var left: UInt32 { watch.left }

    package func deadline(_ drain: Duration?) -> MonotonicInstant? {
        guard isDraining, let drain else { return nil }
        return since.instant + drain
    }

    /// Ends the waiting when there is nothing to wait for or its time is over. Returns whether it ended now.
    mutating func advance(isPresent: Bool, drain: Duration?, at now: Moment) -> Bool {
        guard isDraining else { return false }
        if isPresent {
            wasPresent = true
        } else if !wasPresent || cause == .removal {
            ending = .nothingToWaitFor
            return true
        }
        guard let deadline = deadline(drain), deadline <= now.instant else { return false }
        ending = watch.left == 0 && watch.hasCounted ? .connectionsEnded : .deadline(left: watch.left)
        return true
    }

    /// Takes in how many connections the kernel counts. Returns whether the waiting ended.
    mutating func observe(
        _ activity: ServerActivity, transport: TransportProtocol?, at now: MonotonicInstant
    ) -> Bool {
        guard isDraining, watch.hasEnded(activity, transport: transport, at: now) else { return false }
        ending = .connectionsEnded
        return true
    }
}

/// What the kernel counts for one real server.
package struct ServerActivity: Hashable, Sendable {
    package var connections: ConnectionCounts
    /// Since the entry was made, both ways.
    package var packets: UInt64

    package init(_ connections: ConnectionCounts, packets: UInt64) {
        self.connections = connections
        self.packets = packets
    }
}

/// Decides when the connections of a server that gets no new ones have ended.
///
/// None left is the end. A closed TCP connection stays in the kernel's table for two more minutes (TIME_WAIT), counted
/// as inactive beside half-closed ones that may still carry a download: so without an established connection it is
/// also the end when no packet has passed for five seconds.
package struct ConnectionWatch: Hashable, Sendable {
    /// Twice the period in which the kernel sums up its counters, and a little.
    package static let silence = Duration.seconds(5)

    private var packets: UInt64?
    private var silentSince: MonotonicInstant?
    package private(set) var left: UInt32 = 0
    package var hasCounted: Bool { packets != nil }

    package init() {}

    package mutating func hasEnded(
        _ activity: ServerActivity, transport: TransportProtocol?, at now: MonotonicInstant
    ) -> Bool {
        let counts = activity.connections
        left = counts.active &+ counts.inactive
        if packets != activity.packets || counts.active > 0 { silentSince = nil }
        packets = activity.packets
        if left == 0 { return true }
        guard transport == .tcp, counts.active == 0 else { return false }
        guard let silentSince else {
            self.silentSince = now
            return false
        }
        return now - silentSince >= Self.silence
    }
}
