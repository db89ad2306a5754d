package import DirectorCore

/// The next events for somebody who has had all up to a number: those that match, oldest first, so many at most. Events
/// that are kept nowhere any more are counted, so that nobody takes what is left for everything.
package struct EventPage: Equatable, Sendable {
    package var events: [EventRecord] = []
    /// All up to this number have been looked at; the next page begins behind it.
    package var last: Int64
    /// How many up to there are not kept any more, whether they would have matched or not.
    package var missed: Int64 = 0

    /// What was found otherwise, with the number up to which it was looked.
    package init(_ events: [EventRecord], last: Int64) {
        self.events = events
        self.last = last
    }

    /// - Parameters:
    ///   - query: `after` and `limit` are those of the page.
    ///   - records: what is kept, by number; some may be missing.
    ///   - newest: the number of the newest event.
    package init(_ query: EventQuery, of records: some Sequence<EventRecord>, newest: Int64) {
        last = query.after ?? 0
        for record in records where record.number > last && record.number <= newest {
            if query.matches(record) {
                guard events.count < query.limit else { return }
                events.append(record)
            }
            missed += record.number - last - 1
            last = record.number
        }
        missed += max(0, newest - last)
        last = max(last, newest)
    }

    /// Nothing in it that somebody has to be told.
    package var isEmpty: Bool { events.isEmpty && missed == 0 }

    package var members: [JSON.Member] {
        var members: [JSON.Member] = [.init("events", .array(events.map(\.json))), .init("last", .integer(last))]
        if missed > 0 { members.append(.init("missed", .integer(missed))) }
        return members
    }

    /// A line of a subscription to events, with its end.
    package var line: [UInt8] {
        JSON.object([.init("version", .integer(ControlRequest.version))] + members).line + [UInt8(ascii: "\n")]
    }
}
