package import NetworkTypes
package import TimeTypes

/// The timers of one virtual router and what it heard of its master (RFC 9568 section 6.1, RFC 3768 section 6.1).
///
/// The state is its group's: see `RouterGroup`.
package struct VirtualRouter: Hashable, Sendable {
    package let settings: RouterSettings
    /// Where our advertisements come from: decides between equal priorities.
    package var primaryAddress: IPAddress

    /// The interval of the master that is followed, where one was heard that tells it.
    private var learntInterval: Duration?
    /// Master_Adver_Interval: ours until a master was heard.
    package var masterInterval: Duration { learntInterval ?? settings.interval }
    /// Master_Down_Timer, running in Backup only.
    package private(set) var masterDownAt: MonotonicInstant?
    /// From when on the master that we follow has missed an advertisement: with links that fell silent at the same time
    /// this is enough. Nil where no master was heard since we began to wait.
    package private(set) var overdueAt: MonotonicInstant?
    /// We slept: what is read first may be old, a priority 0 too. Until then whoever is master by now is heard.
    private var listensUntil: MonotonicInstant?
    /// Adver_Timer, running in Master only.
    package var advertiseAt: MonotonicInstant?
    /// When another master was last answered out of turn.
    private var answeredAt: MonotonicInstant?
    /// The last advertisement of somebody else that was a master's.
    package private(set) var lastMaster: HeardMaster?

    package struct HeardMaster: Hashable, Sendable {
        package var address: IPAddress
        package var priority: UInt8
        package var at: MonotonicInstant
    }

    package init(_ settings: RouterSettings, primaryAddress: IPAddress) {
        self.settings = settings
        self.primaryAddress = primaryAddress
    }

    /// Goes on where one of other settings was.
    mutating func adopt(_ old: VirtualRouter, priority: UInt8, at now: MonotonicInstant) {
        advertiseAt = old.advertiseAt.map { _ in now }
        masterDownAt = old.masterDownAt
        answeredAt = old.answeredAt
        lastMaster = old.lastMaster
        listensUntil = old.listensUntil
        if settings.version == old.settings.version {
            // Version 2 learns no interval: the master's is ours, by agreement.
            learntInterval = old.learntInterval
            if settings.version == .v3 || settings.interval == old.settings.interval { return }
        }
        // The master, too, has to change over before it is heard again.
        masterDownAt = masterDownAt.map { max($0, now + masterDownInterval(priority: priority)) }
    }

    /// Skew_Time: the lower the priority, the longer. Version 2 counts in seconds whatever the interval is.
    package static func skew(
        priority: UInt8, interval: Duration, version: Advertisement.Version
    ) -> Duration {
        (version == .v2 ? .seconds(1) : interval) * (256 - Int(priority)) / 256
    }

    package func skew(priority: UInt8) -> Duration {
        Self.skew(priority: priority, interval: masterInterval, version: settings.version)
    }

    /// Master_Down_Interval.
    package func masterDownInterval(priority: UInt8) -> Duration {
        masterInterval * 3 + skew(priority: priority)
    }

    /// The same of a backup of this priority that hears us.
    func ownDownInterval(priority: UInt8) -> Duration {
        settings.interval * 3
            + Self.skew(priority: priority, interval: settings.interval, version: settings.version)
    }

    /// Begins as a backup: a whole master down interval of our own.
    mutating func wait(priority: UInt8, from now: MonotonicInstant) {
        advertiseAt = nil
        learntInterval = nil
        masterDownAt = now + masterDownInterval(priority: priority)
        overdueAt = nil
    }

    /// What a master whose process is restarted gets beyond its interval before an advertisement counts as missing.
    package static func restartGrace(interval: Duration) -> Duration { min(interval / 2, .milliseconds(50)) }

    /// A master was heard that we follow.
    mutating func follow(
        _ advertisement: Advertisement, from source: IPAddress, priority: UInt8, at now: MonotonicInstant
    ) {
        advertiseAt = nil
        if advertisement.version == .v3 { learntInterval = advertisement.interval }
        lastMaster = HeardMaster(address: source, priority: advertisement.priority, at: now)
        masterDownAt = now + masterDownInterval(priority: priority)
        overdueAt = now + masterInterval + Self.restartGrace(interval: masterInterval) + skew(priority: priority)
    }

    /// A master was heard that we do not follow: its advertisement does not restart the timer.
    mutating func note(_ advertisement: Advertisement, from source: IPAddress, at now: MonotonicInstant) {
        lastMaster = HeardMaster(address: source, priority: advertisement.priority, at: now)
    }

    /// The master gave up: only the skew is left to wait. With a limit, which is for what is known from elsewhere, no
    /// longer than that.
    mutating func hurry(priority: UInt8, at now: MonotonicInstant, atMost limit: Duration? = nil) {
        let whole = skew(priority: priority)
        lastMaster = nil
        let due = limit.map { now + min($0, whole) } ?? max(now + whole, listensUntil ?? now)
        masterDownAt = masterDownAt.map { min($0, due) } ?? due
    }

    /// We slept and may have missed the master: it gets one more interval to be heard.
    mutating func listen(priority: UInt8, from now: MonotonicInstant) {
        let due = now + masterInterval + skew(priority: priority)
        listensUntil = due
        masterDownAt = masterDownAt.map { max($0, due) }
        overdueAt = overdueAt.map { max($0, due) }
    }

    /// Master, or nothing at all: no timer of a backup runs.
    mutating func stopWaiting() {
        masterDownAt = nil
        overdueAt = nil
        advertiseAt = nil
    }

    /// Whether another master may be answered out of turn: twice an interval at most, so that two masters who cannot
    /// agree do not answer each other without end.
    mutating func mayAnswer(at now: MonotonicInstant) -> Bool {
        if let answeredAt, now - answeredAt < settings.interval / 2 { return false }
        answeredAt = now
        return true
    }

    /// Whether a master was heard that its silence has not ended yet.
    func hearsMaster(at now: MonotonicInstant) -> Bool {
        guard let lastMaster else { return false }
        return now - lastMaster.at < masterInterval * 3 + masterInterval
    }

    /// Until when a master that we hear and do not follow, since it is the lesser one, counts as there.
    var disregardedUntil: MonotonicInstant? {
        guard let lastMaster, let masterDownAt else { return nil }
        let until = lastMaster.at + masterDownInterval(priority: settings.priority)
        return until > masterDownAt ? until : nil
    }

    /// Whether no advertisement of the master that was heard last is missing.
    func isMasterPunctual(priority: UInt8, at now: MonotonicInstant) -> Bool {
        lastMaster.map { now - $0.at < masterInterval + skew(priority: priority) } ?? false
    }

    /// RFC 9568 section 6.4.3: who of two masters goes on. Greater is better.
    static func outranks(
        _ priority: UInt8, _ address: IPAddress, over otherPriority: UInt8, _ otherAddress: IPAddress
    ) -> Bool {
        priority != otherPriority ? priority > otherPriority : address > otherAddress
    }
}
