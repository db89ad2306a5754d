import ConfigurationFiles
import Foundation
import Glibc
import Testing

struct StateFileTests {
    /// What a crash of the machine leaves cannot be tried here. That the directory is written out, once the file has its
    /// new name, can be seen: it is opened for that.
    @Test func theNewNameIsWrittenOutAsWell() throws {
        let directory = NSTemporaryDirectory() + "state-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let watcher = inotify_init1(Int32(IN_NONBLOCK))
        try #require(watcher >= 0)
        defer { close(watcher) }
        let (opened, moved, isDirectory) = (UInt32(IN_OPEN), UInt32(IN_MOVED_TO), UInt32(IN_ISDIR))
        try #require(inotify_add_watch(watcher, directory, opened | moved) >= 0)
        let file = StateFile(path: directory + "/orders")
        try file.write(Array("one".utf8))
        #expect(try file.read() == Array("one".utf8))
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = read(watcher, &buffer, buffer.count)
        // Descriptor, mask, cookie and length, four bytes each, and so many bytes of a name (inotify(7)).
        var masks: [UInt32] = []
        var offset = 0
        while offset + 16 <= count {
            func word(_ at: Int) -> UInt32 {
                (0..<4).reduce(0) { $0 | UInt32(buffer[offset + at + $1]) << UInt32(8 * $1) }
            }
            masks.append(word(4))
            offset += 16 + Int(word(12))
        }
        let rename = try #require(masks.firstIndex { $0 & moved != 0 })
        #expect(masks[rename...].contains { $0 & opened != 0 && $0 & isDirectory != 0 }, "\(masks)")
    }

    @Test func aDirectoryThatIsNotThereIsTold() {
        #expect(throws: FileProblem.self) { try StateFile(path: "/nonexistent/x").write([1]) }
    }
}
