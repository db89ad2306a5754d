import Testing
import TimeTypes

@testable import VirtualRouting

/// What is known of the peers when this director goes on with other settings.
struct ReloadedPeersTests {
    private func node(
        _ director: Int, _ groups: [(name: String, id: UInt8)] = [("web", 51)], links: Int = 1, boot: UInt64 = 1
    ) throws -> FailoverNode {
        try Duo.node(director, try groups.map { try Duo.settings($0.name, id: $0.id) }, links: links, boot: boot)
    }

    /// Director 1 goes on as this node. Returns what it tells.
    @discardableResult
    private func reload(_ duo: inout Duo, as new: FailoverNode, links: [Int?]? = nil) -> [FailoverEvent] {
        // Advertisements find their group by its number.
        duo.hasNetwork = false
        let old = duo.nodes[1]
        duo.act(1) { $0.leave(to: new, at: $1) }
        duo.nodes[1] = new
        duo.told = []
        duo.act(1) { $0.succeed(old, links: links, at: $1) }
        return toldOfPeers(duo)
    }

    /// What director 1 tells of peers and links.
    private func toldOfPeers(_ duo: Duo) -> [FailoverEvent] {
        duo.told.filter { $0.director == 1 }.map(\.event).filter {
            switch $0 {
            case .peer, .link: true
            default: false
            }
        }
    }

    /// The peer's new run has lost its group "mail", of which its former run's word counts for a while.
    private func inheriting() throws -> Duo {
        let both: [(name: String, id: UInt8)] = [("web", 51), ("mail", 52)]
        var duo = Duo([try node(0, both), try node(1, both)])
        for director in [0, 1] {
            duo.act(director) { $0.setReady(true, at: $1) + $0.start(at: $1) }
            duo.run(until: duo.time + 4000)
        }
        duo.nodes[0] = try node(0, [("web", 51)], boot: 2)
        duo.act(0) { $0.setReady(true, at: $1) + $0.start(at: $1, resuming: ["web"]) }
        duo.run(until: duo.time + 50)
        #expect(duo.nodes[1].peers.peers[0].reports.map { $0?.role } == [.master, .master])
        return duo
    }

    @Test(arguments: [[("web", 51)], [("mail", 52)], [("mail", 52), ("web", 51)], []] as [[(String, UInt8)]])
    func aFormerRunsWordIsForgottenWhateverNumberItsGroupHasByThen(groups: [(String, UInt8)]) throws {
        var duo = try inheriting()
        reload(&duo, as: try node(1, groups.map { (name: $0.0, id: $0.1) }, boot: 2))
        let names = groups.map(\.0)
        func told() -> [String] { zip(names, duo.nodes[1].peers.peers[0].reports).filter { $1 != nil }.map(\.0) }
        #expect(told() == names)
        duo.run(until: duo.time + 1500)
        #expect(told() == names.filter { $0 == "web" })
    }

    // MARK: What is told

    private func pair(links: Int = 2) throws -> Duo {
        var duo = Duo([try node(0, links: links), try node(1, links: links)])
        for director in [0, 1] { duo.act(director) { $0.setReady(true, at: $1) + $0.start(at: $1) } }
        duo.run(until: duo.time + 1000)
        return duo
    }

    private let up = [
        FailoverEvent.link(index: 0, peer: "director 0", isUp: true),
        .link(index: 1, peer: "director 0", isUp: true),
    ]

    @Test func aReloadIsNoNewsOfPeersAndLinks() throws {
        var duo = try pair()
        #expect(toldOfPeers(duo) == [.peer(name: "director 0", .appeared)] + up)
        reload(&duo, as: try node(1, links: 2, boot: 2))
        duo.run(until: duo.time + 3000)
        #expect(toldOfPeers(duo) == [])
    }

    /// The second link becomes the first and a third one is new, or all of them are others.
    @Test(arguments: [[1, nil], [nil]] as [[Int?]])
    func whatBreaksInThatMomentIsToldAsGone(links: [Int?]) throws {
        var duo = try pair()
        duo.freeze(0)
        let first = reload(&duo, as: try node(1, links: links.count, boot: 2), links: links)
        #expect(first == [])
        duo.run(until: duo.time + 3000)
        let down = links.contains(1) ? [FailoverEvent.link(index: 0, peer: "director 0", isUp: false)] : []
        #expect(toldOfPeers(duo) == down + [.peer(name: "director 0", .vanished)])
    }

    @Test func aPeerThatWasSilentAndGoesOnInItsRunIsToldAsThere() throws {
        var duo = try pair()
        duo.freeze(0)
        duo.run(until: duo.time + 3000)
        duo.told = []
        duo.thaw(0, readsFirst: true, losesAll: true)
        duo.run(until: duo.time + 1000)
        #expect(toldOfPeers(duo) == [.peer(name: "director 0", .appeared)] + up)
    }
}
