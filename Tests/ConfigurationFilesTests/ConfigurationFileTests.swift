import Foundation
import Glibc
import NetworkTypes
import Testing

@testable import ConfigurationFiles

struct ConfigurationFileTests {
    let path = NSTemporaryDirectory() + "director-\(UUID().uuidString).cf"

    func write(_ text: String) throws {
        try text.write(toFile: path, atomically: false, encoding: .utf8)
    }

    @Test func namesAreLookedUpAgainInWhatWasRead() throws {
        try write("virtual=127.0.0.1:80\n\treal=localhost:8080 masq\n\tchecktype=connect\n")
        defer { try? FileManager.default.removeItem(atPath: path) }
        let file = try ConfigurationFile(path: path)
        #expect(file.namesHosts)
        #expect(file.endsWithLine)
        // The file on disk is another one by now: a draft.
        try write("virtual=127.0.0.2:80\n\tchecktype=on")
        #expect(try file.resolvedAgain().parsed.configuration == file.parsed.configuration)
        let draft = try ConfigurationFile(path: path)
        #expect(!draft.endsWithLine)
        #expect(!draft.namesHosts)
        #expect(draft.parsed.configuration != file.parsed.configuration)
    }

    @Test func namesOfHostsCanStayUnknown() throws {
        try write(
            "virtual=www.invalid:80\n\treal=a.invalid:80 masq\n\treal=b.invalid:80 masq\n"
                + "virtual=mail.invalid:80\n\treal=a.invalid:80 masq\n")
        defer { try? FileManager.default.removeItem(atPath: path) }
        let file = try ConfigurationFile(path: path, resolvingNames: false)
        let configuration = try #require(file.parsed.configuration)
        // No two of them are one.
        #expect(configuration.virtuals.map(\.reals.count) == [2, 1])
        #expect(file.digest == ConfigurationFile.digest(of: path))
        #expect(try ConfigurationFile.parse(path: path, resolvingNames: false).configuration == configuration)
    }

    @Test func aChangedFileHasAnotherIdentity() throws {
        try write("checkinterval=1\n")
        defer { try? FileManager.default.removeItem(atPath: path) }
        let before = try #require(ConfigurationFile.identity(of: path))
        try write("checkinterval=10\n")
        #expect(ConfigurationFile.identity(of: path) != before)
    }

    @Test func whatIsNoPlainFileIsRefused() throws {
        #expect { try ConfigurationFile(path: "/nonexistent/x.cf") } throws: {
            "\($0)" == "cannot read /nonexistent/x.cf: no such file"
        }
        #expect { try ConfigurationFile(path: NSTemporaryDirectory()) } throws: {
            "\($0)".hasSuffix("not a plain file")
        }
        // A pipe that nobody writes to must not hold the reader.
        try #require(mkfifo(path, 0o600) == 0)
        defer { try? FileManager.default.removeItem(atPath: path) }
        #expect { try ConfigurationFile(path: path) } throws: { "\($0)".hasSuffix("not a plain file") }
    }

    @Test func aFileThatTellsNoSizeIsReadWhole() throws {
        let (bytes, _) = try ConfigurationFile.read("/proc/self/smaps")
        #expect(bytes.count > 1 << 16 && bytes.last == UInt8(ascii: "\n"))
    }

    /// Large texts are left to the kernel.
    @Test(arguments: [0, 1, 1 << 16, (1 << 16) + 1, 1 << 20])
    func aTextIsWhatItWas(count: Int) throws {
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let text = FileText(bytes)
        #expect(try text.bytes(of: "x") == bytes)
        #expect(try text.bytes(of: "x") == bytes)
    }
}

struct FileNamesTests {
    @Test func aHostKeepsItsAddressWhileItHasIt() throws {
        let (low, high, other) = (IPAddress(ipv4: 1), IPAddress(ipv4: 2), IPAddress(ipv4: 3))
        #expect(FileNames.steady([high, low], before: nil) == [low, high])
        #expect(FileNames.steady([low, high], before: high) == [high, low])
        #expect(FileNames.steady([high, low], before: other) == [low, high])
    }
}
