import DirectorCore

/// What a client asks of the engine: one JSON text a line, `{"version": 1, "request": "status"}`.
package enum ControlRequest: Equatable, Sendable {
    /// The protocol's version; other numbers are refused.
    package static let version: Int64 = 1

    case status
    /// The latest events, at most `limit`.
    case events(limit: Int)
    /// Read the configuration again; the answer comes when it is in force or refused.
    case reload

    package var json: JSON {
        var members: [JSON.Member] = [.init("version", .integer(Self.version))]
        switch self {
        case .status: members.append(.init("request", "status"))
        case .events(let limit):
            members += [.init("request", "events"), .init("limit", .integer(Int64(limit)))]
        case .reload: members.append(.init("request", "reload"))
        }
        return .object(members)
    }

    package init(json: JSON) throws(DecodingFailure) {
        guard json["version"]?.integer == Self.version else { throw DecodingFailure("version") }
        switch try json.text("request") {
        case "status": self = .status
        case "events":
            let limit = json["limit"]?.integer ?? 100
            self = .events(limit: Int(min(max(limit, 0), Int64(EventHistory.limit))))
        case "reload": self = .reload
        default: throw DecodingFailure("request")
        }
    }

    /// Whether it changes anything, and so needs the permission to.
    package var isChange: Bool { self == .reload }
}

/// What the engine answers, one JSON text a line.
package enum ControlResponse: Equatable, Sendable {
    case done(JSON)
    /// One line that names the thing, the reason and what would be right.
    case refused(String)

    package var json: JSON {
        switch self {
        case .done(let result): ["version": .integer(ControlRequest.version), "ok": true, "result": result]
        case .refused(let reason): ["version": .integer(ControlRequest.version), "ok": false, "error": .string(reason)]
        }
    }

    package init(json: JSON) throws(DecodingFailure) {
        if try json.flag("ok") {
            self = .done(try json.member("result"))
        } else {
            self = .refused(try json.text("error"))
        }
    }
}
