import ControlProtocol
import Dashboard
import DirectorCore
import HealthChecking
import NetworkTypes
import Testing
import TimeTypes
import VirtualServers

/// Golden frames: what an operator sees, to the character.
struct FrameTests {
    @Test func theSmallestScreenSaysWhatMatters() throws {
        var state = try SmallFarm.state()
        #expect(
            state.screen(80, 24) == """
                 director  LIVE  2 services  4/5 servers up  1 in trouble          08:30:00 UTC
                SERVICE / REAL SERVER         STATE      SINCE   WGT ACTIVE CONN/S        WHY
                ▾ TCP 192.0.2.100:80 wrr      2/3                        61     18 ▆▇▇███
                    10.0.0.101:8080           up         2h05m   2/2     41     12 ▅▆▆▇██ HTTP …
                    10.0.0.102:8080           DOWN         12s   -/1      0 connection refused
                    10.0.0.103:8080           up         2h05m   1/1     20      6 ██████ HTTP …
                ▾ TCP [2001:db8::100]:443 wrr 2/2                      123k      0
                    [2001:db8::11]:443        up         2h05m   1/1      0      0        HTTP …
                    [2001:db8::12]:443        up         2h05m   1/1   123k      0        HTTP …








                 TCP 192.0.2.100:80: scheduler wrr
                 in the kernel's table; active 61, inactive 427
                ── events ──────────────────────────────────────────────────────────────────────
                 06:25:00 director engine started
                 08:29:43 real server 10.0.0.102:8080 of TCP 192.0.2.100:80 failed 1 of 2
                 08:29:48 real server 10.0.0.102:8080 of TCP 192.0.2.100:80 is down, removed
                 q quit  ? help  / search  f filter  p trouble  d drain  s sort: file       1/7
                """)
    }

    @Test func aWideScreenShowsMore() throws {
        var state = try SmallFarm.state()
        let lines = state.screen(160, 24).split(separator: "\n", omittingEmptySubsequences: false)
        #expect(
            lines[1...4].joined(separator: "\n") == """
                SERVICE / REAL SERVER         STATE      SINCE     WGT ACTIVE  INACT CONN/S                        IN/S  OUT/S  CHECK WHY
                ▾ TCP 192.0.2.100:80 wrr      2/3                          61    427     18            █▅▆▆▇▇███  12.6k   270k
                    10.0.0.101:8080 masq      up         2h05m     2/2     41    287     12            █▄▄▅▆▆▇██   8400   180k  1.2ms HTTP 200
                    10.0.0.102:8080 masq      DOWN         12s     -/1      0      0      0                           0      0   2.0s connection refused
                """)
    }

    @Test func noSizeIsTooSmallOrTooLarge() throws {
        var state = try SmallFarm.state()
        for mode in [ViewState.Mode.table, .help, .search] {
            state.view.mode = mode
            for columns in [0, 1, 2, 7, 20, 39, 40, 79, 80, 81, 100, 118, 140, 200, 500] {
                for rows in [0, 1, 2, 3, 4, 5, 8, 9, 10, 13, 14, 16, 24, 60, 200] {
                    let size = Size(columns: columns, rows: rows)
                    state.settle(size)
                    let frame = state.frame(size, at: SmallFarm.now)
                    #expect(frame.size == size)
                    #expect(frame.lines.count == rows)
                }
            }
        }
    }

    @Test func withoutUnicodeEverythingIsASCII() throws {
        var state = try SmallFarm.state()
        let screen = state.screen(120, 24, ascii: true)
        #expect(screen.unicodeScalars.allSatisfy { $0.isASCII })
        #expect(screen.contains("- TCP 192.0.2.100:80 wrr"))
        #expect(screen.contains("**##@@@"))
    }

    @Test func aDeadDaemonIsNeverShownGreen() throws {
        var state = try SmallFarm.state()
        state.feed = .lost(since: SmallFarm.ago(65), reason: "the daemon closed the connection")
        let screen = state.screen(100, 24)
        #expect(screen.contains("STALE: as it was 1m05s ago, NOT as it is: the daemon closed the connection"))
        #expect(screen.contains("up? "))
        #expect(screen.contains("DOWN? "))
        #expect(screen.contains("2/3?"))
        #expect(!screen.contains("LIVE"))
        let frame = state.frame(Size(columns: 100, rows: 24), at: SmallFarm.now)
        #expect(frame[0, 20].style == .alarm)
        for row in 1..<24 {
            for cell in frame.row(row) { #expect(![.good, .warning, .bad].contains(cell.style)) }
        }
        // Live again with the next line.
        let taken = state.take(.update(SnapshotUpdate(time: SmallFarm.now)))
        #expect(taken && state.isLive)
        #expect(!state.screen(100, 24).contains("?  "))
    }

    @Test func withoutADaemonThereIsNothingButTheReason() {
        var state = DashboardState()
        #expect(state.screen(80, 24).contains("CONNECTING"))
        state.feed = .lost(since: SmallFarm.now, reason: "cannot connect to /run/director/control.sock")
        let screen = state.screen(120, 24)
        #expect(screen.contains("NO ANSWER: cannot connect to /run/director/control.sock"))
        #expect(screen.contains("director ipvs -Ln"))
        #expect(!screen.contains("LIVE"))
    }

    @Test func troubleOfTheDaemonIsSaidAboveTheTable() throws {
        var snapshot = try SmallFarm.snapshot()
        snapshot.engine.proberConnected = false
        snapshot.engine.configurationProblem = "ldirectord.cf:3:1: error: unknown key"
        snapshot.services[1].problem = "adding a server: no such scheduler"
        snapshot.services[0].inKernel = false
        var state = DashboardState()
        let taken = state.take(.snapshot(snapshot))
        #expect(taken)
        let lines = state.screen(200, 30).split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines[1].contains("NOT IN FORCE: ldirectord.cf:3:1"))
        #expect(lines[2].contains("no prober is connected"))
        #expect(lines[3].contains("the kernel refused a change of 1 service,"))
        #expect(lines.contains { $0.contains("NOT IN THE KERNEL") })
        #expect(lines.contains { $0.contains("refused: adding a server: no such scheduler") })
    }

    @Test func whatChecksLackIsSaidWhileItLasts() throws {
        var snapshot = try SmallFarm.snapshot()
        var state = DashboardState()
        for reason in ["too many open files", nil] {
            snapshot.engine.shortage = reason
            let taken = state.take(.snapshot(snapshot))
            #expect(taken)
            let text = "checks CANNOT BE RUN here (too many open files): their servers keep their state"
            #expect(state.screen(120, 30).contains(text) == (reason != nil))
        }
    }

    @Test func fallbackAndCountedFailuresAreSeen() throws {
        var snapshot = try SmallFarm.snapshot()
        snapshot.services[0].fallback = Endpoint("127.0.0.1:80")
        snapshot.services[0].fallbackActive = true
        snapshot.services[0].servers[0].failures = 1
        var state = DashboardState()
        let taken = state.take(.snapshot(snapshot))
        #expect(taken)
        let screen = state.screen(160, 24)
        #expect(screen.contains("fallback 127.0.0.1:80 stands in"))
        #expect(screen.contains("HTTP 200 (failed 1 of 2)"))
    }

    @Test func whoseAgentTakesItOutIsNotGreen() throws {
        for (effect, word, says) in [
            (AgentState.Effect.out, "AG. OUT", "maint"), (.out, "AG. OUT", "down"), (.drain, "AGENT 0", "0%"),
        ] {
            var snapshot = try SmallFarm.snapshot()
            snapshot.services[0].servers[0].agent = AgentSnapshot(says: says, percent: 100, effect: effect)
            snapshot.services[0].servers[2].withdrawal = WithdrawalSnapshot(
                cause: .drain, by: "alice", since: SmallFarm.ago(5), isDraining: true)
            var state = DashboardState()
            let taken = state.take(.snapshot(snapshot))
            #expect(taken)
            for columns in [80, 120] {
                let lines = state.screen(columns, 24).split(separator: "\n", omittingEmptySubsequences: false)
                #expect(lines[3].contains(" -   2/2") || columns == 120, "not known since when: \(lines[3])")
                #expect(lines[5].contains(" 5s "), "when it was ordered: \(lines[5])")
                #expect(lines[3].contains(" agent: \(says)"), "\(lines[3])")
                #expect(lines[3].contains(" \(word) ") && lines[5].contains(" DRAINING "), "\(lines[3])\n\(lines[5])")
                let frame = state.frame(Size(columns: columns, rows: 24), at: SmallFarm.now)
                for row in [3, 5] { #expect(frame.row(row).allSatisfy { $0.style != .good }, "\(lines[row])") }
            }
            state.feed = .lost(since: SmallFarm.ago(65), reason: "gone")
            let stale = state.screen(80, 24)
            #expect(stale.contains(" \(word)? ") && stale.contains(" DRAINING? ") && !stale.contains("DRAIN…"))
        }
    }

    @Test func theSmallestScreenShowsInactiveConnectionsOfWhatIsSelected() throws {
        var state = try SmallFarm.state()
        #expect(state.screen(80, 24).contains(" in the kernel's table; active 61, inactive 427"))
        _ = state.press("j")
        #expect(state.screen(80, 24).contains(" active 41, inactive 287; last check 08:29:58, took 1.2ms: http GET"))
    }

    @Test func whatMonitorsOutsideReportStandsAboveTheTable() throws {
        var snapshot = try SmallFarm.snapshot()
        let disk = OutsideMemory.Raised(
            name: "disk-full", source: "nas1", user: 0, since: SmallFarm.ago(300), text: "/var is at 97 %")
        snapshot.engine.outside.raised = [disk]
        var alive = OutsideMemory.Alive(
            name: "backup", every: .seconds(30), user: 0, userName: "root", silentSince: SmallFarm.ago(90),
            reason: "no beat")
        snapshot.engine.outside.alive = [alive]
        var state = DashboardState()
        var taken = state.take(.snapshot(snapshot))
        #expect(taken)
        #expect(state.screen(80, 24).contains(" ! event disk-full is RAISED by nas1 for 5m00s: /var is at 97 %"))
        #expect(state.screen(80, 24).contains(" ! alive backup is SILENT for 1m30s: no beat"))
        var other = disk
        other.source = "nas2"
        snapshot.engine.outside.raised.append(other)
        alive.silentSince = nil
        snapshot.engine.outside.alive = [alive]
        taken = state.take(.snapshot(snapshot))
        #expect(taken)
        #expect(state.screen(80, 24).contains(" ! 2 events are RAISED: disk-full by nas1, disk-full by nas2"))
        #expect(!state.screen(80, 24).contains("SILENT"))
    }

    /// At 80 columns nothing that matters is the part that is cut.
    @Test func whatDoesNotFitLosesWhatMattersLeast() throws {
        var snapshot = try SmallFarm.snapshot()
        let (one, two) = (
            "[2001:db8:85a3:1234:5678:8a2e:370:7001]:65443", "[2001:db8:85a3:1234:5678:8a2e:370:7002]:65443"
        )
        snapshot.services[1].servers = [
            try SmallFarm.server(one), try SmallFarm.server(two, up: false, reason: "late"),
        ]
        snapshot.services[0].servers[0].weight = 100
        snapshot.services[0].servers[0].kernelWeight = 100
        snapshot.services[0].servers[0].withdrawal = WithdrawalSnapshot(
            cause: .drain, by: "alice", since: SmallFarm.ago(300 * 86_400), isDraining: true)
        var last = EventRecord(
            .realServerDown, .warning, at: SmallFarm.now,
            "real server 10.0.0.102:8080 of TCP 192.0.2.100:80 is down, removed: connection refused")
        last.number = 4
        snapshot.events.append(last)
        snapshot.engine.configurationProblem =
            "/etc/director/ldirectord.cf:12:2: error: unknown key 'schedular', did you mean 'scheduler'?"
        var state = DashboardState()
        let taken = state.take(.snapshot(snapshot))
        #expect(taken)
        let screen = state.screen(80, 24)
        // Two servers that differ at the end, the whole of a weight, a reason, the cause of the latest event, a problem.
        for text in [
            "370:7001]:65443 ", "370:7002]:65443 ", " 100/100 ", " 300d ", " by alice, no t", "  0 connection re",
            ", did you mean 'scheduler'?\n",
        ] { #expect(screen.contains(text), "\(text)\n\(screen)") }
        #expect(screen.contains(" is down, removed:\n          connection refused\n"), "\(screen)")
        // However long the names are, the question is seen to be one, on screens of every size.
        for (columns, rows) in [(80, 24), (40, 10), (20, 5), (20, 2), (12, 1)] {
            let size = Size(columns: columns, rows: rows)
            _ = state.press("Gk", columns, rows)
            _ = state.press("d", columns, rows)
            #expect(state.frame(size, at: SmallFarm.now).lines.last?.hasSuffix("? y/n") == true, "\(columns)x\(rows)")
            _ = state.press("n", columns, rows)
        }
        state.feed = .lost(since: SmallFarm.ago(65), reason: "cannot connect to /run/director/control.sock: refused")
        #expect(state.screen(80, 24).contains("\n ! cannot connect to /run/director/control.sock: refused\n"))
    }

    @Test func aServersServiceIsSeenWhenItsLineIsAboveTheScreen() throws {
        var state = try SmallFarm.state()
        _ = state.press("jjj", 80, 6)
        let lines = state.screen(80, 6).split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines[2].hasPrefix("▾ TCP 192.0.2.100:80") && lines[4].hasPrefix("    10.0.0.103:8080"), "\(lines)")
    }

    @Test func aLongHelpHasPages() throws {
        var state = try SmallFarm.state()
        _ = state.press("?", 40, 10)
        #expect(state.screen(40, 10).contains("any key shows more") && state.screen(40, 10).contains("move; PgUp"))
        var pages = 1
        while state.view.mode == .help, pages < 20 {
            _ = state.press(" ", 40, 10)
            pages += 1
        }
        #expect((3..<10).contains(pages))
        _ = state.press("? q", 40, 10)
        #expect(state.view.mode == .table)
    }

    @Test func textFromAnywhereCannotCommandTheTerminal() throws {
        var snapshot = try SmallFarm.snapshot()
        snapshot.services[0].servers[1].reason = "\u{1B}[2J\u{7}evil\u{202E}\u{9B}31m 世界 e\u{301}\r\n"
        var state = DashboardState()
        let taken = state.take(.snapshot(snapshot))
        #expect(taken)
        state.settle(Size(columns: 160, rows: 24))
        let frame = state.frame(Size(columns: 160, rows: 24), at: SmallFarm.now)
        #expect(frame.lines.joined().contains("·[2J·evil··31m 世界 e··"))
        var output = FrameOutput(.colours)
        let bytes = output.bytes(for: frame)
        #expect(!bytes.contains(7) && !bytes.contains(13) && !bytes.contains(0x9B))
        // Every escape is one of the renderer's own: a position, attributes or the clearing of the screen at the start.
        let text = String(decoding: bytes, as: UTF8.self)
        for piece in text.split(separator: "\u{1B}", omittingEmptySubsequences: true) {
            #expect(piece.hasPrefix("["))
            let final = piece.dropFirst().first { !($0.isNumber || $0 == ";") }
            #expect(final == "H" || final == "m" || piece == "[2J")
        }
    }

    @Test(arguments: [
        ("plain", 5), ("", 0), ("世界", 4), ("e\u{301}", 1), ("a\u{200B}b", 3), ("\u{1B}", 1), ("ｆｕｌｌ", 8), ("🙂", 2),
    ])
    func theWidthOfATextIsKnown(text: String, columns: Int) {
        var frame = Frame(Size(columns: 20, rows: 1))
        #expect(frame.write(text, row: 0, column: 0) == columns)
    }

    @Test func whatDoesNotFitIsCutAtAWholeCharacter() {
        var frame = Frame(Size(columns: 6, rows: 1))
        frame.write("世界世界", row: 0, column: 0)
        #expect(frame.lines == ["世界…"])
        frame.write("abcdefgh", row: 0, column: 0)
        #expect(frame.lines == ["abcde…"])
        frame.write("outside", row: 3, column: 0)
        frame.write("outside", row: 0, column: 6)
        #expect(frame.lines == ["abcde…"])
    }

    @Test(arguments: [
        (0, "0"), (9_999, "9999"), (10_000, "10.0k"), (12_345, "12.3k"), (99_950, "100k"), (999_499, "999k"),
        (999_500, "1.00M"), (4_560_000, "4.56M"), (UInt64.max, "18.4E"),
    ])
    func numbersAreShort(value: UInt64, text: String) {
        #expect(ShortNumber.text(value) == text)
    }

    @Test func sparklinesShowEveryRateAboveZero() {
        #expect(Sparkline.text([0, 1, 50, 100], width: 6, maximum: 100, ascii: false) == "   ▁▄█")
        #expect(Sparkline.text([5, 5, 5], width: 2, maximum: 5, ascii: true) == "@@")
        #expect(Sparkline.text([], width: 3, maximum: 0, ascii: false) == "   ")
        #expect(Sparkline.text([UInt32.max], width: 1, maximum: 1, ascii: false) == "█")
    }
}
