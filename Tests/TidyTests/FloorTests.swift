import Foundation
import Testing

/// Imports point down: Programs may use System and Core, System may use Core, Core only itself.
struct FloorTests {
    static let floors = ["Core", "System", "Programs"]

    /// The modules of each floor are the folders in it.
    static func modules(of floor: String) throws -> Set<String> {
        let folder = SourceTree.top.appendingPathComponent("Sources/\(floor)")
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        return Set(names.filter { !$0.hasPrefix(".") })
    }

    /// The module that a line imports, whatever stands around the word.
    static func importedModule(_ line: String) -> String? {
        var words = line.split(separator: " ").map(String.init)
        while let first = words.first,
            first.hasPrefix("@") || ["package", "internal", "private", "public", "fileprivate"].contains(first)
        {
            words.removeFirst()
        }
        guard words.count >= 2, words[0] == "import" else { return nil }
        let kinds = ["struct", "class", "enum", "func", "protocol", "typealias", "var", "let"]
        let name = kinds.contains(words[1]) && words.count > 2 ? words[2] : words[1]
        return name.split(separator: ".").first.map(String.init)
    }

    @Test(arguments: floors)
    func importsPointDown(floor: String) throws {
        let level = try #require(Self.floors.firstIndex(of: floor))
        var above: Set<String> = []
        for higher in Self.floors[(level + 1)...] { above.formUnion(try Self.modules(of: higher)) }
        let files = try SourceTree.swiftFiles(under: "Sources/\(floor)")
        #expect(!files.isEmpty)
        for file in files {
            for line in file.lines {
                guard let module = Self.importedModule(line) else { continue }
                #expect(!above.contains(module), "\(file.path) imports \(module) from a floor above")
            }
        }
    }

    @Test func coreImportsNothingButCore() throws {
        let allowed = try Self.modules(of: "Core")
        for file in try SourceTree.swiftFiles(under: "Sources/Core") {
            for line in file.lines {
                guard let module = Self.importedModule(line) else { continue }
                #expect(
                    allowed.contains(module),
                    "\(file.path) imports \(module): Core has no I/O, no clock, no C, no Foundation")
            }
        }
    }

    @Test func foundationStaysOutOfEveryProgram() throws {
        for file in try SourceTree.swiftFiles(under: "Sources") {
            for line in file.lines {
                let module = Self.importedModule(line)
                #expect(module != "Foundation" && module != "FoundationEssentials", "\(file.path)")
            }
        }
    }

    /// A C library's module shows up in one module of ours, imported so that its types cannot leave.
    @Test func eachCLibraryHasOneWrapper() throws {
        var users: [String: Set<String>] = [:]
        for file in try SourceTree.swiftFiles(under: "Sources") {
            for line in file.lines {
                guard let module = Self.importedModule(line), ["CNetlink", "CCurl", "CPCRE2"].contains(module) else {
                    continue
                }
                users[module, default: []].insert(file.path.split(separator: "/").prefix(3).joined(separator: "/"))
                #expect(line.hasPrefix("internal import "), "\(file.path): \(line)")
            }
        }
        for (library, modules) in users {
            #expect(modules.count == 1, "\(library) is imported by \(modules.sorted())")
        }
    }

    /// What looks up names brings down a program that has threads and a libc of its own (`fixed` in Package.swift).
    @Test(arguments: ["directord", "director-engine"])
    func noStaticDaemonLooksUpNames(program: String) throws {
        let asking = [
            "getaddrinfo(", "getnameinfo(", "gethostby", "getservby", "getpwnam", "getpwuid", "getgrnam", "getgrgid",
            "getgrouplist(", "initgroups(", "getprotoby", "getnetby", "dlopen(",
        ]
        var asks: Set<String> = []
        var imports: [String: Set<String>] = [:]
        for file in try SourceTree.files(under: "Sources", endings: ["swift", "c", "h"]) {
            let parts = file.path.split(separator: "/").map(String.init)
            guard parts.count > 3 else { continue }
            for line in file.lines where !line.drop(while: { $0 == " " }).hasPrefix("//") {
                if asking.contains(where: line.contains) { asks.insert(parts[2]) }
                if let module = Self.importedModule(line) { imports[parts[2], default: []].insert(module) }
            }
        }
        #expect(asks == ["NameService", "IpvsTool"])
        var reached: Set<String> = []
        var waiting = [program]
        while let next = waiting.popLast() {
            if reached.insert(next).inserted { waiting += imports[next] ?? [] }
        }
        #expect(reached.contains("EventLoop") && reached.isDisjoint(with: asks))
    }

    @Test func noTypeIsNamedAsItsModule() throws {
        let modules = try Self.floors.reduce(into: Set<String>()) { $0.formUnion(try Self.modules(of: $1)) }
        for file in try SourceTree.swiftFiles(under: "Sources") {
            for line in file.lines {
                let words = line.split(whereSeparator: { !$0.isLetter && !$0.isNumber && $0 != "_" }).map(String.init)
                for (word, name) in zip(words, words.dropFirst())
                where ["struct", "class", "enum", "actor", "protocol"].contains(word) {
                    // EventLoop's loop is what its module is about; the design names both.
                    guard name != "EventLoop" else { continue }
                    #expect(!modules.contains(name), "\(file.path): \(name)")
                }
            }
        }
    }
}
