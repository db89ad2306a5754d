import HealthChecking
import Testing

struct AgentReportTests {
    private static let lines: [(String, Bool?, AgentReport.Wish?, Int32?)] = [
        ("75%\n", nil, nil, 75), ("up\n", true, nil, nil), ("UP 50%\r\n", true, nil, 50), ("down", false, nil, nil),
        ("fail # disk full\n", false, nil, nil), ("stopped\n", false, nil, nil), ("drain", nil, .drain, nil),
        ("maint\n", nil, .maint, nil), ("ready,up,100%\n", true, .ready, 100), ("\t ready \t 0%\n", nil, .ready, 0),
        ("up 150% maxconn:30\n", true, nil, 150), ("down #up 99% drain\n", false, nil, nil),
        ("up\ndown\n", true, nil, nil), ("load ok 20%\n", nil, nil, 20), ("maxconn:10", nil, nil, nil),
    ]

    @Test(arguments: lines.indices)
    func aLineIsReadWordByWord(index: Int) throws {
        let (line, isUp, wish, percent) = Self.lines[index]
        let report = try #require(AgentReport(line.utf8))
        #expect(report.isUp == isUp)
        #expect(report.wish == wish)
        #expect(report.percent == percent)
    }

    @Test(arguments: ["", "\n", "hello\n", "-5%", "%", "5 %", "10001%", "99999999999%", "# up", "\u{0}\u{1}"])
    func aLineWithoutAKnownWordIsNone(line: String) {
        #expect(AgentReport(line.utf8) == nil)
    }

    @Test func theTextIsPrintableAndBounded() throws {
        let bytes = Array("up \u{1B}[31m#".utf8) + [UInt8](repeating: 0x61, count: 5000)
        let report = try #require(AgentReport(bytes))
        #expect(report.text.hasPrefix("up  [31m#aaa"))
        #expect(report.text.utf8.count == 120)
    }

    /// U+009B starts a terminal's command as ESC and `[` do. What parts words goes on to.
    @Test func noByteOfItIsATerminalsCommand() {
        #expect(AgentReport([0x75, 0x70, 0x20, 0xC2, 0x9B, 0x32, 0x4A])?.text == "up  2J")
        #expect(AgentReport(Array("up\tready\u{7F}".utf8))?.text == "up ready ")
        #expect(PlainText.line("a\u{80}b\u{9F}c\u{A0}d\u{E9}") == "a b c\u{A0}d\u{E9}")
        // Not UTF-8, and no command: a terminal that takes it for Latin-1 gets none either.
        #expect(PlainText.line([0x61, 0x9B, 0x32, 0x4A]) == "a\u{FFFD}2J")
    }

    private func said(_ lines: [String]) -> AgentState {
        var state = AgentState()
        for line in lines { _ = state.observe(CheckResult(passed: true, reason: line, latency: .zero)) }
        return state
    }

    private static let shares: [([String], Int32)] = [
        ([], 10), (["50%"], 5), (["1%"], 1), (["0%"], 0), (["0%", "30%"], 3), (["drain"], 0), (["drain", "80%"], 0),
        (["drain", "ready"], 10), (["drain 40%", "ready"], 4), (["maint"], 0), (["maint", "up"], 0), (["down"], 0),
        (["down", "80%"], 0), (["down", "up"], 10), (["200%"], 20), (["10000%"], 1000),
    ]

    @Test(arguments: shares)
    func whatIsNotMentionedStays(lines: [String], weight: Int32) {
        #expect(said(lines).share(of: 10) == weight)
    }

    @Test func aWeightStaysWithinWhatTheKernelTakesAndZeroStaysZero() {
        #expect(said(["10000%"]).share(of: 60_000) == 65_535)
        #expect(said(["50%"]).share(of: 0) == 0)
        #expect(said(["5%"]).share(of: 1) == 1)
    }

    @Test func silenceChangesNothingAndIsTold() {
        var state = said(["down # batch"])
        #expect(state.isOut)
        let silence = state.observe(CheckResult(passed: false, reason: "connection refused", latency: .zero))
        #expect(!silence && state.isOut)
        #expect(state.words == "down # batch (silent now: connection refused)")
        let isChange = state.observe(CheckResult(passed: true, reason: "up", latency: .zero))
        #expect(isChange)
        #expect(state.words == "up")
        #expect(!state.isOut)
    }

    @Test func aServerWithoutAnAgentIsAsItIs() {
        var state = AgentState()
        #expect(state.words == "not heard yet")
        let isChange = state.observe(CheckResult(passed: false, reason: "connection refused", latency: .zero))
        #expect(!isChange)
        #expect(state.share(of: 7) == 7 && !state.isOut && !state.isDraining)
        #expect(state.words == "never heard: connection refused")
    }

    @Test func nonsenseIsAsGoodAsSilence() {
        var state = said(["50%"])
        let isChange = state.observe(CheckResult(passed: true, reason: "HTTP/1.0 400", latency: .zero))
        #expect(!isChange)
        #expect(state.share(of: 10) == 5)
        #expect(state.words == "50% (silent now: it says nothing that is known: HTTP/1.0 400)")
    }
}
