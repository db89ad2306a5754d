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

    func find(_ asked: EventQuery) async -> Found {
        let query = asked.adapted(to: engine.run, first: engine.firstEvent, last: engine.lastEvent)
        let held = engine.events(after: 0)
        let found = query.select(held)
        guard query.mayMatch(before: held, found: found.count) else {
            return Found(events: found, last: engine.lastEvent)
        }
        await begin()
        defer { end() }
        let earlier = await records()
        let (now, last) = (engine.events(after: 0), engine.lastEvent)
        let first = now.first?.number ?? 0
        let all = try? await EventLoop.main.runBlocking {
            query.select(earlier.prefix { $0.number < first } + now)
        }
        return Found(events: all ?? query.select(now), last: last)
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
        if let kept, kept.last?.number ?? 0 >= (engine.events(after: 0).first?.number ?? 0) - 1 { return kept }
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
