import Foundation
import Testing

@testable import director_engine

/// A folder like /proc/sys/net/ipv4/conf, made of plain files.
struct ForwardingTests {
    @Test(arguments: [
        (["all": "0", "default": "0", "eth0": "0"], false),
        (["all": "1", "default": "1", "eth0": "1"], true),
        // One interface alone may forward.
        (["all": "0", "default": "0", "eth0": "0", "eth1": "1"], true),
        // What interfaces to come begin with.
        (["all": "0", "default": "1", "eth0": "0"], false),
        // Nothing is known: nothing is said.
        ([:], true),
    ])
    func anInterfaceThatForwardsIsEnough(interfaces: [String: String], isOn: Bool) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("forwarding-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        for (name, value) in interfaces {
            let own = folder.appendingPathComponent(name)
            try FileManager.default.createDirectory(at: own, withIntermediateDirectories: true)
            try Data("\(value)\n".utf8).write(to: own.appendingPathComponent("forwarding"))
        }
        #expect(Forwarding.isOn(below: folder.path) == isOn)
        #expect(Forwarding.isOn(below: folder.path + "/absent"))
    }
}
