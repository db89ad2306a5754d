import Foundation

/// The project's own files, as text.
struct SourceTree {
    struct File {
        /// From the project's top, with `/`.
        let path: String
        let lines: [String]
    }

    static let top: URL = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// Files below a folder with one of the endings, sorted by path.
    static func files(under folder: String, endings: [String]) throws -> [File] {
        let base = top.appendingPathComponent(folder)
        guard let walk = FileManager.default.enumerator(at: base, includingPropertiesForKeys: [.isRegularFileKey])
        else {
            return []
        }
        var files: [File] = []
        for case let url as URL in walk where endings.isEmpty || endings.contains(url.pathExtension) {
            guard try url.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile == true,
                let text = try? String(contentsOf: url, encoding: .utf8)
            else { continue }
            let path = String(url.path.dropFirst(top.path.count + 1))
            files.append(File(path: path, lines: text.components(separatedBy: "\n")))
        }
        return files.sorted { $0.path < $1.path }
    }

    static func swiftFiles(under folder: String) throws -> [File] {
        try files(under: folder, endings: ["swift"])
    }
}
