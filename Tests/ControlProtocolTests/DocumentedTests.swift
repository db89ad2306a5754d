import ControlProtocol
import DirectorCore
import Foundation
import HealthChecking
import NetworkTypes
import Testing
import TimeTypes
import VirtualServers

/// What README.md of the protocol tells is what is sent: a member that it does not name is one that nobody can use.
struct DocumentedTests {
    private func status() throws -> Snapshot {
        let now = SnapshotUpdateTests.now
        var snapshot = try SnapshotUpdateTests.snapshot()
        var server = snapshot.services[0].servers[0]
        server.withdrawal = WithdrawalSnapshot(cause: .drain, by: "anna", since: now, isDraining: true)
        server.agent = AgentSnapshot(says: "drain", percent: 100, effect: .drain)
        server.checks = [CheckSnapshot(name: "ping", state: .up, reason: "connected")]
        snapshot.services[0].servers[0] = server
        snapshot.services[0].tiers = [[server]]
        snapshot.engine.outside.raised = [.init(name: "disk", source: "nas", user: 0, since: now, text: "full")]
        snapshot.engine.outside.alive = [
            .init(name: "job", every: .seconds(5), user: 0, userName: "root", silentSince: nil, reason: "")
        ]
        snapshot.events = [EventRecord(.drift, .warning, at: now, "drift")]
        var pair = PairSnapshot(problem: nil, heardAt: now, state: PairTests().state)
        pair.readiness = PairReadiness(isReady: false, reason: "not yet")
        pair.sync = [PairSync(daemon: SyncDaemon(.master, interface: "eth0"), since: now)]
        snapshot.pair = pair
        return snapshot
    }

    /// The names of all members, however deep.
    private func names(_ json: JSON) -> Set<String> {
        switch json {
        case .object(let members): members.reduce(into: []) { $0.formUnion(names($1.value).union([$1.key])) }
        case .array(let elements): elements.reduce(into: []) { $0.formUnion(names($1)) }
        default: []
        }
    }

    @Test func everyMemberThatIsSentIsNamed() throws {
        let page = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("Sources/Core/ControlProtocol/README.md")
        let text = try String(contentsOf: page, encoding: .utf8)
        let words = Set(text.split { !$0.isLetter && !$0.isNumber && $0 != "(" && $0 != ")" }.map(String.init))
        // `since(Ms)` names both.
        let plain = Set(text.split { !$0.isLetter && !$0.isNumber }.map(String.init))
        var update = SnapshotUpdate(time: SnapshotUpdateTests.now)
        update.measures[.init(0, 0)] = ServerMeasures()
        let sent = names(try status().json).union(names(try ExplanationTextTests().explanation().json))
            .union(names(update.json))
        #expect(sent.count > 100)
        for name in sent.sorted() {
            let base = name.hasSuffix("Ms") ? String(name.dropLast(2)) : name
            #expect(plain.contains(name) || words.contains { $0.hasPrefix("\(base)(Ms)") }, "\(name)")
        }
    }
}
