import ConfigurationFiles
import Daemons
import EventLoop
import Foundation
import Logging
import Testing

@testable import director_engine

@Suite(.serialized) struct ConfigurationCopyTests {
    init() { EventLoop.main.startOwnThread() }

    /// A crash goes back to it, and that must not be what was in force before.
    @Test @LoopActor func whatIsInForceAndCannotBeKeptTakesTheOlderOneAway() async throws {
        let directory = "/tmp/director-\(UUID().uuidString)"
        let files = FileManager.default
        try files.createDirectory(atPath: directory, withIntermediateDirectories: true)
        defer { try? files.removeItem(atPath: directory) }
        let path = directory + "/director.cf"
        var options = DaemonOptions()
        options.runtimeDirectory = directory
        options.configurationFile = path
        let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let copy = ConfigurationCopy(options, log: quiet)
        let kept = directory + "/in-force"
        func wait(_ isThere: Bool) async {
            for _ in 0..<3_000 where files.fileExists(atPath: kept) != isThere {
                await EventLoop.main.sleep(for: .milliseconds(10))
            }
            #expect(files.fileExists(atPath: kept) == isThere)
        }
        try "# one\n".write(toFile: path, atomically: true, encoding: .utf8)
        copy.keep(try ConfigurationFile(path: path))
        await wait(true)
        // No byte can be written there.
        try files.createSymbolicLink(atPath: kept + ".new", withDestinationPath: "/dev/full")
        try "# two\n".write(toFile: path, atomically: true, encoding: .utf8)
        copy.keep(try ConfigurationFile(path: path))
        await wait(false)
    }
}
