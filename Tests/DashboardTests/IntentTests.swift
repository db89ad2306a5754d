import ControlProtocol
import Dashboard
import DirectorCore
import NetworkTypes
import Testing
import TimeTypes
import VirtualServers

struct IntentTests {
    /// The names at the left of the table's rows.
    private func rows(_ state: inout DashboardState) -> [String] {
        state.screen(100, 24).split(separator: "\n").dropFirst(2).prefix { !$0.hasPrefix(" ") || $0.hasPrefix("    ") }
            .map { $0.split(separator: " ").prefix($0.hasPrefix(" ") ? 1 : 3).joined(separator: " ") }
    }

    private let everything = [
        "▾ TCP 192.0.2.100:80", "10.0.0.101:8080", "10.0.0.102:8080", "10.0.0.103:8080", "▾ TCP [2001:db8::100]:443",
        "[2001:db8::11]:443", "[2001:db8::12]:443",
    ]

    @Test func servicesFoldAndUnfold() throws {
        var state = try SmallFarm.state()
        #expect(rows(&state) == everything)
        _ = state.press("jj\u{1B}[D")
        #expect(rows(&state) == ["▸ TCP 192.0.2.100:80"] + everything[4...])
        #expect(state.view.selected == .service(try SmallFarm.snapshot().services[0].id))
        _ = state.press("\r")
        #expect(rows(&state) == everything)
        _ = state.press("z")
        #expect(rows(&state) == ["▸ TCP 192.0.2.100:80", "▸ TCP [2001:db8::100]:443"])
        _ = state.press("z")
        #expect(rows(&state) == everything)
    }

    @Test func sortingOrdersServicesAndTheirServers() throws {
        var state = try SmallFarm.state()
        _ = state.press("s")
        #expect(state.view.sort == .trouble)
        #expect(rows(&state)[1] == "10.0.0.102:8080")
        _ = state.press("ss")
        #expect(state.view.sort == .active)
        #expect(rows(&state)[..<3] == ["▾ TCP [2001:db8::100]:443", "[2001:db8::12]:443", "[2001:db8::11]:443"])
        _ = state.press("r")
        #expect(rows(&state)[0] == "▾ TCP 192.0.2.100:80")
        _ = state.press("rss")
        #expect(state.view.sort == .file && rows(&state) == everything)
    }

    @Test func onlyTroubleHidesTheRest() throws {
        var state = try SmallFarm.state()
        _ = state.press("p")
        #expect(rows(&state) == ["▾ TCP 192.0.2.100:80", "10.0.0.102:8080"])
        _ = state.press("\u{1B}")
        #expect(rows(&state) == everything)
    }

    @Test func aFilterLeavesTheLinesWithItsText() throws {
        var state = try SmallFarm.state()
        _ = state.press("frefused\r")
        #expect(rows(&state) == ["▾ TCP 192.0.2.100:80", "10.0.0.102:8080"])
        #expect(state.screen(100, 24).contains("[only 'refused']"))
        _ = state.press("f2001:DB8::100\r")
        #expect(rows(&state) == Array(everything[4...]))
        _ = state.press("fnothing")
        #expect(state.screen(100, 24).contains("nothing to show"))
        _ = state.press("\u{7F}\u{7F}\u{7F}\u{7F}\u{7F}\u{7F}\u{7F}\u{7F}\u{7F}")
        #expect(rows(&state) == everything)
    }

    @Test func aSearchGoesFromHitToHitAndOpensWhatIsFolded() throws {
        var state = try SmallFarm.state()
        let services = try SmallFarm.snapshot().services
        _ = state.press("z/::12\r")
        #expect(state.view.selected == .server(services[1].id, services[1].servers[1].endpoint))
        #expect(rows(&state).last == "[2001:db8::12]:443")
        _ = state.press("/http 200\r")
        #expect(state.view.selected == .server(services[1].id, services[1].servers[1].endpoint))
        _ = state.press("n")
        #expect(state.view.selected == .server(services[0].id, services[0].servers[0].endpoint))
        _ = state.press("N")
        #expect(state.view.selected == .server(services[1].id, services[1].servers[1].endpoint))
        _ = state.press("/zzz\r")
        #expect(state.screen(100, 24).contains("nothing here has 'zzz' in it"))
    }

