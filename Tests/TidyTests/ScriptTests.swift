import Foundation
import Testing

/// What everybody can start says what it takes before it does anything.
struct ScriptTests {
    private static let scripts = [
        ".ci/run", "contrib/bench", "contrib/demo", "contrib/fuzz", "contrib/install-packages", "contrib/lab",
        "contrib/link/startup-order", "contrib/picture-of-top", "contrib/test",
    ]

    /// Exit status and what was said, standard error included. It is called from its own folder, by a relative path.
    private func run(_ script: String, _ words: [String]) throws -> (status: Int32, said: String) {
        let path = SourceTree.top.appendingPathComponent(script)
        let process = Process()
        // What takes a word that it does not know for nothing would begin to work.
        process.executableURL = URL(fileURLWithPath: "/usr/bin/timeout")
        process.arguments = ["20", "./\(path.lastPathComponent)"] + words
        process.currentDirectoryURL = path.deletingLastPathComponent()
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let said = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: said, as: UTF8.self))
    }

    @Test(arguments: scripts)
    func helpIsTold(script: String) throws {
        let (status, said) = try run(script, ["--help"])
        #expect(status == 0, "\(said)")
        #expect(said.contains(script), "\(said)")
    }

    @Test(
        arguments: scripts.map { ($0, ["--bogus"]) } + [
            ("contrib/demo", ["--keep", "nonsense"]), ("contrib/bench", ["--time-limit"]),
            ("contrib/bench", ["--time-limit", "soon"]), ("contrib/fuzz", ["--seconds"]), ("contrib/fuzz", ["--keep"]),
            ("contrib/lab", ["--writable", "/none/x", "--", "true"]),
        ])
    func whatIsWrongIsNamed(script: String, words: [String]) throws {
        let (status, said) = try run(script, words)
        #expect(status == 2, "\(said)")
        let name = script.split(separator: "/").last ?? ""
        #expect(said.hasPrefix("\(name): "), "\(said)")
        #expect(said.split(separator: "\n").count == 1, "\(said)")
    }
}
