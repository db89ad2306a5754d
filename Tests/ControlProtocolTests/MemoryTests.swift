import ControlProtocol
import DirectorCore
import HealthChecking
import NetworkTypes
import Testing
import TimeTypes
import VirtualServers

/// The files that an engine leaves for the next one.
struct MemoryTests {
    private let service = VirtualService.ID.firewallMark(7, .ipv6)
    private let server = Endpoint(IPAddress(ipv4: 0x0A00_0001), 80)

    @Test func ordersAndHoldsAreReadAsTheyWereWritten() throws {
        let memory = OperatorMemory(
            items: [
                .init(
                    service: service, server: server, cause: .drain, by: "root", since: WallTime(milliseconds: 7),
                    hasEnded: true, isUnchecked: true)
            ],
            holds: [
                .init(
                    service: service, server: server, since: WallTime(milliseconds: 9), length: .milliseconds(1500),
                    count: 3)
            ],
            maintained: [.init(service: service, server: server, file: "web1", returns: true)],
            awaited: [.init(service: "TCP 192.0.2.1:80", server: "10.0.0.9:80")],
            ramps: [.init(service: service, server: server, since: WallTime(milliseconds: 11))])
        #expect(try OperatorMemory(json: JSON(parsing: memory.json.line)) == memory)
    }

    @Test func aFileOfARunThatKnewNoHoldsHasNone() throws {
        let text = #"{"version":1,"orders":[]}"#
        #expect(try OperatorMemory(json: JSON(parsing: Array(text.utf8))) == OperatorMemory())
    }

    /// Spans between times that no clock shows would end the engine that reckons with them, at each start.
    @Test(arguments: ["9223372036854775807", "-9223372036854775808", "-1", "7258118400001"])
    func aTimeThatNobodyCanReckonWithIsNone(time: String) throws {
        let memory = OperatorMemory(
            holds: [
                .init(
                    service: service, server: server, since: WallTime(milliseconds: 9), length: .milliseconds(1500),
                    count: 3)
            ])
        let good = String(decoding: memory.json.line, as: UTF8.self)
        for (name, value) in [("sinceMs", 9), ("lengthMs", 1500)] {
            let bad = good.replacing("\"\(name)\":\(value)", with: "\"\(name)\":\(time)")
            #expect(bad != good)
            #expect(throws: DecodingFailure.self) { try OperatorMemory(json: JSON(parsing: Array(bad.utf8))) }
        }
    }

    @Test func whatAgentsSaidIsReadAsItWasWritten() throws {
        let state = AgentState(isUp: false, wish: .maint, percent: 40, text: "maint 40% down")
        let memory = AgentMemory(items: [.init(service: service, server: server, state: state)])
        #expect(try AgentMemory(json: JSON(parsing: memory.json.line)) == memory)
    }

    @Test(arguments: [
        #"{"version":2,"agents":[]}"#, #"{"version":1}"#, #"{"version":1,"agents":[{"server":"x"}]}"#,
    ])
    func whatIsNoneIsRefused(text: String) {
        #expect(throws: DecodingFailure.self) { try AgentMemory(json: JSON(parsing: Array(text.utf8))) }
    }
}
