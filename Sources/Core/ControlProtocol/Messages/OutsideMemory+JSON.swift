package import DirectorCore
import TimeTypes

/// `{"raised": [...], "alive": [...]}`: a member of the status, and the file that keeps it.
extension OutsideMemory {
    package var json: JSON {
        ["raised": .array(raised.map(\.json)), "alive": .array(alive.map(\.json))]
    }

    package init(json: JSON) throws(DecodingFailure) {
        self.init()
        raised = try json.list("raised") { (element) throws(DecodingFailure) in try Raised(json: element) }
        alive = try json.list("alive") { (element) throws(DecodingFailure) in try Alive(json: element) }
    }
}

extension OutsideMemory.Raised {
    fileprivate var json: JSON {
        [
            "name": .string(name), "source": .string(source), "user": .integer(Int64(user)),
            "since": .string(since.description), "sinceMs": .integer(since.milliseconds), "text": .string(text),
        ]
    }

    fileprivate init(json: JSON) throws(DecodingFailure) {
        guard let user = UInt32(exactly: try json.integer("user")) else { throw DecodingFailure("user") }
        self.init(
            name: try json.text("name"), source: try json.text("source"), user: user, since: try json.time("sinceMs"),
            text: try json.text("text"))
    }
}

extension OutsideMemory.Alive {
    fileprivate var json: JSON {
        [
            "name": .string(name), "everyMs": .integer(every.milliseconds), "user": .integer(Int64(user)),
            "userName": .string(userName), "silentSince": .optional(silentSince?.description),
            "silentSinceMs": .optional(silentSince?.milliseconds), "reason": .string(reason),
        ]
    }

    fileprivate init(json: JSON) throws(DecodingFailure) {
        guard let user = UInt32(exactly: try json.integer("user")) else { throw DecodingFailure("user") }
        let every = Duration.milliseconds(try json.integer("everyMs"))
        guard OutsideMonitors.intervals.contains(every) else { throw DecodingFailure("everyMs") }
        self.init(
            name: try json.text("name"), every: every, user: user, userName: try json.text("userName"),
            silentSince: json["silentSinceMs"]?.integer.map(WallTime.init(milliseconds:)),
            reason: try json.text("reason"))
    }
}
