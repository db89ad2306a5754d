import Foundation
import Logging
import Logs
import Testing

/// A pipe or socket pair as a log's reader sees it.
private struct Channel {
    let reader: Int32
    let writer: Int32

    enum Kind: CaseIterable { case pipe, socket }

    init(_ kind: Kind) throws {
        var ends: [Int32] = [-1, -1]
        switch kind {
        case .pipe: try #require(pipe(&ends) == 0)
        case .socket: try #require(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0)
        }
        (reader, writer) = (ends[0], ends[1])
    }

    func logger() -> Logger {
        let handler = LineLogHandler(program: "test", level: .info, format: .text, descriptor: writer)
        return Logger(label: "test") { _ in handler }
    }

    /// Reads, for 10 seconds at most, until a line ends with this text.
    func lines(until ending: String) -> [Substring] {
        let limit = Date(timeIntervalSinceNow: 10)
        var received: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 20)
        while Date() < limit {
            var ready = pollfd(fd: reader, events: Int16(POLLIN), revents: 0)
            guard poll(&ready, 1, 100) == 1 else { continue }
            received += chunk[..<max(0, read(reader, &chunk, chunk.count))]
            if received.suffix(ending.utf8.count + 1).elementsEqual(ending.utf8 + [10]) { break }
        }
        return String(decoding: received, as: UTF8.self).split(separator: "\n")
    }

    /// Reads until nothing has come for half a second.
    func linesUntilQuiet() -> [Substring] {
        var received: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 20)
        var ready = pollfd(fd: reader, events: Int16(POLLIN), revents: 0)
        while poll(&ready, 1, 500) == 1 { received += chunk[..<max(0, read(reader, &chunk, chunk.count))] }
        return String(decoding: received, as: UTF8.self).split(separator: "\n")
    }

    func close() {
        Foundation.close(reader)
        Foundation.close(writer)
    }
}

struct LineLogHandlerTests {
    @Test(arguments: Channel.Kind.allCases)
    fileprivate func aSlowReaderGetsEveryLineInOrderAndNobodyWaitsForIt(kind: Channel.Kind) throws {
        let channel = try Channel(kind)
        defer { channel.close() }
        let log = channel.logger()
        log.debug("below the level")
        // More than a pipe or a socket takes at once, less than the queue.
        let padding = String(repeating: "x", count: 1_000)
        for number in 0..<600 { log.info("\(padding) \(number)") }
        let lines = channel.lines(until: " 599")
        #expect(lines.count == 600)
        for (number, line) in lines.enumerated() { #expect(line.hasSuffix("info test: \(padding) \(number)")) }
    }

    @Test(arguments: Channel.Kind.allCases)
    fileprivate func aReaderThatStopsReadingLosesLinesAndIsToldHowMany(kind: Channel.Kind) throws {
        let channel = try Channel(kind)
        defer { channel.close() }
        let log = channel.logger()
        let padding = String(repeating: "x", count: 1_000)
        for number in 0..<3_000 { log.info("\(padding) \(number)") }
        var lines = channel.linesUntilQuiet()
        log.info("the last")
        lines += channel.lines(until: "the last")
        // A notice is shorter than a line, so one may have found room where a line did not.
        let told = lines.compactMap { line in
            line.range(of: "log lines dropped: ").flatMap { Int(line[$0.upperBound...]) }
        }
        let dropped = told.reduce(0, +)
        #expect(dropped > 1_000)
        #expect(lines.filter { $0.contains(padding) }.count + dropped == 3_000)
    }

    @Test func aClosedReaderDoesNotStopTheProgram() throws {
        signal(SIGPIPE, SIG_IGN)
        let channel = try Channel(.pipe)
        let log = channel.logger()
        close(channel.reader)
        log.info("into the void")
        log.info("and again")
        close(channel.writer)
    }
}
