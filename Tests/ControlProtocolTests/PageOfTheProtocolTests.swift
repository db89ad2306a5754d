import ControlProtocol
import DirectorCore
import Foundation
import Testing
import VirtualServers

/// The page that others write clients by names what is sent.
struct PageOfTheProtocolTests {
    /// Their members are kinds, and not names.
    private static let tables: Set = ["checkLatency", "failedChecks", "commands", "events"]

    private static func names(_ json: JSON, _ found: inout Set<String>) {
        switch json {
        case .object(let members):
            for member in members {
                found.insert(member.key)
                if case .object = member.value, tables.contains(member.key) { continue }
                names(member.value, &found)
            }
        case .array(let elements): for element in elements { names(element, &found) }
        default: break
        }
    }

    @Test func everyMemberIsNamed() throws {
        let top = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let page = try String(
            contentsOf: top.appendingPathComponent("Sources/Core/ControlProtocol/README.md"), encoding: .utf8)
        let words = Set(page.split { !$0.isLetter && !$0.isNumber }.map(String.init))
        var found: Set<String> = []
        Self.names(try MetricsTests.report().json, &found)
        var pair = PairSnapshot(problem: nil, heardAt: MetricsTests.now, state: PairTests().state)
        pair.sync = [PairSync(daemon: SyncDaemon(.master, interface: "eth1"))]
        Self.names(pair.json, &found)
        for name in found where !words.contains(name) {
            // `since(Ms)` is both `since` and `sinceMs`.
            #expect(
                name.hasSuffix("Ms") && page.contains("\(name.dropLast(2))(Ms)"), "\(name) is sent and not described")
        }
    }
}
