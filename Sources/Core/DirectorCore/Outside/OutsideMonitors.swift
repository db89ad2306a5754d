import DirectorConfig
import HealthChecking
package import TimeTypes

/// What monitors and applications outside say of themselves: events that are raised until they are cleared (`director
/// event`), and heartbeats that are missed when they do not come (`director alive`).
///
/// Whoever raised something clears it, and whoever registered a heartbeat ends it; who may change anything may do that
/// for others too.
package struct OutsideMonitors: Sendable {
    package static let nameLimit = 1_000
    package static let namesPerUser = 200
    package static let textLimit = 1_000
    package static let intervals = Duration.milliseconds(200)...Duration.seconds(86_400)
    /// Heartbeats that may be missing before it is said.
    package static let patience = 3
    /// What a heartbeat gets at least after a restart of the engine, to find the new one.
    package static let restartGrace = Duration.seconds(10)

    /// Who reports, as the kernel knows it.
    package struct Reporter: Hashable, Sendable {
        package var user: UInt32
        package var name: String
        package var mayChange: Bool

        package init(user: UInt32, name: String, mayChange: Bool) {
            self.user = user
            self.name = name
            self.mayChange = mayChange
        }
    }

    package struct Refusal: Error, Hashable, CustomStringConvertible {
        package let description: String

        init(_ text: String) { description = text }
    }

    /// What comes of a report: events, and a line for whoever reported.
    package struct Outcome: Hashable, Sendable {
        package var events: [EventRecord] = []
        package var text: String
    }

    private struct Key: Hashable, Sendable {
        var name: String
        var source: String
    }

    struct Heartbeat: Sendable {
        var every: Duration
        var user: UInt32
        var userName: String
        var heard: MonotonicInstant
        var deadline: MonotonicInstant
        var silentSince: WallTime?
        var reason: String
    }

    private var raised: [Key: OutsideMemory.Raised] = [:]
    var heartbeats: [String: Heartbeat] = [:]
    private var budgets = ReportBudgets()

    /// - Parameter memory: what was raised and registered when the last engine ended.
    package init(_ memory: OutsideMemory = OutsideMemory(), at now: MonotonicInstant) {
        for entry in memory.raised.prefix(Self.nameLimit) {
            raised[Key(name: entry.name, source: entry.source)] = entry
        }
        for entry in memory.alive.prefix(Self.nameLimit) {
            heartbeats[entry.name] = Heartbeat(
                every: entry.every, user: entry.user, userName: entry.userName, heard: now,
                deadline: now + max(entry.every * Self.patience, Self.restartGrace), silentSince: entry.silentSince,
                reason: entry.reason)
        }
    }

    /// What must outlast the engine; the same tells people how things are.
    package var memory: OutsideMemory {
        var memory = OutsideMemory()
        memory.raised = raised.values.sorted { ($0.name, $0.source) < ($1.name, $1.source) }
        memory.alive = heartbeats.sorted { $0.key < $1.key }.map { name, beat in
            OutsideMemory.Alive(
                name: name, every: beat.every, user: beat.user, userName: beat.userName, silentSince: beat.silentSince,
                reason: beat.reason)
        }
        return memory
    }

    /// Whether the memory is another one; heartbeats alone change nothing in it.
    package func hasChanged(since memory: OutsideMemory) -> Bool {
        memory.raised.count != raised.count || memory.alive.count != heartbeats.count
            || memory.alive.contains {
                let known = heartbeats[$0.name]
                return known?.every != $0.every || known?.reason != $0.reason
            }
    }

    /// Takes in a report of a monitor.
    /// - Parameter source: who it says it is; nil for the name of its user.
    package mutating func report(
        _ name: String, isUp: Bool, source: String?, text: String, by reporter: Reporter, at now: Moment
    ) throws(Refusal) -> Outcome {
        try check(name)
        let source = source ?? reporter.name
        if let problem = Self.problem(source: source) { throw Refusal(problem) }
        try checkLength(text)
        try spend(reporter, at: now)
        let key = Key(name: name, source: source)
        let said = PlainText.line(text)
        if let before = raised[key], before.user != reporter.user, !reporter.mayChange {
            throw Refusal("event \(name) of \(source) was raised by another user, who alone may change it")
        }
        return isUp ? clear(key, said, at: now) : try raise(key, said, reporter, at: now)
    }

    private mutating func raise(
        _ key: Key, _ text: String, _ reporter: Reporter, at now: Moment
    ) throws(Refusal) -> Outcome {
        let isNew = raised[key] == nil
        if isNew {
            try checkRoom(raised.count, raised.values.count { $0.user == reporter.user })
        }
        raised[key] = OutsideMemory.Raised(
            name: key.name, source: key.source, user: reporter.user, since: raised[key]?.since ?? now.wall, text: text)
        let words = "event \(key.name) raised by \(key.source)" + (text.isEmpty ? "" : ": \(text)")
        return Outcome(
            events: [record(.eventRaised, .warning, key, words, at: now)],
            text: isNew ? words : "event \(key.name) of \(key.source) was raised already, and is counted once more")
    }

    private mutating func clear(_ key: Key, _ text: String, at now: Moment) -> Outcome {
        guard let before = raised.removeValue(forKey: key) else {
            return Outcome(text: "event \(key.name) of \(key.source) was not raised")
        }
        let after = Self.span(max(.zero, now.wall - before.since))
        let words = "event \(key.name) cleared by \(key.source) after \(after)" + (text.isEmpty ? "" : ": \(text)")
        return Outcome(events: [record(.eventCleared, .info, key, words, at: now)], text: words)
    }

    private func record(
        _ kind: EventKind, _ severity: EventRecord.Severity, _ key: Key, _ text: String, at now: Moment
    ) -> EventRecord {
        var record = EventRecord(kind, severity, at: now, text)
        record.name = key.name
        record.source = key.source
        return record
    }

    // MARK: - What every report has to keep to

    func check(_ name: String) throws(Refusal) {
        if let problem = Self.problem(name: name) { throw Refusal(problem) }
    }

    func checkLength(_ text: String) throws(Refusal) {
        if let problem = Self.problem(text: text) { throw Refusal(problem) }
    }

    /// Whatever becomes an event counts for its user.
    mutating func spend(_ reporter: Reporter, at now: Moment) throws(Refusal) {
        guard let wait = budgets.spend(reporter.user, at: now.instant) else { return }
        throw Refusal(
            "user \(reporter.name) reports too much: \(ReportBudgets.burst) at once and one a second are taken; "
                + "wait \(wait.words)")
    }

    func checkRoom(_ all: Int, _ own: Int) throws(Refusal) {
        guard all < Self.nameLimit else {
            throw Refusal("there are \(Self.nameLimit) names already, no more are taken")
        }
        guard own < Self.namesPerUser else {
            throw Refusal("a user may have \(Self.namesPerUser) names, and this one has: end some first")
        }
    }

    /// `47 s`, `12 min`
    static func span(_ span: Duration) -> String {
        let seconds = span.milliseconds / 1000
        switch seconds {
        case ..<1: return "\(span.milliseconds) ms"
        case ..<600: return "\(seconds) s"
        case ..<36_000: return "\(seconds / 60) min"
        default: return "\(seconds / 3600) h"
        }
    }
}

/// How much each user may report: so many at once, and one more each second.
struct ReportBudgets: Sendable {
    static let burst = 30
    static let userLimit = 256

    /// When each user would have its whole budget again.
    private var full: [UInt32: MonotonicInstant] = [:]

    /// Nil when it is granted, else how long to wait.
    mutating func spend(_ user: UInt32, at now: MonotonicInstant) -> Duration? {
        let end = max(full[user] ?? now, now) + .seconds(1)
        guard end - now <= .seconds(Self.burst) else { return .seconds(1) }
        if full.count >= Self.userLimit { full = full.filter { $0.value > now } }
        full[user] = end
        return nil
    }
}
