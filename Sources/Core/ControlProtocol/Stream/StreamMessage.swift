package import DirectorCore

/// A line that a subscriber gets: the answer to its request, then what changes.
package enum StreamMessage: Equatable, Sendable {
    /// Everything: the first line of a subscription, and again whenever an update cannot say what changed, or the
    /// client was too slow for the updates in between.
    case snapshot(Snapshot)
    case update(SnapshotUpdate)
    /// New events, oldest first, of a subscription to those alone; up to which number all are told now, whether they
    /// were asked for or not, and how many of those are not kept any more. The answer to the request says which run of
    /// the engine counts.
    case events([EventRecord], last: Int64? = nil, run: Int64? = nil, missed: Int64 = 0)
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
            let message = json["result"] ?? json
            self = .events(
                records, last: message["last"]?.integer, run: message["run"]?.integer,
                missed: message["missed"]?.integer ?? 0)
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
