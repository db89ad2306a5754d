import ConfigurationFiles
import Foundation
import Testing

final class EventJournalTests {
    let directory = URL(fileURLWithPath: NSTemporaryDirectory()).appendingPathComponent(UUID().uuidString)

    init() throws {
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: directory) }

    private func journal(limit: Int = 1 << 20) -> EventJournalFile {
        EventJournalFile(path: directory.appendingPathComponent("events").path, limit: limit)
    }

    private func text(_ journal: EventJournalFile) throws -> [String] {
        try journal.lines().map { String(decoding: $0, as: UTF8.self) }
    }

    @Test func linesOutlastTheirWriter() throws {
        try journal().append(Array("one\ntwo\n".utf8))
        let second = journal()
        try second.append(Array("three\n".utf8))
        #expect(try text(second) == ["one", "two", "three"])
        #expect(try text(journal()) == ["one", "two", "three"])
    }

    @Test func thereIsNothingBeforeTheFirstLine() throws {
        #expect(try text(journal()) == [])
    }

    @Test func twoFilesAreTheMostThereIs() throws {
        let journal = journal(limit: 100)
        for number in 0..<200 { try journal.append(Array("line \(number)\n".utf8)) }
        let sizes = try FileManager.default.contentsOfDirectory(
            at: directory, includingPropertiesForKeys: [.fileSizeKey]
        )
        .map { try $0.resourceValues(forKeys: [.fileSizeKey]).fileSize ?? 0 }
        #expect(sizes.count == 2)
        #expect(sizes.allSatisfy { $0 <= 100 })
        let lines = try text(journal)
        #expect(lines.last == "line 199")
        #expect(lines.count >= 10)
        let first = 200 - lines.count
        #expect(lines == (first..<200).map { "line \($0)" })
    }

    @Test func halfALineOfACrashDoesNotSpoilTheNext() throws {
        let path = directory.appendingPathComponent("events")
        try Data("whole\nhal".utf8).write(to: path)
        let journal = journal()
        try journal.append(Array("next\n".utf8))
        #expect(try text(journal) == ["whole", "hal", "next"])
    }

    @Test func aFileThatSomebodyRemovedIsMadeAnew() throws {
        let journal = journal()
        try journal.append(Array("one\n".utf8))
        try FileManager.default.removeItem(at: directory.appendingPathComponent("events"))
        try journal.append(Array("two\n".utf8))
        #expect(try text(journal) == ["two"])
    }

    @Test func aDiskThatTakesNothingIsSaid() throws {
        let journal = EventJournalFile(path: "/dev/full")
        let problem = #expect(throws: FileProblem.self) { try journal.append(Array("one\n".utf8)) }
        #expect(problem?.description == "cannot write /dev/full: no space left on the device")
        let nowhere = EventJournalFile(path: directory.appendingPathComponent("missing/events").path)
        #expect(throws: FileProblem.self) { try nowhere.append(Array("one\n".utf8)) }
    }
}
