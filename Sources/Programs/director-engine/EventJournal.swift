import ConfigurationFiles
import ControlProtocol
import DirectorCore
import EventLoop
import Logging

/// The events of this run and of those before it, on the disk: written off the loop, in order, as they happen.
///
/// A disk that takes nothing stops nobody: it is said once, the events stay in memory, as many as the files would hold,
/// and are written when the disk takes them again.
@LoopActor final class EventJournal {
    let file: EventJournalFile
    /// Between two attempts while the disk takes nothing.
    private let pause: Duration
    private let log: Logger
    /// Events that may wait for the disk: about as many as the files hold. And those that are written at a time.
    static let waitingLimit = 8 * EventHistory.limit
    static let batchLimit = EventHistory.limit
    /// Not written yet, oldest first.
    private(set) var waiting: [EventRecord] = []
    private var isWriting = false
    /// The next attempt while the disk takes nothing: until then nothing is tried, whatever happens.
    private var retry: LoopTimer?
    private(set) var problem: FileProblem?
    /// The disk takes nothing any more, or takes something again.
    var onProblem: (FileProblem?) -> Void = { _ in }

    init(directory: String, log: Logger, pause: Duration = .seconds(2)) {
        file = EventJournalFile(path: directory + "/events")
        self.pause = pause
        self.log = log
    }

    /// What earlier runs left; what cannot be understood is passed over.
    func load() -> EventHistory {
        do {
            return EventHistory(Self.records(try file.lines().suffix(2 * EventHistory.limit)))
        } catch {
            log.warning("events of earlier runs are not known: \(error)")
            return EventHistory()
        }
    }

    nonisolated static func records(_ lines: some Sequence<ArraySlice<UInt8>>) -> [EventRecord] {
        EventHistory.inOrder(lines.compactMap { try? EventRecord(json: JSON(parsing: Array($0))) })
    }

    func append(_ records: [EventRecord]) {
        guard !records.isEmpty else { return }
        waiting = Array((waiting + records).suffix(Self.waitingLimit))
        write()
    }

    private func write() {
        guard !isWriting, retry == nil, !waiting.isEmpty else { return }
        isWriting = true
        let batch = Array(waiting.prefix(Self.batchLimit))
        let file = self.file
        EventLoop.main.task { @LoopActor in
            do {
                try await EventLoop.main.runBlocking { try file.append(Self.lines(batch)) }
                self.written(batch)
            } catch {
                self.failed(error as? FileProblem)
            }
        }
    }

    private func written(_ batch: [EventRecord]) {
        isWriting = false
        let last = batch.last?.number ?? 0
        waiting.removeAll { $0.number <= last }
        if problem != nil {
            problem = nil
            onProblem(nil)
        }
        write()
    }

    private func failed(_ reason: FileProblem?) {
        isWriting = false
        retry = EventLoop.main.schedule(after: pause) { [weak self] in
            self?.retry = nil
            self?.write()
        }
        if problem == nil, let reason {
            problem = reason
            onProblem(reason)
        }
    }

    /// At the end there is no loop any more to wait on.
    func finish() {
        guard !waiting.isEmpty else { return }
        do {
            while !waiting.isEmpty {
                try file.append(Self.lines(Array(waiting.prefix(Self.batchLimit))))
                waiting.removeFirst(min(waiting.count, Self.batchLimit))
            }
        } catch {
            log.warning("the last events are not kept: \(error)")
        }
    }

    private nonisolated static func lines(_ records: [EventRecord]) -> [UInt8] {
        records.flatMap { $0.json.line + [UInt8(ascii: "\n")] }
    }
}
