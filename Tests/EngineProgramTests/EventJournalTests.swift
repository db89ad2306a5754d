import ControlProtocol
import DirectorCore
import EventLoop
import Glibc
import Logging
import Testing
import TimeTypes

@testable import director_engine

@Suite(.serialized) struct EventJournalTests {
    init() { EventLoop.main.startOwnThread() }

    /// There is no such directory yet.
    private let directory = "/tmp/journal-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"

    private func record(_ number: Int64) -> EventRecord {
        var record = EventRecord(.remark, at: WallTime(milliseconds: 1), "x")
        record.number = number
        return record
    }

    @LoopActor private func journal(pause: Duration) -> EventJournal {
        EventJournal(directory: directory, log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, pause: pause)
    }

    @LoopActor private func wait(until isDone: () -> Bool) async {
        for _ in 0..<3_000 where !isDone() { await EventLoop.main.sleep(for: .milliseconds(10)) }
        #expect(isDone())
    }

    private func remove() {
        unlink(directory + "/events")
        rmdir(directory)
    }

    @Test @LoopActor func `a disk that takes nothing is left alone for a while, whatever happens`() async {
        let journal = journal(pause: .seconds(1_000))
        // What is told of it is an event, too.
        journal.onProblem = { [unowned journal] _ in journal.append([record(2)]) }
        journal.append([record(1)])
        await wait { journal.problem != nil }
        mkdir(directory, 0o700)
        defer { remove() }
        for _ in 0..<3 {
            journal.append([])
            journal.append([record(3)])
            await EventLoop.main.sleep(for: .milliseconds(50))
        }
        #expect(access(directory + "/events", F_OK) != 0)
    }

    @Test @LoopActor func `what waited is written when the disk takes it again`() async throws {
        let journal = journal(pause: .milliseconds(20))
        journal.append([record(1)])
        await wait { journal.problem != nil }
        journal.append([record(2)])
        mkdir(directory, 0o700)
        defer { remove() }
        await wait { journal.problem == nil }
        #expect(EventJournal.records(try journal.file.lines()).map(\.number) == [1, 2])
    }

    @Test @LoopActor func `more than memory holds waits for the disk, and is written in order`() async throws {
        let journal = journal(pause: .milliseconds(20))
        let many = (1...Int64(3 * EventHistory.limit)).map(record)
        journal.append(many)
        await wait { journal.problem != nil }
        #expect(journal.waiting.count == many.count)
        mkdir(directory, 0o700)
        defer { remove() }
        await wait { journal.waiting.isEmpty }
        #expect(EventJournal.records(try journal.file.lines()).map(\.number) == many.map(\.number))
    }

    /// One digit that a disk has turned makes a number of another length; the lines around it are as they were.
    @Test(
        arguments: [
            ([1, 2, 3, 4], [1, 2, 3, 4]), ([1, 2, 9_000_000_000, 4, 5], [1, 2, 4, 5]),
            ([1, 2, 3, 1, 5], [1, 2, 3, 5]),
            ([.max, 2, 3], [2, 3]), ([1, 2, .max], [1, 2]), ([.max], []), ([1 << 52], [1 << 52]), ([(1 << 52) + 1], []),
            ([7, 8, -3, 0, 9], [7, 8, 9]), ([5, 900, 901], [5, 900, 901]), ([], []),
        ] as [([Int64], [Int64])])
    func `a damaged number costs its own line`(numbers: [Int64], read: [Int64]) {
        let lines = numbers.map { number in record(number).json.line[...] }
        let records = EventJournal.records(lines)
        #expect(records.map(\.number) == read)
        // And what comes next has a number.
        var history = EventHistory(records)
        let next = history.append(record(0))
        #expect(next.number == (read.last ?? 0) + 1)
    }

    @Test func `a time that nobody can reckon with is none`() {
        let good = String(decoding: record(1).json.line, as: UTF8.self)
        for time in ["9223372036854775807", "-1", "-9223372036854775808"] {
            let bad = good.replacing("\"timeMs\":1,", with: "\"timeMs\":\(time),")
            #expect(bad != good && EventJournal.records([Array(bad.utf8)[...]]).isEmpty)
        }
    }

    @Test func `what is on the disk, on its way there and in memory is one history`() {
        let parts = [(1...4).map(record), (3...7).map(record), [], (6...9).map(record), [record(12)]]
        #expect(EventSearch.joined(parts).map(\.number) == [1, 2, 3, 4, 5, 6, 7, 8, 9, 12])
        #expect(EventSearch.joined([]).isEmpty)
    }
}
