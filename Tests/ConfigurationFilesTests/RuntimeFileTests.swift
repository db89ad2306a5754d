import ConfigurationFiles
import Foundation
import Testing

struct RuntimeFileTests {
    /// /dev/full takes no byte, as a full file system does.
    @Test func whatCannotBeWrittenLeavesWhatWasThereAndNoDraft() throws {
        let directory = NSTemporaryDirectory() + "runtime-\(UUID().uuidString)"
        let files = FileManager.default
        try files.createDirectory(atPath: directory, withIntermediateDirectories: true)
        defer { try? files.removeItem(atPath: directory) }
        let file = RuntimeFile("x", in: directory)
        try file.write("one")
        try files.createSymbolicLink(atPath: directory + "/x.new", withDestinationPath: "/dev/full")
        #expect(throws: FileProblem.self) { try file.write("two") }
        #expect(try file.read() == "one")
        #expect(try files.contentsOfDirectory(atPath: directory) == ["x"])
    }
}
