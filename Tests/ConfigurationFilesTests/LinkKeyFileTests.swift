import ConfigurationFiles
import DirectorConfig
import Foundation
import Testing

struct LinkKeyFileTests {
    @Test(arguments: [(0o600, true), (0o400, true), (0o640, false), (0o604, false), (0o660, false)])
    func aFileThatOthersMayUseIsRefused(mode: Int, isGood: Bool) throws {
        let path = NSTemporaryDirectory() + "link-keys-\(getpid())-\(mode)"
        defer { try? FileManager.default.removeItem(atPath: path) }
        try Data("auth 1\n1 sha256 0123456789abcdef\n".utf8).write(to: URL(fileURLWithPath: path))
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
        let problem = LinkKeyFile.problem(path)?.text
        if isGood {
            #expect(problem == nil)
        } else {
            let shown = "0" + String(mode, radix: 8)
            #expect(problem == "the key file \(path) has mode \(shown) and others may use it: chmod 600 \(path)")
        }
    }

    @Test func whatIsMissingOrBrokenIsNamed() throws {
        #expect(
            LinkKeyFile.problem("/nonexistent/keys")
                == KeyFileProblem(.error, "the key file /nonexistent/keys cannot be read: no such file"))
        #expect(LinkKeyFile.problem("/dev")?.text.contains("not a plain file") == true)
        let path = NSTemporaryDirectory() + "link-keys-\(getpid())-broken"
        defer { try? FileManager.default.removeItem(atPath: path) }
        try Data("auth 1\n1 sha256 short\n".utf8).write(to: URL(fileURLWithPath: path))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
        #expect(LinkKeyFile.problem(path)?.text.hasPrefix("\(path):2: the secret of key 1 is shorter") == true)
    }

    /// Keys stay on the machines that use them: whoever only looks at a configuration may not have them. What is wrong
    /// with keys that are there is wrong for everybody.
    @Test func whoOnlyLooksIsWarnedOfKeysThatAreOutOfReach() throws {
        #expect(
            LinkKeyFile.problemFromAfar("/nonexistent/keys")
                == KeyFileProblem(
                    .warning,
                    "the key file /nonexistent/keys cannot be read: no such file; a director that cannot read it refuses "
                        + "this file"))
        #expect(LinkKeyFile.problemFromAfar("/dev")?.severity == .error)
        let path = NSTemporaryDirectory() + "link-keys-\(getpid())-afar"
        defer { try? FileManager.default.removeItem(atPath: path) }
        try Data("auth 1\n1 sha256 0123456789abcdef\n".utf8).write(to: URL(fileURLWithPath: path))
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
        #expect(LinkKeyFile.problemFromAfar(path)?.severity == .error)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
        #expect(LinkKeyFile.problemFromAfar(path) == nil)
    }
}
