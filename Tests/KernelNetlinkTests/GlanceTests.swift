import Foundation
import KernelNetlink
import Testing

struct GlanceTests {
    private let header =
        "IP Virtual Server version 1.2.1 (size=4096)\nProt LocalAddress:Port Scheduler Flags\n"
        + "  -> RemoteAddress:Port Forward Weight ActiveConn InActConn\n"

    @Test func aFileThatIsThereOnlyLaterIsFound() throws {
        let path = "/tmp/director-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: path) }
        let glance = TableGlance(path: path)
        #expect(!glance.isEmpty(), "a kernel that says nothing has no empty table")
        try header.write(toFile: path, atomically: false, encoding: .utf8)
        #expect(glance.isEmpty())
        try (header + "TCP  C0000264:0050 wrr \n").write(toFile: path, atomically: false, encoding: .utf8)
        #expect(!glance.isEmpty())
    }
}
