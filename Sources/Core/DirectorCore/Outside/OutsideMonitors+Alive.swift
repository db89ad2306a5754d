import DirectorConfig
import HealthChecking
package import TimeTypes

/// Heartbeats of applications.
extension OutsideMonitors {
    /// When the next one is missed; nil when none can be.
    package var nextDeadline: MonotonicInstant? {
        heartbeats.values.lazy.filter { $0.silentSince == nil }.map(\.deadline).min()
    }

    /// An application lives, and will say so again within `every`. The first time registers it.
    package mutating func beat(
        _ name: String, every: Duration, by reporter: Reporter, at now: Moment
    ) throws(Refusal) -> Outcome {
        try check(name)
        if let problem = Self.problem(every: every) { throw Refusal(problem) }
        var outcome = Outcome(text: "alive \(name)")
        var beat: Heartbeat
        if let known = try own(name, reporter) {
            beat = known
            if let since = beat.silentSince {
                try spend(reporter, at: now)
                let span = Self.span(max(.zero, now.wall - since))
                outcome.events.append(
                    record(.aliveBack, .info, name, beat, "alive \(name) is back after \(span)", at: now))
            }
        } else {
            try checkRoom(heartbeats.count, heartbeats.values.count { $0.user == reporter.user })
            try spend(reporter, at: now)
            beat = Heartbeat(
                every: every, user: reporter.user, userName: reporter.name, heard: now.instant, deadline: now.instant,
                reason: "")
            outcome.events.append(
                record(
                    .aliveStarted, .info, name, beat,
                    "alive \(name): \(reporter.name) reports every \(Self.span(every)) from now on", at: now))
        }
        beat.every = every
        beat.heard = now.instant
        beat.deadline = now.instant + max(every * Self.patience, .seconds(1))
        beat.silentSince = nil
        beat.reason = ""
        heartbeats[name] = beat
        return outcome
    }

    /// What sent the heartbeats is known to have failed: nobody has to wait for the silence. Of one that is silent
    /// already it is only known better why.
    package mutating func fail(
        _ name: String, _ reason: String, by reporter: Reporter, at now: Moment
    ) throws(Refusal) -> Outcome {
        guard var beat = try own(name, reporter) else { throw Self.unknown(name) }
        try checkLength(reason)
        try spend(reporter, at: now)
        let reason = PlainText.line(reason)
        let text = "alive \(name) failed: \(reason)"
        let isNews = beat.silentSince == nil
        beat.silentSince = beat.silentSince ?? now.wall
        beat.reason = reason
        heartbeats[name] = beat
        guard isNews else { return Outcome(text: text) }
        return Outcome(events: [record(.aliveSilent, .error, name, beat, text, at: now)], text: text)
    }

    /// The application is not expected to live any more.
    package mutating func end(_ name: String, by reporter: Reporter, at now: Moment) throws(Refusal) -> Outcome {
        guard let beat = try own(name, reporter) else { throw Self.unknown(name) }
        try spend(reporter, at: now)
        heartbeats[name] = nil
        let text = "alive \(name) ended by \(reporter.name): it is not waited for any more"
        return Outcome(events: [record(.aliveEnded, .info, name, beat, text, at: now)], text: text)
    }

    /// Tells of those whose time is over.
    package mutating func advance(to now: Moment) -> [EventRecord] {
        var records: [EventRecord] = []
        for (name, beat) in heartbeats.sorted(by: { $0.key < $1.key })
        where beat.silentSince == nil && beat.deadline <= now.instant {
            var silent = beat
            silent.silentSince = now.wall
            silent.reason = "silent for \(Self.span(now.instant - beat.heard)), expected every \(Self.span(beat.every))"
            heartbeats[name] = silent
            records.append(record(.aliveSilent, .error, name, beat, "alive \(name) \(silent.reason)", at: now))
        }
        return records
    }

    /// Nil where there is no such heartbeat.
    private func own(_ name: String, _ reporter: Reporter) throws(Refusal) -> Heartbeat? {
        guard let beat = heartbeats[name] else { return nil }
        guard beat.user == reporter.user || reporter.mayChange else {
            throw Refusal("alive \(name) belongs to user \(beat.userName), who alone may report it")
        }
        return beat
    }

    private static func unknown(_ name: String) -> Refusal {
        Refusal("there is no heartbeat '\(String(name.prefix(80)))': director status names those that there are")
    }

    private func record(
        _ kind: EventKind, _ severity: EventRecord.Severity, _ name: String, _ beat: Heartbeat, _ text: String,
        at now: Moment
    ) -> EventRecord {
        var record = EventRecord(kind, severity, at: now, text)
        record.name = name
        record.source = beat.userName
        return record
    }
}
