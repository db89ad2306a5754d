import Foundation
import Logging
import Logs
import Testing
import TimeTypes

/// Where lines go, and that each thing is said once.
struct LogTargetTests {
    private static func line(_ text: String, _ level: Logger.Level = .warning, event: String? = nil) -> LogLine {
        LogLine(
            time: WallTime(milliseconds: 0), level: level, program: "engine", text: text,
            metadata: event.map { ["event": $0] } ?? [:])
    }

    private static func at(_ seconds: Int64) -> MonotonicInstant {
        MonotonicInstant(nanoseconds: seconds * 1_000_000_000)
    }

    @Test func theSameWarningIsSaidOnceAndThenCounted() {
        var repetition = LogRepetition()
        #expect(repetition.admits(Self.line("cannot read"), at: Self.at(0)) == true)
        for second in 1...41 as ClosedRange<Int64> {
            #expect(repetition.admits(Self.line("cannot read"), at: Self.at(second)) == false)
        }
        #expect(repetition.admits(Self.line("cannot write"), at: Self.at(41)) == true)
        #expect(repetition.due(at: Self.at(59)).isEmpty)
        let due = repetition.due(at: Self.at(60))
        #expect(
            due.map { $0.line(at: WallTime(milliseconds: 60_000)).text } == ["cannot read (said 41 more times since)"])
        // Quiet for a whole span: it is news again.
        #expect(repetition.due(at: Self.at(121)).isEmpty)
        #expect(repetition.admits(Self.line("cannot read"), at: Self.at(122)) == true)
    }

    @Test func eventsAndWhatIsNoWarningAreNeverHeldBack() {
        var repetition = LogRepetition()
        for _ in 0..<3 {
            #expect(repetition.admits(Self.line("x is down", event: "real-server-down"), at: Self.at(0)) == true)
            #expect(repetition.admits(Self.line("reloading", .info), at: Self.at(0)) == true)
        }
    }

    @Test func memoryIsBounded() {
        var repetition = LogRepetition()
        var said = 0
        for round in 0..<2 {
            for number in 0..<(LogRepetition.limit + 100)
            where repetition.admits(Self.line("\(number)"), at: Self.at(0)) {
                said += 1
            }
            #expect(said == (LogRepetition.limit + 100) + round * 100)
        }
    }

    @Test func theJournalGetsFields() {
        let bytes = Self.line("two\nlines", .error, event: "service-down").journalFields(pid: 7)
        func field(_ name: String, _ value: String) -> [UInt8] {
            Array("\(name)\n".utf8) + [UInt8(value.utf8.count), 0, 0, 0, 0, 0, 0, 0] + Array("\(value)\n".utf8)
        }
        #expect(
            bytes == field("MESSAGE", "two\nlines") + field("PRIORITY", "3")
                + field("SYSLOG_IDENTIFIER", "director-engine") + field("SYSLOG_FACILITY", "3")
                + field("SYSLOG_PID", "7") + field("DIRECTOR_EVENT", "service-down"))
    }

    @Test func syslogGetsFacilityAndLevel() {
        let text = String(decoding: Self.line("x", .error).syslogMessage(.text, pid: 7), as: UTF8.self)
        #expect(text.hasPrefix("<27>"))
        #expect(text.hasSuffix(" director-engine[7]: x"))
    }

    @Test func aStreamOfTheJournalGetsLevelsBeforeItsLines() throws {
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        defer { ends.forEach { close($0) } }
        var status = stat()
        try #require(fstat(ends[1], &status) == 0)
        for (stream, wanted) in [
            ("\(status.st_dev):\(status.st_ino)", "<4>engine: full\n"),
            ("\(status.st_dev):\(status.st_ino + 1)", "1970-01-01T00:00:00.000Z warning engine: full\n"),
        ] {
            let voice = LogVoice(.stderr, program: "engine", format: .text, descriptor: ends[1], stream: stream)
            voice.say(Self.line("full"), at: Self.at(0))
            var chunk = [UInt8](repeating: 0, count: 4096)
            let count = read(ends[0], &chunk, chunk.count)
            #expect(String(decoding: chunk[..<max(0, count)], as: UTF8.self) == wanted)
        }
    }

    /// The socket of a log that is not there at first, and is started anew later.
    @Test func aLogThatIsAwayIsReplacedByStandardErrorUntilItIsBack() throws {
        let folder = NSTemporaryDirectory() + "log-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let path = folder + "/s"
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        defer { ends.forEach { close($0) } }
        let voice = LogVoice(.syslog, program: "engine", format: .text, descriptor: ends[1], path: path)
        voice.say(Self.line("nobody there"), at: Self.at(0))
        #expect(received(ends[0]).hasSuffix("nobody there\n"))
        for round in ["first", "second"] {
            let listener = try listen(path)
            defer {
                close(listener)
                unlink(path)
            }
            voice.say(Self.line("said to the \(round)"), at: Self.at(0))
            #expect(received(listener).hasSuffix("said to the \(round)"))
        }
    }

    private func received(_ descriptor: Int32) -> String {
        var ready = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard poll(&ready, 1, 10_000) == 1 else { return "nothing" }
        var chunk = [UInt8](repeating: 0, count: 4096)
        let count = read(descriptor, &chunk, chunk.count)
        return String(decoding: chunk[..<max(0, count)], as: UTF8.self)
    }

    private func listen(_ path: String) throws -> Int32 {
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let size = socklen_t(MemoryLayout<sockaddr_un>.size)
        let status = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, size) }
        }
        try #require(status == 0)
        return descriptor
    }
}
