import Foundation
import Testing

/// The house rules that a machine can hold.
struct StyleTests {
    /// Words that must not stand in a source line, and why.
    static let banned: [(word: String, folder: String, reason: String)] = [
        ("Task.sleep", "Sources", "timers belong to the EventLoop"),
        ("Thread.sleep", "Sources", "nothing on a loop may block"),
        ("usleep(", "Sources", "nothing on a loop may block"),
        ("try!", "Sources", "errors are handled or thrown"),
        (" fork()", "Sources", "posix_spawn"),
        ("system(", "Sources", "no shell"),
        ("DispatchQueue", "Sources", "one thread, one loop"),
        ("nonisolated(unsafe)", "Sources/Core", "Core has no shared state"),
        ("#expect(" + "true)", "Tests", "a test that cannot fail"),
    ]

    @Test(arguments: 0..<banned.count)
    func bannedWordsAreAbsent(index: Int) throws {
        let rule = Self.banned[index]
        for file in try SourceTree.swiftFiles(under: rule.folder) where !file.path.hasPrefix("Tests/TidyTests/") {
            for (number, line) in file.lines.enumerated() {
                let code = line.components(separatedBy: "//")[0]
                #expect(!code.contains(rule.word), "\(file.path):\(number + 1): \(rule.word): \(rule.reason)")
            }
        }
    }

    @Test func daemonsDoNotPrint() throws {
        // Every program but the operator's command.
        for file in try SourceTree.swiftFiles(under: "Sources")
        where !file.path.hasPrefix("Sources/Programs/director/") {
            for (number, line) in file.lines.enumerated() {
                let code = line.trimmingCharacters(in: .whitespaces)
                #expect(!code.hasPrefix("print("), "\(file.path):\(number + 1)")
            }
        }
    }

    /// A line with a text in it may be as long as the text; swift-format holds the rest.
    @Test func linesAreAtMost120CharactersLong() throws {
        for file in try SourceTree.swiftFiles(under: "Sources") {
            for (number, line) in file.lines.enumerated() where line.count > 120 {
                #expect(line.contains("\""), "\(file.path):\(number + 1) has \(line.count) characters")
            }
        }
    }

    @Test func filesHoldOneIdea() throws {
        for file in try SourceTree.swiftFiles(under: "Sources") {
            #expect(file.lines.count <= 450, "\(file.path) has \(file.lines.count) lines")
        }
    }

    /// What is true on one machine has no place in it: home folders, and what somebody has put below /opt.
    @Test func noPathOfABuildMachineIsNamed() throws {
        for folder in ["Sources", "Tests", "conf", "contrib"] {
            for file in try SourceTree.files(under: folder, endings: []) where !file.path.hasPrefix("Tests/TidyTests/")
            {
                for (number, line) in file.lines.enumerated() {
                    for place in [#/\/home\//#, #/\/root\//#, #/\/opt\/\w/#] {
                        #expect(!line.contains(place), "\(file.path):\(number + 1)")
                    }
                }
            }
        }
    }
}
