import Actions
import EventLoop
import Foundation
import Glibc
import Testing
import TimeTypes

final class FileAppenderTests: Sendable {
    /// The test's own.
    let directory: String

    init() throws {
        EventLoop.main.startOwnThread()
        var template = Array("/tmp/appender-XXXXXX".utf8CString)
        let made = try #require(mkdtemp(&template))
        directory = String(cString: made)
    }

    deinit { try? FileManager.default.removeItem(atPath: directory) }

    static func text(_ path: String) -> String {
        guard let file = fopen(path, "r") else { return "" }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 4096)
        return String(decoding: bytes[..<fread(&bytes, 1, 4096, file)], as: UTF8.self)
    }

    @Test @LoopActor func linesArriveInOrderAndFollowARotation() async throws {
        let path = directory + "/log"
        let appender = FileAppender { Issue.record("\($0)") }
        appender.append("one\n", to: path)
        appender.append("two\n", to: path)
        await until { Self.text(path) == "one\ntwo\n" }
        rename(path, path + ".1")
        appender.append("three\n", to: path)
        await until { Self.text(path) == "three\n" }
        #expect(Self.text(path + ".1") == "one\ntwo\n")
    }

    @Test @LoopActor func aFileThatCannotBeWrittenIsToldOnceUntilItCan() async throws {
        let path = directory + "/missing/log"
        var told: [String] = []
        let appender = FileAppender { told.append($0) }
        for _ in 0..<5 {
            appender.append("x\n", to: path)
            await appender.drain(within: .seconds(10))
        }
        #expect(told == ["cannot write to \(path): No such file or directory"])
        mkdir(directory + "/missing", 0o755)
        appender.append("y\n", to: path)
        await until { Self.text(path) == "y\n" }
        #expect(told.count == 1)
    }

    @Test func aDirectoryIsListed() throws {
        for name in ["10.0.0.1:80", "web1"] { fclose(fopen("\(directory)/\(name)", "w")) }
        #expect(try DirectoryListing.names(directory).sorted() == ["10.0.0.1:80", "web1"])
        #expect(throws: DirectoryListing.Problem.self) { try DirectoryListing.names(directory + "/missing") }
    }
}
