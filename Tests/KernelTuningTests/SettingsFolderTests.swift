import Foundation
import Glibc
import Testing

@testable import KernelTuning

/// A folder like the kernel's, made of plain files.
final class SettingsFolderTests {
    private struct Unusable: Error {}

    private let name: String

    init() throws {
        var template = Array("/tmp/settings-folder.XXXXXX".utf8CString)
        guard let path = mkdtemp(&template) else { throw Unusable() }
        name = String(cString: path)
    }

    deinit { try? FileManager.default.removeItem(atPath: name) }

    private func folder(_ files: [String: String]) throws -> SettingsFolder {
        for (file, text) in files {
            guard let handle = fopen("\(name)/\(file)", "w"), fputs(text, handle) >= 0, fclose(handle) == 0 else {
                throw Unusable()
            }
        }
        return SettingsFolder(name)
    }

    @Test func valuesAreReadAsWordsPartedByOneBlank() throws {
        let folder = try folder(["sync_threshold": "3\t50\n", "pmtu_disc": "1\n"])
        #expect(folder.read("sync_threshold") == "3 50")
        #expect(folder.read("pmtu_disc") == "1")
        #expect(folder.read("absent") == nil)
    }

    @Test func whatIsWrittenIsReadBack() throws {
        let folder = try folder(["expire_nodest_conn": "0\n"])
        #expect(folder.write("expire_nodest_conn", "1") == nil)
        #expect(folder.read("expire_nodest_conn") == "1")
        #expect(folder.write("absent", "1") == "this kernel has no such setting")
    }

    @Test(arguments: ["../secret", "a/b", "", ".", "UPPER", "name\n"])
    func noNameLeadsOutOfTheFolder(name: String) throws {
        let folder = try folder(["secret": "7\n"])
        #expect(!folder.has(name))
        #expect(folder.read(name) == nil)
        #expect(folder.write(name, "1") != nil)
    }
}
