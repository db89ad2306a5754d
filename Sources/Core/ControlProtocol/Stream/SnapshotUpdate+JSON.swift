import DirectorCore
import TimeTypes

/// `{"time": ..., "timeMs": ..., "services": [{"at": 0, ...}], "servers": [{"at": [0, 2], ...}],
/// "measures": [[0, 1, active, inactive, connections/s, bytes in/s, bytes out/s, last check ms, latency us]],
/// "events": [...]}`; members with nothing in them are left out, numbers that are not known are null.
extension SnapshotUpdate {
    package var json: JSON {
        var members: [JSON.Member] = [
            .init("time", .string(time.description)), .init("timeMs", .integer(time.milliseconds)),
        ]
        if let engine { members.append(.init("engine", engine.json)) }
        if let pair { members.append(.init("pair", pair.json)) }
        func append(_ key: String, _ elements: [JSON]) {
            if !elements.isEmpty { members.append(.init(key, .array(elements))) }
        }
        append(
            "services",
            services.keys.sorted().compactMap { index in
                services[index].map { .object([.init("at", .integer(Int64(index)))] + $0.head) }
            })
        append(
            "servers",
            servers.keys.sorted().compactMap { place in
                servers[place].map { server in
                    guard case .object(let members) = server.json else { return .null }
                    return .object([.init("at", place.json)] + members)
                }
            })
        append("measures", measures.keys.sorted().compactMap { place in measures[place].map { $0.json(at: place) } })
        append("events", events.map(\.json))
        return .object(members)
    }

    package init(json: JSON) throws(DecodingFailure) {
        self.init(time: try json.time("timeMs"))
        if let engine = json["engine"] { self.engine = try EngineSnapshot(json: engine) }
        if let pair = json["pair"] { self.pair = try PairSnapshot(json: pair) }
        for element in json["services"]?.elements ?? [] {
            let place = Int(clamping: try element.integer("at"))
            services[place] = try ServiceSnapshot(head: element, servers: [])
        }
        for element in json["servers"]?.elements ?? [] {
            servers[try Place(json: try element.member("at"))] = try ServerSnapshot(json: element)
        }
        for element in json["measures"]?.elements ?? [] {
            measures[try Place(json: element)] = try ServerMeasures(json: element)
        }
        for element in json["events"]?.elements ?? [] { events.append(try EventRecord(json: element)) }
    }
}

extension SnapshotUpdate.Place: Comparable {
    package static func < (left: Self, right: Self) -> Bool {
        left.service == right.service ? left.server < right.server : left.service < right.service
    }

    fileprivate var json: JSON { [.integer(Int64(service)), .integer(Int64(server))] }

    /// The first two numbers of an array.
    fileprivate init(json: JSON) throws(DecodingFailure) {
        guard case .array(let elements) = json, elements.count >= 2, let service = elements[0].integer,
            let server = elements[1].integer
        else { throw DecodingFailure("at") }
        self.init(Int(clamping: service), Int(clamping: server))
    }
}

extension ServerMeasures {
    fileprivate func json(at place: SnapshotUpdate.Place) -> JSON {
        [
            .integer(Int64(place.service)), .integer(Int64(place.server)), .integer(Int64(activeConnections)),
            .integer(Int64(inactiveConnections)), .integer(Int64(clamping: rates.connections)),
            .integer(Int64(clamping: rates.inBytes)), .integer(Int64(clamping: rates.outBytes)),
            .optional(lastCheck?.milliseconds), .optional(latency.map { $0.nanoseconds / 1000 }),
        ]
    }

    fileprivate init(json: JSON) throws(DecodingFailure) {
        let numbers = json.elements
        guard numbers.count >= 9 else { throw DecodingFailure("measures") }
        func count(_ index: Int) throws(DecodingFailure) -> Int64 {
            guard let value = numbers[index].integer, value >= 0 else { throw DecodingFailure("measures") }
            return value
        }
        self.init()
        activeConnections = UInt32(clamping: try count(2))
        inactiveConnections = UInt32(clamping: try count(3))
        rates.connections = UInt64(try count(4))
        rates.inBytes = UInt64(try count(5))
        rates.outBytes = UInt64(try count(6))
        lastCheck = numbers[7].integer.map(WallTime.init(milliseconds:))
        latency = numbers[8].integer.map(Duration.microseconds)
    }
}
