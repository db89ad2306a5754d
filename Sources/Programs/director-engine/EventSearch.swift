import ConfigurationFiles
import ControlProtocol
import DirectorCore
import EventLoop
import TimeTypes

/// Finds the events that somebody asks for: in memory where the answer is there, else in the journal's files too.
///
/// Files are read and searched off the loop, for one question at a time; what was read serves those who ask next, so
/// that reading takes a twentieth of a processor's time at most, however many ask.
@LoopActor final class EventSearch {
    struct Found {
        var events: [EventRecord]
        /// The newest event's number when it was looked.
        var last: Int64
    }

    static let shortestKeeping = Duration.seconds(1)
    static let share = 20

    private let engine: Engine
    /// What the files hold. Later events are in memory, as long as those have not made room for more.
    private var kept: [EventRecord]?
    private var isSearching = false
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(_ engine: Engine) {
        self.engine = engine
    }

    func adapted(_ query: EventQuery) -> EventQuery {
        query.adapted(to: engine.run, first: engine.firstEvent, last: engine.lastEvent)
    }

    /// The newest that match.
    func find(_ asked: EventQuery) async -> Found {
        let query = adapted(asked)
        let held = engine.events(after: 0)
        let found = query.select(held)
        guard query.mayMatch(before: held, found: found.count) else {
            return Found(events: found, last: engine.lastEvent)
        }
        return await everything { records, last in Found(events: query.select(records), last: last) }
    }

    /// The next that match after a number.
    func page(_ query: EventQuery) async -> EventPage {
        if query.after ?? 0 >= engine.firstEventInMemory - 1 {
            return EventPage(query, of: engine.events(after: query.after ?? 0), newest: engine.lastEvent)
        }
        return await everything { records, last in EventPage(query, of: records, newest: last) }
    }

    /// Looks through all that are kept, on the disk and in memory, with the newest event's number.
    private func everything<Result: Sendable>(
        _ look: @escaping @Sendable ([EventRecord], Int64) -> Result
    ) async -> Result {
        await begin()
        defer { end() }
        // In this order: what is written meanwhile is there twice, and not missing.
        let (held, last, unwritten) = (engine.events(after: 0), engine.lastEvent, engine.journal.waiting)
        let written = await records()
        let work: @Sendable () -> Result = { look(Self.joined([written, unwritten, held]), last) }
        return (try? await EventLoop.main.runBlocking(work)) ?? work()
    }

    /// Parts that follow each other and may overlap, as one.
    nonisolated static func joined(_ parts: [[EventRecord]]) -> [EventRecord] {
        var all: [EventRecord] = []
        for part in parts {
            let last = all.last?.number ?? 0
            all += part.drop { $0.number <= last }
        }
        return all
    }

    private func begin() async {
        guard isSearching else {
            isSearching = true
            return
        }
        await withCheckedContinuation { waiting.append($0) }
    }

    private func end() {
        guard !waiting.isEmpty else {
            isSearching = false
            return
        }
        waiting.removeFirst().resume()
    }

    private func records() async -> [EventRecord] {
        let needed = min(engine.firstEventInMemory, engine.journal.waiting.first?.number ?? .max) - 1
        if let kept, kept.last?.number ?? 0 >= needed { return kept }
        let start = EventLoop.now
        let file = engine.journal.file
        do {
            let records = try await EventLoop.main.runBlocking { EventJournal.records(try file.lines()) }
            kept = records
            let cost = EventLoop.now - start
            EventLoop.main.schedule(after: max(Self.shortestKeeping, cost * Self.share)) { [weak self] in
                self?.kept = nil
            }
            return records
        } catch {
            engine.log.warning("earlier events cannot be looked through: \(error)")
            return []
        }
    }
}
