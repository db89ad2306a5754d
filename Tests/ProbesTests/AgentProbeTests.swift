import EventLoop
import HealthChecking
import NetworkTypes
import Probes
import Testing

@Suite(.serialized) struct AgentProbeTests {
    init() { EventLoop.main.startOwnThread() }

    struct Cell: Sendable, CustomTestStringConvertible {
        let name: String
        let behaviour: Behaviour
        let passed: Bool
        let reason: String
        var testDescription: String { name }
    }

    static let cells = [
        Cell(name: "a line", behaviour: .answer("75%\n"), passed: true, reason: "75%"),
        Cell(name: "a line that stays", behaviour: .answerAndStay("up 50%\r\n"), passed: true, reason: "up 50%"),
        Cell(name: "a line without an end", behaviour: .answer("drain"), passed: true, reason: "drain"),
        Cell(name: "only the first line", behaviour: .answer("up\ndown\n"), passed: true, reason: "up"),
        Cell(
            name: "byte by byte", behaviour: .trickle("down # x\n", milliseconds: 2), passed: true, reason: "down # x"),
        Cell(
            name: "a terminal's commands", behaviour: .answer("up\tready \u{9B}2J\u{1B}[2J\n"), passed: true,
            reason: "up ready  2J [2J"),
        Cell(name: "nothing", behaviour: .answer(""), passed: false, reason: "the agent says nothing"),
        Cell(name: "silence", behaviour: .silence, passed: false, reason: "no answer within 300ms"),
        Cell(
            name: "an endless line", behaviour: .answer(String(repeating: "a", count: 100_000)), passed: true,
            reason: String(repeating: "a", count: 1024)),
    ]

    @Test(arguments: cells)
    func `every agent is heard as far as it speaks`(cell: Cell) async {
        let server = FakeServer(readsRequest: false) { _ in cell.behaviour }
        defer { server.close() }
        let timeout: Duration = cell.name == "silence" ? .milliseconds(300) : .seconds(5)
        let result = await probe(server.endpoint, .agent(AgentCheck()), timeout: timeout)
        #expect(result.passed == cell.passed)
        #expect(result.reason == cell.reason)
    }

    @Test func `what is to be sent is sent first`() async {
        let server = FakeServer { _ in .answer("ready\n") }
        defer { server.close() }
        let result = await probe(server.endpoint, .agent(AgentCheck(send: "name rs1\r\n\r\n")))
        #expect(result.reason == "ready")
        #expect(server.requests == ["name rs1\r\n\r\n"])
    }

    @Test func `no agent at all is a failure with a reason`() async {
        let nobody = Nobody()
        let result = await probe(nobody.endpoint, .agent(AgentCheck()))
        #expect(!result.passed)
        #expect(result.reason == "connection refused")
    }
}
