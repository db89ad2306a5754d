package import DirectorConfig
import NetworkTypes
package import TimeTypes
import VirtualServers

/// Says what happens again and again once, and then how often: a stranger who undoes the director's work ten times a
/// second must not push everything else out of the history.
///
/// The first of its kind about a service and server is told at once, of drift the first of each change. What follows is
/// counted, and told as one summary when the pause is over; the pause doubles as long as it goes on. What has been
/// quiet for a whole pause is forgotten.
package struct RepetitionFilter: Sendable {
    /// The first pause; it grows up to the last.
    package static let pauses = Duration.seconds(60)...Duration.seconds(3600)
    /// Subjects of each kind that are told apart at a time; what concerns further ones is counted together. Names from
    /// outside take no place from changes in the kernel.
    package static let subjectLimit = 64

    private struct Subject: Hashable, Sendable {
        var kind: EventKind
        var service: VirtualService.ID?
        var server: Endpoint?
        var name: String?
        /// What was done, where one thing may be changed in several ways.
        var change: String?
        var source: String?
        /// Whether it stands for everything that found no place of its own.
        var isRest = false
    }

    private struct Series: Sendable {
        var latest: EventRecord
        /// Held back since it was last told.
        var count = 0
        var since: WallTime
        var pause: Duration
        var end: MonotonicInstant
    }

    private var series: [Subject: Series] = [:]

    package init() {}

    /// The event when it is to be told now; nil when it is held back for a summary.
    package mutating func admit(_ record: EventRecord, at now: MonotonicInstant) -> EventRecord? {
        var subject = Subject(
            kind: record.kind, service: record.service, server: record.server,
            name: record.name ?? (record.kind.isToldByText ? record.text : nil), source: record.source)
        // A count of further changes is one subject, however many there were.
        if record.kind == .drift, record.repeats == nil { subject.change = record.text }
        if series[subject] == nil, series.keys.count(where: { $0.kind == record.kind }) >= Self.subjectLimit {
            subject = Subject(kind: record.kind, isRest: true)
        }
        if series[subject] != nil {
            series[subject]?.count += 1
            series[subject]?.latest = record
            return nil
        }
        let pause = Self.pauses.lowerBound
        series[subject] = Series(latest: record, since: record.time, pause: pause, end: now + pause)
        return record
    }

    /// What is the contrary of something that may have been held back makes that news again, for the same source.
    /// Returns the summaries of what was counted until now.
    package mutating func forget(
        _ kind: EventKind, name: String?, source: String?, at now: Moment
    ) -> [EventRecord] {
        var summaries: [EventRecord] = []
        for (subject, entry) in series
        where !subject.isRest && subject.kind == kind && subject.name == name && subject.source == source {
            series[subject] = nil
            if entry.count > 0 { summaries.append(Self.summary(of: entry, isRest: false, at: now)) }
        }
        return summaries
    }

    /// When `due` has something to do; nil when nothing goes on.
    package var deadline: MonotonicInstant? { series.values.map(\.end).min() }

    /// The summaries whose pause is over.
    package mutating func due(at now: Moment) -> [EventRecord] {
        let over = series.filter { $0.value.end <= now.instant }
        var summaries: [EventRecord] = []
        for (subject, entry) in over {
            guard entry.count > 0 else {
                series[subject] = nil
                continue
            }
            summaries.append(Self.summary(of: entry, isRest: subject.isRest, at: now))
            let pause = min(entry.pause * 2, Self.pauses.upperBound)
            series[subject] = Series(latest: entry.latest, since: now.wall, pause: pause, end: now.instant + pause)
        }
        return summaries.sorted { ($0.kind.rawValue, $0.text) < ($1.kind.rawValue, $1.text) }
    }

    private static func summary(of entry: Series, isRest: Bool, at now: Moment) -> EventRecord {
        var record = entry.latest
        let times = entry.count == 1 ? "once more" : "\(entry.count) times more"
        record.time = now.wall
        record.repeats = entry.count
        record.text =
            isRest
            ? "\(record.kind.rawValue), \(times) since \(entry.since) about others, the last: \(record.text)"
            : "\(times) since \(entry.since): \(record.text)"
        if isRest { (record.service, record.server) = (nil, nil) }
        return record
    }
}
