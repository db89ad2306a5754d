import ControlProtocol
import DirectorCore
import Testing
import TimeTypes

/// What monitors and applications outside send, and what is kept of them.
struct OutsideTests {
    @Test(arguments: [
        OutsideReport.event(name: "disk", isUp: false, source: "sda", text: "97 % \"used\"\n"),
        .event(name: "disk", isUp: true, source: nil, text: ""), .beat(name: "backup", every: .milliseconds(500)),
        .failed(name: "backup", reason: "exited with status 2"), .end(name: "backup"),
    ])
    func reportsSurviveTheWay(report: OutsideReport) throws {
        let request = ControlRequest.report(report)
        #expect(try ControlRequest(json: JSON(parsing: request.json.line)) == request)
        #expect(request.isReport)
        #expect(!request.isChange)
    }

    @Test(arguments: [
        (#"{"version":1,"request":"event"}"#, "name"),
        (#"{"version":1,"request":"event","name":"x","state":"sideways"}"#, "state"),
        (#"{"version":1,"request":"alive","name":"x"}"#, "everyMs"),
        (#"{"version":1,"request":"alive","name":"x","everyMs":-5}"#, "everyMs"),
        (#"{"version":1,"request":"alive","name":"x","everyMs":9223372036854775807}"#, "everyMs"),
    ])
    func whatIsNoReportIsRefused(text: String, member: String) throws {
        let json = try JSON(parsing: Array(text.utf8))
        #expect(throws: DecodingFailure(member)) { try ControlRequest(json: json) }
    }

    @Test func theMemorySurvivesTheFile() throws {
        var memory = OutsideMemory()
        memory.raised = [.init(name: "disk", source: "sda", user: 0, since: WallTime(milliseconds: 5), text: "full")]
        memory.alive = [
            .init(name: "a", every: .seconds(5), user: 7, userName: "nut", silentSince: nil, reason: ""),
            .init(
                name: "b", every: .milliseconds(200), user: 7, userName: "nut", silentSince: WallTime(milliseconds: 9),
                reason: "silent for 15 s"),
        ]
        #expect(try OutsideMemory(json: JSON(parsing: memory.json.line)) == memory)
    }
}
