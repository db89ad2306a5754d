package import DirectorCore

/// A line that a subscriber gets: the answer to its request, then what changes.
package enum StreamMessage: Equatable, Sendable {
    /// Everything: the first line of a subscription, and again whenever an update cannot say what changed, or the
    /// client was too slow for the updates in between.
    case snapshot(Snapshot)
    case update(SnapshotUpdate)
    /// New events, oldest first, of a subscription to those alone; the answer to its request says which number was the
    /// last one then, whether that event was asked for or not, and which run of the engine counts.
    case events([EventRecord], last: Int64? = nil, run: Int64? = nil)
    /// The last line before the daemon closes the connection, or its answer to a request that it refused.
    case refused(String)

    package init(json: JSON) throws(DecodingFailure) {
        guard json["version"]?.integer == ControlRequest.version else { throw DecodingFailure("version") }
        if json["ok"]?.bool == false {
            self = .refused(try json.text("error"))
        } else if let update = json["update"] {
            self = .update(try SnapshotUpdate(json: update))
        } else if let events = json["events"] ?? json["result"]?["events"], json["result"]?["services"] == nil {
            let records = try events.elements.map { (event) throws(DecodingFailure) in try EventRecord(json: event) }
            self = .events(records, last: json["result"]?["last"]?.integer, run: json["result"]?["run"]?.integer)
        } else if let snapshot = json["result"] ?? json["snapshot"] {
            self = .snapshot(try Snapshot(json: snapshot))
        } else {
            throw DecodingFailure("result")
        }
    }

    /// What follows the answer to `subscribe`.
    package static func line(_ key: String, _ value: JSON) -> JSON {
        .object([.init("version", .integer(ControlRequest.version)), .init(key, value)])
    }
}