    @Test func theSelectionStaysInSightAndFollowsItsServer() throws {
        var state = try SmallFarm.state()
        _ = state.press("G", 80, 9)
        #expect(state.screen(80, 9).contains("[2001:db8::12]:443"))
        _ = state.press("g", 80, 9)
        #expect(state.screen(80, 9).contains("10.0.0.101:8080"))
        _ = state.press("jj")
        let selected = state.view.selected
        var changed = try SmallFarm.snapshot()
        changed.services.swapAt(0, 1)
        let taken = state.take(.snapshot(changed))
        #expect(taken)
        state.settle(Size(columns: 80, rows: 24))
        #expect(state.view.selected == selected && state.view.cursor == 5)
        changed.services.removeLast()
        _ = state.take(.snapshot(changed))
        state.settle(Size(columns: 80, rows: 24))
        #expect(state.view.cursor == 2)
        changed.services = []
        _ = state.take(.snapshot(changed))
        #expect(state.screen(80, 24).contains("no virtual services are configured"))
        #expect(state.view.selected == nil)
    }

    @Test func keysOfTheProgramAreEffects() throws {
        var state = try SmallFarm.state()
        #expect(state.press("q") == .quit)
        #expect(state.press("\u{3}") == .quit)
        #expect(state.press("\u{1A}") == .suspend)
        #expect(state.press("\u{C}") == .redraw)
        #expect(state.press("?") == nil)
        #expect(state.screen(80, 24).contains("help: any key goes back"))
        #expect(state.press("q") == nil)
        #expect(!state.screen(80, 24).contains("help: any key"))
    }

    @Test func ordersAreAskedAboutAndOnlyAYesSendsThem() throws {
        var state = try SmallFarm.state()
        let services = try SmallFarm.snapshot().services
        #expect(state.press("gd") == nil)
        #expect(state.screen(100, 24).contains("select a real server first"))
        #expect(state.press("jd") == nil)
        #expect(state.screen(100, 24).contains("drain 10.0.0.101:8080 of TCP 192.0.2.100:80: no new connections"))
        #expect(state.press("n") == nil)
        #expect(state.screen(100, 24).contains("nothing was done"))
        #expect(state.press("y") == nil)
        let order = ViewState.Order(
            action: .disable, service: services[0].id, server: services[0].servers[0].endpoint)
        #expect(state.press("x\u{1B}") == nil)
        #expect(state.press("xy") == .order(order))
        #expect(state.view.mode == .table)
        state.feed = .lost(since: SmallFarm.now, reason: "gone")
        #expect(state.press("ay") == nil)
        #expect(state.press("a") == nil)
        #expect(state.screen(100, 24).contains("nothing can be changed now"))
    }

    @Test func whatAnOperatorTookOutIsSaid() throws {
        var snapshot = try SmallFarm.snapshot()
        snapshot.services[1].servers[0].withdrawal = WithdrawalSnapshot(
            cause: .drain, by: "alice", since: SmallFarm.ago(60), isDraining: true)
        snapshot.services[1].servers[1].withdrawal = WithdrawalSnapshot(
            cause: .disable, by: "bob", since: SmallFarm.ago(60), isDraining: false)
        var state = DashboardState()
        let taken = state.take(.snapshot(snapshot))
        #expect(taken)
        let screen = state.screen(160, 24)
        #expect(screen.contains("DRAINING") && screen.contains(" by alice"))
        #expect(screen.contains("DISABLED") && screen.contains(" by bob"))
    }

    @Test func theEventPaneGrowsAndGoes() throws {
        var state = try SmallFarm.state()
        #expect(state.screen(80, 24).contains("events"))
        _ = state.press("ee")
        #expect(!state.screen(80, 24).contains("events"))
        _ = state.press("e")
        #expect(state.screen(80, 24).contains("events"))
    }
}
