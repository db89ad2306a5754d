import ControlProtocol
import DirectorCore
import Testing
import TimeTypes
import VirtualRouting

/// The pair in the status document, on the socket of director-vrrp, and in words.
struct PairTests {
    let start = WallTime(milliseconds: 1_769_848_200_000)
    private var now: WallTime { WallTime(milliseconds: start.milliseconds + 65_000) }

    var state: PairState {
        var web = PairRouter(name: "web", role: .master, since: start, reason: "the master is silent", priority: 150)
        web.transitions.master = 2
        web.members = [
            PairMember(
                interface: "eth0", id: 51, version: 3, interval: .milliseconds(100),
                addresses: ["192.0.2.10/24", "192.0.2.11/32 dev eth1"])
        ]
        var mail = PairRouter(name: "mail", role: .backup, since: start, reason: "started", priority: 100)
        mail.master = "10.0.0.2"
        mail.isStandby = true
        mail.isReady = false
        var state = PairState(pid: 42, startedAt: start, name: "lb1@10.0.0.1", routers: [web, mail])
        var peer = PairPeer(name: "lb2@10.0.0.2", state: .up, since: start)
        peer.heardAt = now
        peer.routers = [.init(name: "web", role: .backup, priority: 100, isReady: false)]
        state.peers = [peer]
        state.fileDigest = "cafe"
        var link = PairLink(medium: "udp 10.9.0.2:694 via eth1", detects: true)
        link.peers = [.init(peer: peer.name, isUp: true, since: start, heardAt: now, received: 300, lost: 2)]
        state.links = [link, PairLink(medium: "bcast eth2:694", detects: false)]
        state.counters.sent = 7
        state.counters.received = 9
        state.counters.refused = [.init(reason: "checksum", count: 3)]
        state.counters.linkRefused = [.init(reason: "signature", count: 1)]
        state.lateness.add(.microseconds(100))
        return state
    }

    @Test func aPairGoesThroughJSONUnchanged() throws {
        let pair = PairSnapshot(problem: nil, heardAt: now, state: state)
        #expect(try PairSnapshot(json: JSON(parsing: pair.json.line)) == pair)
        let stale = PairSnapshot(problem: "director-vrrp is gone", heardAt: now, state: state)
        #expect(try PairSnapshot(json: JSON(parsing: stale.json.line)) == stale)
    }

    @Test func aStateWithoutRoutersKeepsThem() throws {
        let brief = try JSON(parsing: state.json(withRouters: false).line)
        #expect(brief["routers"] == nil)
        #expect(try PairState(json: brief, routers: state.routers) == state)
    }

    @Test func messagesGoThroughJSONUnchanged() throws {
        var event = EventRecord(.linkDown, .warning, at: start, "link 1 with lb2 is down")
        event.router = "web"
        let order = SharedOrder(service: "FWM 7", server: "10.0.0.1:80", action: .enable, by: "anna", at: 7)
        for message in [
            PairMessage.state(["pid": 1]), .event(event), .answer(7, .done("web is master now")),
            .answer(8, .refused("no")),
            .orders([order]),
        ] { #expect(try PairMessage(json: JSON(parsing: message.json.line)) == message) }
        for request in [
            PairRequest.subscribe, .order(3, .standby, router: "web"), .order(4, .takeover, router: nil), .abort,
            .commit(5), .prepare(6, digest: "beef"),
            .standing(PairStanding(isReady: false, servesAnybody: true)), .orders([order]),
        ] {
            #expect(try PairRequest(json: JSON(parsing: request.json.line)) == request)
        }
        for request in [ControlRequest.pair(.takeover, router: nil), .pair(.standby, router: "web")] {
            #expect(try ControlRequest(json: request.json) == request && request.isChange)
        }
    }

    @Test(arguments: ["{}", #"{"version":2,"state":{}}"#, #"{"version":1,"event":{}}"#, #"{"version":1,"answer":1}"#])
    func whatIsNoMessageIsRefused(_ text: String) throws {
        #expect(throws: DecodingFailure.self) { try PairMessage(json: JSON(parsing: Array(text.utf8))) }
    }

    private func text(_ pair: PairSnapshot?) -> String {
        var snapshot = Snapshot(
            time: now,
            engine: EngineSnapshot(
                pid: 1, startedAt: start, configurationFile: "f", configurationLoadedAt: start, proberConnected: true,
                checkCount: 0), services: [], events: [])
        snapshot.pair = pair
        return StatusText.render(snapshot)
    }

    @Test func theStatusShowsIt() {
        let shown = text(PairSnapshot(problem: nil, heardAt: now, state: state))
        #expect(
            shown.contains(
                """
                pair: director-vrrp 42, up 1m05s, as lb1@10.0.0.1
                  web  MASTER 1m05s  priority 150  (the master is silent)
                    eth0 id 51 v3: 192.0.2.10/24, 192.0.2.11/32 dev eth1
                  mail backup 1m05s  priority 100, STANDBY, master 10.0.0.2  (started)
                  peer lb2@10.0.0.2 up 1m05s  (web backup 100 not ready)
                  link 1 udp 10.9.0.2:694 via eth1 up 1m05s, heard 0s ago, 300 received, 2 lost
                  link 2 bcast eth2:694 DOWN, nobody was heard yet
                  refused advertisements: checksum 3
                  refused messages of links: signature 1

                """))
        #expect(!text(nil).contains("pair:"))
    }

    @Test func aStateThatIsNotCurrentSaysSo() {
        let shown = text(PairSnapshot(problem: "director-vrrp is gone", heardAt: start, state: state))
        #expect(shown.contains("pair: NOT KNOWN: director-vrrp is gone, last heard 1m05s ago"))
        #expect(shown.contains("  web  NOT KNOWN 1m05s") && !shown.contains("MASTER"))
        #expect(shown.contains("(director-vrrp is gone, it was master before)"))
        #expect(shown.contains("link 1 udp 10.9.0.2:694 via eth1 not known"))
    }

    @Test func anUpdateCarriesThePair() throws {
        let engine = EngineSnapshot(
            pid: 1, startedAt: start, configurationFile: "f", configurationLoadedAt: start, proberConnected: true,
            checkCount: 0)
        var old = Snapshot(time: start, engine: engine, services: [], events: [])
        var new = old
        old.pair = PairSnapshot(problem: nil, heardAt: start, state: state)
        new.pair = PairSnapshot(problem: "gone", heardAt: start, state: state)
        let update = try #require(SnapshotUpdate(from: old, to: new))
        let told = try SnapshotUpdate(json: JSON(parsing: update.json.line))
        #expect(!told.isEmpty && old.apply(told) && old == new)
        // A pair that comes or goes is another snapshot.
        new.pair = nil
        #expect(SnapshotUpdate(from: old, to: new) == nil)
    }
}
