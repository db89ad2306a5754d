import Foundation
import Testing

/// What people read first names things that are there.
struct DocumentationTests {
    private static let pages = [
        "README.md", "Sources/README.md", "Sources/Core/ControlProtocol/README.md", "conf/README.md",
        "conf/from-ldirectord.md", "conf/from-keepalived.md", "conf/ldirectord-differences.md",
    ]

    private static func text(_ path: String) throws -> String {
        try String(contentsOf: SourceTree.top.appendingPathComponent(path), encoding: .utf8)
    }

    @Test(arguments: pages)
    func linksLeadToFiles(page: String) throws {
        let folder = SourceTree.top.appendingPathComponent(page).deletingLastPathComponent()
        for match in try Self.text(page).matches(of: /\]\(([^)#:]+)\)/) {
            let target = folder.appendingPathComponent(String(match.1))
            #expect(FileManager.default.fileExists(atPath: target.path), "\(page): \(match.1)")
        }
    }

    /// Commands of the repository, its programs and its samples.
    @Test(arguments: pages)
    func namedFilesAreThere(page: String) throws {
        for match in try Self.text(page).matches(of: /(?:^|[\s`(])((?:conf|contrib|Tests)\/[\w.\/-]*\w)/) {
            let target = SourceTree.top.appendingPathComponent(String(match.1))
            #expect(FileManager.default.fileExists(atPath: target.path), "\(page): \(match.1)")
        }
    }

    /// The directory in which the director remembers its services and the settings that it found must outlast a stop, as
    /// the kernel's table does with cleanstop = no: systemd would take it away.
    @Test func theUnitKeepsWhatTheDirectorRemembers() throws {
        let lines = try Self.text("conf/systemd/directord.service").split(separator: "\n")
        #expect(lines.contains("RuntimeDirectory=director"))
        #expect(lines.contains("RuntimeDirectoryPreserve=yes"))
    }

    /// What the sample unit runs is where README.md puts it.
    @Test func theUnitStartsWhatIsInstalled() throws {
        let unit = try Self.text("conf/systemd/directord.service")
        let page = try Self.text("README.md")
        #expect(
            unit.contains("\nExecStart=/usr/sbin/directord ") && unit.contains("\nExecReload=/usr/bin/director reload"))
        #expect(
            page.contains("install -t /usr/sbin .build/release/director{d,-engine,-names,-prober,-vrrp,-metrics}\n"))
        #expect(page.contains("install -t /usr/bin .build/release/director\n"))
    }
}
