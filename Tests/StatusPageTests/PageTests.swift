import DirectorCore
import HealthChecking
import NetworkTypes
import StatusPage
import Testing
import TimeTypes
import VirtualServers

struct PageTests {
    static let now = WallTime(milliseconds: 1_769_848_200_000)

    static func snapshot(servers: Int = 3, reason: String = "connection refused") throws -> Snapshot {
        let address = try #require(IPAddress("10.0.0.1"))
        var list: [ServerSnapshot] = []
        for index in 0..<servers {
            let isDown = index == 1
            let health = HealthTracker(isDown ? .down : .up, reason: isDown ? reason : "HTTP 200", at: now)
            let endpoint = Endpoint(address, UInt16(index + 1))
            list.append(
                ServerSnapshot(
                    endpoint: endpoint, method: "masq", health: health, failureCount: 1, check: "http", weight: 1,
                    kernelWeight: isDown ? nil : 1, connections: ConnectionCounts()))
        }
        let service = ServiceSnapshot(
            id: .address(.tcp, try #require(Endpoint("192.0.2.1:80"))), scheduler: "wrr", persistenceTimeout: nil,
            inKernel: true, problem: nil, fallback: nil, fallbackActive: false, servers: list)
        let engine = EngineSnapshot(
            pid: 7, startedAt: now, configurationFile: "/etc/x", configurationLoadedAt: now, proberConnected: true,
            checkCount: 2)
        return Snapshot(time: now, engine: engine, services: [service], events: [])
    }

    static func page(_ snapshot: Snapshot?, problem: String? = nil) -> String {
        Page(
            snapshot: snapshot, heardAt: snapshot.map { _ in now }, problem: problem,
            now: WallTime(milliseconds: now.milliseconds + 90_000)
        ).html
    }

    @Test func itSaysWhatIsInWords() throws {
        let html = Self.page(try Self.snapshot())
        #expect(html.contains("director: LIVE"))
        #expect(html.contains("2 of 3 real servers up"))
        #expect(html.contains("<td class=\"bad\">DOWN</td>") && html.contains("<td class=\"good\">up</td>"))
        #expect(html.contains("<title>2/3 up - director</title>"))
    }

    @Test func whatTheMachineLacksIsSaid() throws {
        var snapshot = try Self.snapshot()
        #expect(!Self.page(snapshot).contains("class=\"notices\""))
        snapshot.engine.shortage = "too many <open> files"
        #expect(Self.page(snapshot).contains("<li>Checks CANNOT BE RUN here (too many &lt;open&gt; files)"))
    }

    /// What is not known any more is told as what was, in no colour that says it is well.
    @Test func whatIsStaleIsSaidPlainly() throws {
        let html = Self.page(try Self.snapshot(), problem: "the engine does not answer")
        #expect(html.contains("director: STALE") && html.contains("This is how it was 1m30s ago"))
        #expect(html.contains("NOT how it is: the engine does not answer"))
        #expect(html.contains(">was up<") && html.contains(">was DOWN<"))
        #expect(!html.contains("class=\"good\"") && !html.contains("LIVE"))
    }

    @Test func withoutAnyAnswerThereIsNothingToShow() {
        let html = Self.page(nil, problem: "cannot connect to /run/director/metrics.sock")
        #expect(html.contains("director: NO ANSWER") && html.contains("cannot connect to"))
        #expect(!html.contains("<table"))
    }

    @Test func nothingInATextIsTakenForMarkup() throws {
        let html = Self.page(try Self.snapshot(reason: "<script>alert('x')</script> & \"y\"\u{1}"))
        #expect(!html.contains("<script"))
        #expect(html.contains("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; &quot;y&quot; "))
        #expect(Self.page(try Self.snapshot(reason: "a\u{202E}b\u{9B}c é 世")).contains(">a·b·c é 世<"))
    }

    @Test func whatMonitorsReportAndWhatThePairLacksIsSeen() throws {
        var snapshot = try Self.snapshot()
        snapshot.engine.outside.raised = (1...25).map {
            .init(name: "disk-\($0)", source: "nas", user: 0, since: Self.now, text: "full")
        }
        var pair = PairSnapshot(
            problem: nil, heardAt: Self.now, state: PairState(pid: 1, startedAt: Self.now, name: "one", routers: []))
        pair.readiness = PairReadiness(isReady: false, reason: "no connections yet")
        pair.sync = [PairSync(daemon: SyncDaemon(.master, interface: "eth1", syncID: 7), problem: "no such device")]
        snapshot.pair = pair
        let html = Self.page(snapshot)
        #expect(html.contains("<li>event disk-20 is RAISED by nas for 0s: full</li>") && !html.contains("disk-21"))
        #expect(html.contains("5 more events are raised or heartbeats silent."))
        #expect(html.contains("NOT READY to take over from a master that works: no connections yet"))
        #expect(html.contains("sync master on eth1 id 7</td><td class=\"bad\">NOT AS WANTED</td>"))
    }

    @Test func itNeedsNoScriptAndLoadsNothing() throws {
        let html = Self.page(try Self.snapshot())
        for word in ["<script", "src=", "href=", "url(", "@import", "onclick"] { #expect(!html.contains(word)) }
        #expect(html.contains("<meta http-equiv=\"refresh\" content=\"5\">"))
    }

    @Test func aLargeFarmIsCutAndThatIsSaid() throws {
        let html = Self.page(try Self.snapshot(servers: 1_500))
        #expect(html.contains("500 more real servers are not shown here"))
        #expect(html.split(separator: "\n").count { $0.hasPrefix("<tr><td>10.0.0.1:") } == Page.serverLimit)
    }

    @Test func whatIsInTroubleIsNotCut() throws {
        var snapshot = try Self.snapshot(servers: 1_500)
        snapshot.services[0].servers.swapAt(1, 1_400)
        let dead = snapshot.services[0].servers[1_400].endpoint
        #expect(Self.page(snapshot).contains("<tr><td>\(dead)</td>"))
        // A service for which there is no room has its heading.
        var last = snapshot.services[0]
        last.servers = Array(last.servers.prefix(1))
        last.inKernel = false
        snapshot.services.append(last)
        #expect(Self.page(snapshot).contains("NOT IN THE KERNEL"))
    }
}
