package import TimeTypes

/// Whether checks cannot be judged since the machine that runs them lacks something: descriptors, memory, processes.
/// However many checks that hits, it is one thing to tell. It is over when each of them has been judged again and there
/// was enough of everything for a while.
package struct CheckShortage: Sendable {
    /// Between two tellings while it lasts: whoever listens takes long silence for a hanging prober.
    static let pause = Duration.seconds(1)
    static let quiet = Duration.seconds(5)

    private var waiting: Set<CheckID> = []
    private var latest: MonotonicInstant?
    private var toldAt: MonotonicInstant?

    package init() {}

    /// A run could not be judged. Returns whether that is to be told now.
    package mutating func unjudged(_ id: CheckID, at now: MonotonicInstant) -> Bool {
        waiting.insert(id)
        latest = now
        if let toldAt, now - toldAt < Self.pause { return false }
        toldAt = now
        return true
    }

    /// A run was judged. Returns whether the shortage is over with it.
    package mutating func judged(_ id: CheckID, at now: MonotonicInstant) -> Bool {
        guard let latest else { return false }
        waiting.remove(id)
        guard waiting.isEmpty, now - latest >= Self.quiet else { return false }
        self = CheckShortage()
        return true
    }

    /// The check is not run any more. Returns whether the shortage is over with it.
    /// - Parameter isLast: no other check is left whose run could show that it is over.
    package mutating func removed(_ id: CheckID, isLast: Bool) -> Bool {
        waiting.remove(id)
        guard isLast, latest != nil else { return false }
        self = CheckShortage()
        return true
    }
}
