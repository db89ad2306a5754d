import DirectorCore
import NetworkTypes
import Testing
import TimeTypes
import VirtualRouting

/// What director-vrrp tells of itself.
struct PairLedgerTests {
    private let start = WallTime(milliseconds: 1_769_848_200_000)

    private func moment(_ seconds: Int64) -> Moment {
        Moment(WallTime(milliseconds: start.milliseconds + seconds * 1000), .init(nanoseconds: seconds * 1_000_000_000))
    }

    private func node(links: Int = 1) throws -> FailoverNode {
        let own = try #require(IPAddress("10.0.0.5"))
        let settings = RouterSettings(
            interface: "eth0", routerID: 51, interval: .milliseconds(100),
            addresses: [try #require(IPAddress("192.0.2.10"))])
        return FailoverNode(
            .init(name: "lb1@10.0.0.5", boot: BootID(high: 1, low: 1)),
            groups: [GroupSettings(name: "web", routers: [settings])], primaryAddresses: [[own]],
            detects: Array(repeating: false, count: links), heartbeatInterval: .milliseconds(200))
    }

    @Test func rolesHaveTheirReasonTheirTimeAndTheirCount() throws {
        var node = try node(links: 0)
        var ledger = PairLedger(startedAt: start)
        var events: [EventRecord] = []
        func take(_ actions: [FailoverAction], _ seconds: Int64) {
            for case .report(let event) in actions { events.append(ledger.take(event, at: moment(seconds).wall)) }
        }
        take(node.start(at: moment(1).instant), 1)
        // Three intervals and the skew.
        while let due = node.deadline, due < moment(2).instant, node.groups[0].role != .master {
            take(node.tick(at: due), 2)
        }
        let state = ledger.state(of: node, media: [], pid: 42, at: moment(8))
        let web = try #require(state.routers.first)
        #expect(web.role == .master && web.reason == "the master is silent" && web.since == moment(2).wall)
        #expect(web.transitions.master == 1 && web.transitions.backup == 1 && web.transitions.fault == 0)
        #expect(state.name == "lb1@10.0.0.5" && state.pid == 42 && state.startedAt == start)
        #expect(events.map(\.kind) == [.routerBackup, .routerMaster])
        #expect(events.map(\.router) == ["web", "web"])
        #expect(events.last?.text == "web: master (the master is silent)")
    }

    @Test(arguments: [
        (FailoverEvent.peer(name: "lb2", .vanished), EventRecord.Kind.peerDown, EventRecord.Severity.warning),
        (.peer(name: "lb2", .appeared), .peerUp, .info),
        (.link(index: 0, peer: "lb2", isUp: false), .linkDown, .warning),
        (.loss(index: 0, peer: "lb2", lost: 7, of: 100), .linkLoss, .warning),
        (.loss(index: 0, peer: "lb2", lost: 0, of: 100), .linkLossEnded, .info),
        (.fencing(group: "web", peer: nil), .fencing, .warning), (.fencingFailed(group: "web"), .fencingFailed, .error),
        (.role(group: "web", .fault, .tracking), .routerFault, .warning),
    ])
    func eventsHaveTheirKind(_ event: FailoverEvent, _ kind: EventRecord.Kind, _ severity: EventRecord.Severity) {
        let record = EventRecord(event, at: start)
        #expect(record.kind == kind && record.severity == severity && record.kind.isOfPair)
        #expect(record.text == event.words)
    }

    @Test func refusedPacketsAreToldAtOnceAndThenSummedUp() throws {
        let node = try node()
        var ledger = PairLedger(startedAt: start)
        #expect(ledger.refusalsDue(node, at: moment(1)) == nil)
        ledger.refusals.count(.checksum)
        // Our own packets come back from some networks: nobody wants to hear of that.
        ledger.refusals.count(.ownPacket)
        #expect(
            ledger.refusalsDue(node, at: moment(2))?.text == "refused since the start: 1 advertisements (checksum 1)")
        for _ in 0..<7 { ledger.refusals.count(.checksum) }
        ledger.refusals.count(.hopLimit)
        #expect(ledger.refusalsDue(node, at: moment(30)) == nil)
        #expect(
            ledger.refusalsDue(node, at: moment(62))?.text
                == "refused in the last 60s: 8 advertisements (hopLimit 1, checksum 7)")
        #expect(ledger.refusalsDue(node, at: moment(200)) == nil)
        #expect(ledger.state(of: node, media: [], pid: 1, at: moment(200)).counters.refused.map(\.count) == [1, 8, 1])
    }

    @Test func whatWasToldOfDevicesIsKnownUntilTheyAreUnused() {
        var ledger = PairLedger(startedAt: start)
        func tell(_ name: String, _ isUsable: Bool, _ why: String) {
            _ = ledger.take(.device(name: name, isUsable: isUsable, why: why), at: start)
        }
        tell("line", false, "no such device")
        tell("watchdog", true, "is fed")
        tell("socket", false, "no such interface")
        #expect(ledger.isTold(of: "line", "no such device") && !ledger.isTold(of: "line", "it is busy"))
        #expect(ledger.isTold(of: "watchdog", nil) && !ledger.isTold(of: "other", nil))
        #expect(ledger.isBroken("line") && !ledger.isBroken("watchdog") && !ledger.isBroken("other"))
        #expect(ledger.keep(devices: ["socket"]) == ["line"])
        #expect(ledger.isBroken("socket") && !ledger.isBroken("line") && !ledger.isTold(of: "watchdog", nil))
    }

    @Test func aLinkKeepsWhatIsKnownOfItUnderAnotherNumber() throws {
        var ledger = PairLedger(startedAt: start)
        _ = ledger.take(.link(index: 1, peer: "lb2", isUp: true), at: moment(5).wall)
        ledger.renumber(links: [1, nil])
        var node = try node(links: 2)
        _ = node.start(at: moment(6).instant)
        var heartbeat = Heartbeat(
            sender: "lb2", boot: BootID(high: 2, low: 1), link: 0, sequence: 1, interval: .milliseconds(200))
        heartbeat.hears = [BootID(high: 1, low: 1)]
        for link in 0..<2 {
            heartbeat.link = UInt8(link)
            _ = try node.receive(heartbeat, link: link, at: moment(6).instant)
        }
        let media = [(words: "first", detects: false), (words: "second", detects: false)]
        let links = ledger.state(of: node, media: media, pid: 1, at: moment(7)).links
        #expect(links.map { $0.peers.map(\.isUp) } == [[true], [false]])
        #expect(links[0].peers[0].since == moment(5).wall)
    }

    @Test func whatIsNotCurrentIsNotShownAsIfItWere() {
        var web = PairRouter(name: "web", role: .master, since: start, reason: "the master is silent", priority: 150)
        web.master = nil
        var state = PairState(pid: 1, startedAt: start, name: "lb1", routers: [web])
        state.peers = [PairPeer(name: "lb2", state: .up, since: start)]
        let snapshot = PairSnapshot(problem: "director-vrrp is gone", heardAt: start, state: state)
        #expect(snapshot.state.routers.map(\.role) == [.unknown] && snapshot.state.peers.isEmpty)
        #expect(snapshot.state.routers.first?.reason == "director-vrrp is gone, it was master before")
        #expect(PairSnapshot(problem: nil, heardAt: start, state: state).state == state)
    }
}
