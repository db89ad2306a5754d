package import DirectorCore
package import TimeTypes

/// Which events are asked for. Texts are compared as they are shown; an address without a port stands for every port.
package struct EventQuery: Hashable, Sendable {
    /// The newest so many of those that match.
    package var limit = 100
    /// Only those with a higher number.
    package var after: Int64?
    /// The run of the engine that told this number; nil where that is not known.
    package var run: Int64?
    /// Only those from this moment on.
    package var since: WallTime?
    /// This severity and the worse ones.
    package var severity: EventRecord.Severity?
    /// The kind, as in `EventRecord.Kind`.
    package var kind: String?
    package var service: String?
    package var server: String?

    package init(limit: Int = 100, after: Int64? = nil) {
        self.limit = limit
        self.after = after
    }

    /// As it is meant now. What a run told and could not write down has numbers that the next gives to other events:
    /// from its first number on, those of another run say nothing.
    package func adapted(to run: Int64, first: Int64, last: Int64) -> EventQuery {
        guard let after, after >= first, self.run.map({ $0 != run }) ?? (after > last) else { return self }
        var query = self
        query.after = first - 1
        return query
    }

    package func matches(_ record: EventRecord) -> Bool {
        if let after, record.number <= after { return false }
        if let since, record.time < since { return false }
        if let severity, record.severity.rank < severity.rank { return false }
        if let kind, record.kind.rawValue != kind { return false }
        if let server {
            guard let endpoint = record.server else { return false }
            guard Self.names(server, endpoint.description, endpoint.address.description) else { return false }
        }
        guard let service else { return true }
        guard let id = record.service else { return false }
        let endpoint = id.endpoint
        return Self.names(service, id.description, endpoint?.description ?? "", endpoint?.address.description ?? "")
    }

    /// Whether events before those that are held may match too, where so many of the held ones do.
    /// - Parameter held: without a gap, oldest first.
    package func mayMatch(before held: [EventRecord], found: Int) -> Bool {
        guard found < limit, let oldest = held.first, oldest.number > 1 else { return false }
        if let after, after >= oldest.number - 1 { return false }
        if let since, since > oldest.time { return false }
        return true
    }

    /// The events of a history, oldest first.
    package func select(_ records: some BidirectionalCollection<EventRecord>) -> [EventRecord] {
        var found: [EventRecord] = []
        for record in records.reversed() where matches(record) {
            guard found.count < limit else { break }
            found.append(record)
        }
        return found.reversed()
    }

    private static func names(_ wanted: String, _ candidates: String...) -> Bool {
        let lowered = wanted.lowercased()
        return candidates.contains { !$0.isEmpty && $0.lowercased() == lowered }
    }
}

extension EventRecord.Severity {
    package var rank: Int {
        switch self {
        case .info: 0
        case .warning: 1
        case .error: 2
        }
    }
}

extension EventQuery {
    var members: [JSON.Member] {
        var members: [JSON.Member] = [.init("limit", .integer(Int64(limit)))]
        if let after { members.append(.init("after", .integer(after))) }
        if let run { members.append(.init("run", .integer(run))) }
        if let since { members.append(.init("sinceMs", .integer(since.milliseconds))) }
        if let severity { members.append(.init("severity", .string(severity.rawValue))) }
        for (key, value) in [("event", kind), ("service", service), ("server", server)] {
            if let value { members.append(.init(key, .string(value))) }
        }
        return members
    }

    init(json: JSON) throws(DecodingFailure) {
        let limit = json["limit"]?.integer ?? 100
        self.init(limit: Int(min(max(limit, 0), Int64(EventHistory.limit))), after: json["after"]?.integer)
        run = json["run"]?.integer
        since = json["sinceMs"]?.integer.map(WallTime.init(milliseconds:))
        if let word = json["severity"]?.string {
            guard let severity = EventRecord.Severity(rawValue: word) else { throw DecodingFailure("severity") }
            self.severity = severity
        }
        kind = json["event"]?.string
        service = json["service"]?.string
        server = json["server"]?.string
    }
}
