package import DirectorCore
import HealthChecking
import NetworkTypes
import VirtualServers

/// The file that keeps what the servers' agents have said for the engine's next run.
extension AgentMemory {
    private static let version: Int64 = 1

    package var json: JSON { ["version": .integer(Self.version), "agents": .array(items.map(\.json))] }

    package init(json: JSON) throws(DecodingFailure) {
        guard json["version"]?.integer == Self.version else { throw DecodingFailure("version") }
        self.init(
            items: try json.list("agents") { (element) throws(DecodingFailure) in
                try AgentMemory.Item(json: element)
            })
    }
}

extension AgentMemory.Item {
    var json: JSON {
        .object(
            service.members + [
                .init("server", .string(server.description)),
                .init("up", .bool(state.isUp)),
                .init("wish", .string(state.wish.rawValue)),
                .init("percent", .integer(Int64(state.percent))),
                .init("text", .optional(state.text)),
            ])
    }

    init(json: JSON) throws(DecodingFailure) {
        let server = try json.endpoint("server")
        guard let wish = AgentReport.Wish(rawValue: try json.text("wish")) else { throw DecodingFailure("wish") }
        guard let percent = json["percent"]?.integer.flatMap(Int32.init(exactly:)) else {
            throw DecodingFailure("percent")
        }
        self.init(
            service: try VirtualService.ID(json: json), server: server,
            state: AgentState(isUp: try json.flag("up"), wish: wish, percent: percent, text: json["text"]?.string))
    }
}
